"""Finding citations in free text."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.numerals import chinese_number
from backend.statutes.citations import MAX_REFERENCES, CitationRef, KnownNames, may_lack_marks, parse_citations

#: Text, and what it cites: (number, suffix, paragraph, item), the last ones left out where 0.
CASES = {
    "《民法典》第1062条": [(1062,)],
    "《民法典》第１０６２条": [(1062,)],
    "《民法典》第 1062 条": [(1062,)],
    "《民法典》第一千零六十二条": [(1062,)],
    "《民法典》第一〇六二条": [(1062,)],
    "《民法典》第一○六二条": [(1062,)],
    "《中华人民共和国民法典》第十条": [(10,)],
    "《刑法》第133条之一": [(133, 1)],
    "《刑法》第一百三十三条之二第一款": [(133, 2, 1)],
    "《民法典》第十条之规定": [(10,)],
    "《民法典》第一千零六十二条第二款": [(1062, 0, 2)],
    "《民法典》第一千零六十二条第一款第三项": [(1062, 0, 1, 3)],
    "《民法典》第一千零六十二条第一款第（三）项": [(1062, 0, 1, 3)],
    "《民法典》第一千零六十二条第1款第(3)项": [(1062, 0, 1, 3)],
    "《民法典》第一千零六十二条第一款（三）项": [(1062, 0, 1, 3)],
    "《民法典》第一千零六十三条第三项": [(1063, 0, 0, 3)],
    # Lists.
    "《民法典》第十条、第十二条": [(10,), (12,)],
    "《民法典》第十条和第十五条第二款": [(10,), (15, 0, 2)],
    "《民法典》第十、十一条": [(10,), (11,)],
    "《民法典》第10、11和12条": [(10,), (11,), (12,)],
    "《民法典》第十条、11条": [(10,), (11,)],
    "《民法典》第十条以及第十二条": [(10,), (12,)],
    "《民法典》第十条，第十二条；第十三条": [(10,), (12,), (13,)],
    "《民法典》第十条第十一条": [(10,), (11,)],
    "《民法典》第十条第一款、第二款和第三款": [(10, 0, 1), (10, 0, 2), (10, 0, 3)],
    "《民法典》第十条第一、二款": [(10, 0, 1), (10, 0, 2)],
    "《民法典》第十条第一款第（一）项、第（三）项": [(10, 0, 1, 1), (10, 0, 1, 3)],
    "《民法典》第十条第一款第（一）、（三）项": [(10, 0, 1, 1), (10, 0, 1, 3)],
    "《民法典》第十条第（一）（二）项": [(10, 0, 0, 1), (10, 0, 0, 2)],
    "《民法典》第十条、第二款": [(10,), (10, 0, 2)],
    "《民法典》第十条第一款第一项、第二款": [(10, 0, 1, 1), (10, 0, 2)],
    "《民法典》第十条第一款、第十二条第二款第一项": [(10, 0, 1), (12, 0, 2, 1)],
    # Ranges.
    "《民法典》第十条、第十二条至第十四条": [(10,), (12,), (13,), (14,)],
    "《民法典》第十二至十四条": [(12,), (13,), (14,)],
    "《民法典》第十二条—第十四条": [(12,), (13,), (14,)],
    "《民法典》第十二条——第十四条": [(12,), (13,), (14,)],
    "《民法典》第12-14条": [(12,), (13,), (14,)],
    "《民法典》第12～14条、第20条到22条": [(12,), (13,), (14,), (20,), (21,), (22,)],
    "《民法典》第十条第一款至第三款": [(10, 0, 1), (10, 0, 2), (10, 0, 3)],
    "《民法典》第十条第一款第（一）至（三）项": [(10, 0, 1, 1), (10, 0, 1, 2), (10, 0, 1, 3)],
    "《民法典》第十条第一款第一至三项": [(10, 0, 1, 1), (10, 0, 1, 2), (10, 0, 1, 3)],
    "《刑法》第一百二十条之一至第一百二十条之三": [(120, 1), (120, 2), (120, 3)],
    "《刑法》第一百三十二条至第一百三十三条之二": [(132,), (133,), (133, 1), (133, 2)],
    "《民法典》第十四条至第十二条": [(14,), (12,)],
    "《民法典》第一条至第五十条": [(number,) for number in range(1, 51)],
    "《民法典》第一条至第五十一条": [*((number,) for number in range(1, 51)), (51,)],
    "《民法典》第一至九千条": [*((number,) for number in range(1, 51)), (9000,)],
    "《民法典》第十条第一款至第九百款": [*((10, 0, number) for number in range(1, 51)), (10, 0, 900)],
    "《刑法》第十条之一至第十条之九十": [*((10, number) for number in range(1, 51)), (10, 90)],
    # A list of any length.
    "《民法典》第" + "、".join(map(str, range(1, 100))) + "条": [(number,) for number in range(1, 100)],
    "《民法典》第十条第" + "、".join(map(str, range(1, 41))) + "款": [(10, 0, number) for number in range(1, 41)],
    "《民法典》第十条第" + "".join(f"（{n}）" for n in range(1, 41)) + "项": [(10, 0, 0, n) for n in range(1, 41)],
    # Corner brackets, and Arabic numerals directly behind a name in marks.
    "「民法典」第1062条": [(1062,)],
    "『民法典』第十条第一款": [(10, 0, 1)],
    "「按照《民法典》第十条和第十一条」": [(10,), (11,)],
    "「关于「民法典」第十条的解释」第二条": [(2,)],
    "《民法典》1062条": [(1062,)],
    "《民法典》 1062 条第一款": [(1062, 0, 1)],
    "《民法典》10、12条": [(10,), (12,)],
    "《民法典》的1260条": [],
    "《民法典》共1260条": [],
    "《民法典》一条": [],
    "民法典第十条": [],
    # What stands between the name and the article.
    "《民法典》（2020年5月28日通过）第十条": [(10,)],
    "《民法典》的第十条": [(10,)],
    "《民法典》中第十条": [(10,)],
    "《民法典》第五编婚姻家庭第三章第一千零六十二条": [(1062,)],
    "《民法典》婚姻家庭编第一千零六十二条": [(1062,)],
    "《民法典》第一编第二章第三节 第四十条": [(40,)],
    # Nothing.
    "本法第十条": [],
    "《民法典》": [],
    "《民法典》规定，第十条": [],
    "《民法典》第二款": [],
    "《民法典》第条": [],
    "《民法典》第零条": [],
    "《民法典》第十十条": [],
    "《民法典》第12345条": [],
    "《民法典第十条": [],
    "民法典》第十条": [],
    "《《民法典》第十条": [(10,)],
    "《》第十条": [],
    "": [],
    # Where the list ends.
    "《民法典》第十条的规定，第十二条": [(10,)],
    "《民法典》第十条、三项原则": [(10,)],
    "《民法典》第十条。第十二条": [(10,)],
    "《民法典》第十条、第十十条": [(10,)],
}


@pytest.mark.parametrize("text", CASES)
def test_what_a_text_cites(text: str):
    found = [(ref.number, ref.suffix, ref.paragraph, ref.item) for ref in parse_citations(f"依照{text}的规定")]
    assert found == [(*case, 0, 0, 0)[:4] for case in CASES[text]]


KNOWN = KnownNames(
    [
        "民法典",
        "中华人民共和国民法典",
        "劳动法",
        "劳动合同法",
        "合同法",
        "刑法",
        "刑法修正案（十一）",
        "关于〈刑法〉的解释",
    ]
)
#: Text, and the names and articles that it cites when those laws are known.
UNMARKED = {
    "民法典第1062条": [("民法典", 1062)],
    "民法典　第1062条": [("民法典", 1062)],
    "中华人民共和国民法典第十条": [("中华人民共和国民法典", 10)],
    "劳动合同法第三十八条": [("劳动合同法", 38)],
    "我和合同法第三十八条": [("合同法", 38)],
    "《民法典》第十条、刑法第二条、第三条": [("民法典", 10), ("刑法", 2), ("刑法", 3)],
    "《民法典》和刑法第二条": [("刑法", 2)],
    "民法典第十条刑法第二条": [("民法典", 10), ("刑法", 2)],
    "「请问民法典第十条」": [("民法典", 10)],
    "刑法修正案(十一)第二条": [("刑法修正案(十一)", 2)],
    "民法典第五编婚姻家庭第三章第十条": [("民法典", 10)],
    "《关于民法典第十条的解释》第二条": [("关于民法典第十条的解释", 2)],
    "《民法典第十条": [("民法典", 10)],
    "民法典》第十条": [],
    "民法典1062条": [],
    "民法典很好，第十条": [],
    "物权法第十条": [],
    "本法第十条": [],
    "法第十条": [],
    "民法典第一": [],
}


@pytest.mark.parametrize("text", UNMARKED)
def test_known_laws_need_no_marks(text: str):
    found = parse_citations(f"依照{text}的规定", known=KNOWN)
    assert [(ref.law, ref.number) for ref in found] == UNMARKED[text]
    assert not found or may_lack_marks(text) or "《" in text


def test_a_part_and_the_place_of_a_name_without_marks():
    text = "😀按劳动合同法第三十八条第一款第二项，我"
    assert parse_citations(text, known=KNOWN) == [CitationRef("劳动合同法", 38, 0, 1, 2, 2, len(text) - 2)]


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("民法典第十条", True),
        ("刑法修正案（十一） 第2条", True),
        ("《民法典》第十条、第十一条", False),
        ("「民法典」第十条", False),
        ("依照第十条", False),
        ("民法典", False),
        ("", False),
    ],
)
def test_when_the_names_of_laws_are_worth_knowing(text: str, worth: bool):
    assert may_lack_marks(text) is worth


def test_the_rest_of_a_long_range_is_told():
    found = parse_citations("《刑法》第1条至第60条第一款、第二款，第61条至63条，第70条第一款至第九十款、第九十二款")
    told = [(ref.number, ref.paragraph) for ref in found if ref.too_long]
    assert told == [(60, 1), (60, 2), (70, 90)]
    assert [(ref.number, ref.paragraph) for ref in found if not ref.too_long] == [
        *((number, 0) for number in range(1, 51)),
        *((number, 0) for number in (61, 62, 63)),
        *((70, paragraph) for paragraph in range(1, 51)),
        (70, 92),
    ]


@given(st.integers(1, 200), st.integers(0, 400))
def test_a_range_is_read_whole_or_told(first: int, more: int):
    found = parse_citations(f"《刑法》第{first}条至第{first + more + 1}条")
    read = [ref.number for ref in found if not ref.too_long]
    rest = [ref.number for ref in found if ref.too_long]
    assert read == list(range(first, first + min(more + 2, 50)))
    assert rest == ([first + more + 1] if more + 2 > 50 else [])


def test_names_and_places():
    text = "😀依《中华人民共和国民法典》第十条、第十二条至第十四条，以及《刑法》第一百三十三条之一第一款第（二）项。"
    found = parse_citations(text)
    assert [(ref.law, text[ref.start : ref.end]) for ref in found] == [
        ("中华人民共和国民法典", "《中华人民共和国民法典》第十条"),
        ("中华人民共和国民法典", "第十二条"),
        ("中华人民共和国民法典", "第十四条"),
        ("中华人民共和国民法典", "第十四条"),
        ("刑法", "《刑法》第一百三十三条之一第一款第（二）项"),
    ]  # fmt: skip


def test_a_list_belongs_to_the_name_before_it():
    found = parse_citations("《民法典》第十条；《刑法》第二条、第三条；《宪法》和《监狱法》第四条")
    assert [(ref.law, ref.number) for ref in found] == [("民法典", 10), ("刑法", 2), ("刑法", 3), ("监狱法", 4)]


@pytest.mark.parametrize("marks", ["〈〉", "《》"])
def test_a_title_within_a_title(marks: str):
    inner = f"{marks[0]}中华人民共和国刑法{marks[1]}"
    name = f"全国人民代表大会常务委员会关于{inner}第三十条的解释"
    assert parse_citations(f"《{name}》第一条") == [CitationRef(name, 1, start=0, end=len(name) + 5)]


def test_the_short_name_that_a_text_introduces():
    found = parse_citations("《中华人民共和国民法典》（以下简称《民法典》）第十条")
    assert [(ref.law, ref.number) for ref in found] == [("民法典", 10)]


@given(st.integers(1, 9999), st.integers(0, 20), st.integers(0, 30), st.integers(0, 40), st.booleans())
def test_what_is_written_is_read(number: int, suffix: int, paragraph: int, item: int, chinese: bool):
    write = chinese_number if chinese else str
    text = f"《民法典》第{write(number)}条"
    text += f"之{chinese_number(suffix)}" if suffix else ""
    text += f"第{write(paragraph)}款" if paragraph else ""
    text += f"第（{chinese_number(item)}）项" if item else ""
    assert parse_citations(f"见{text}。") == [CitationRef("民法典", number, suffix, paragraph, item, 1, 1 + len(text))]


@given(
    st.text(alphabet="《》〈〉「」（）第条款项之至、和，-一十百千零〇19 编章民法典刑\n", max_size=200),
    st.sampled_from([None, KNOWN]),
)
def test_any_text_is_read_without_breaking(text: str, known: KnownNames | None):
    at = 0
    for ref in parse_citations(text, known=known):
        assert 1 <= ref.number <= 9999
        assert min(ref.suffix, ref.paragraph, ref.item) >= 0
        assert at <= ref.start < ref.end <= len(text)
        assert text[ref.end - 1] in "条款项一十百千零〇19"
        assert ref.law in text
        at = ref.start


def test_a_text_cites_no_more_than_the_limit():
    assert len(parse_citations("《刑法》第1条至第50条、" * 1000)) == MAX_REFERENCES
    assert len(parse_citations("《刑法》第1条" + "、第2条" * 1000, limit=7)) == 7
    assert len(parse_citations("《刑法》第1条第1款" + "第1项、" * 1000)) == MAX_REFERENCES
    for numbers in ("1" + "、2" * 1000, "1" + "至50、1" * 1000):
        for text in (f"《刑法》第{numbers}条", f"《刑法》第1条第{numbers}款"):
            assert len(parse_citations(text)) == MAX_REFERENCES


HOSTILE = {
    "openings": "《",
    "openings with text": "《民",
    "empty titles": "《》",
    "titles in an open one": "《民法典》《",
    "long titles": "《" + "民" * 99,
    "parts of books": "《民》第一编",
    "named books": "《民》婚姻家庭婚姻家庭编",
    "brackets": "《民》（" + "（" * 50,
    "numbers": "《民》第一一一一一一一一一一一一",
    "number lists": "《民》第" + "1、" * 30,
    "dashes": "《民》第1" + "-" * 30,
    "round items": "《民》第1条第" + "(1)" * 30,
    "spaces": "《民》" + " " * 40,
    "ranges": "《刑法》第1条至第50条、",
    "items": "《刑法》第1条第1款第(1)项、第(2)项",
    "lists that go on": "1、",
    "lists with ordinals": "、第1",
    "one list after another": "《民》第1条第1、1、1、1、1、",
    "corners": "「",
    "corners with text": "「民",
    "corners in corners": "「民「民」「民」",
    "titles in corners": "「民" + "《民》" * 50,
    "known names": "民法典第",
    "known names and numbers": "刑法第1、",
    "known names that overlap": "中华人民共和国民法典第一编",
    "known citations": "民法典第1条",
    "prose": "夫妻在婚姻关系存续期间所得的财产归夫妻共同所有。",
}

BEFORE = {"lists that go on": "《民》第", "lists with ordinals": "《民》第1条第1"}


@pytest.mark.parametrize("seed", HOSTILE)
def test_time_grows_with_the_length_of_hostile_text(seed: str):
    def seconds(kilobytes: int) -> float:
        unit = HOSTILE[seed]
        text = BEFORE.get(seed, "") + unit * (kilobytes * 1000 // len(unit.encode()))
        taken = []
        for _ in range(3):
            started = process_time()
            # The seed of ranges makes fifty references of ten characters: there the references are what takes time.
            parse_citations(text, known=KNOWN, limit=MAX_REFERENCES if seed == "ranges" else 10**9)
            taken.append(process_time() - started)
        return min(taken)

    small, large = seconds(50), seconds(200)
    assert large < 3
    assert large < 12 * max(small, 0.002)  # four times the text: far below the 16 of a square
