"""Citations of a law by its own text, and how well citations are found altogether."""

import json
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path
from time import process_time

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from backend.statutes import rules
from backend.statutes.citations import MAX_REFERENCES, CitationRef, KnownNames, parse_citations
from backend.statutes.evaluation import PRECISION, RECALL, evaluate, read_sample
from backend.statutes.services import import_statutes
from backend.statutes.source import default_path
from tests.statutes.conftest import MakeFile

KNOWN = KnownNames(["刑法", "宪法", "民法典"])
#: Text of the 监狱法, and the laws and articles that it cites.
CASES = {
    "依照本法第十六条的规定": [("监狱法", 16)],
    "依照本法 第十六条、第十七条至第十九条": [("监狱法", 16), ("监狱法", 17), ("监狱法", 18), ("监狱法", 19)],
    "本法第三章第十六条": [("监狱法", 16)],
    "本节第十六条和本章第十八条": [("监狱法", 16), ("监狱法", 18)],
    "符合第十六条规定的": [("监狱法", 16)],
    "第十六条规定的": [("监狱法", 16)],
    "第三章第十六条": [("监狱法", 16)],
    "《刑法》第二条，本法第三条；刑法第四条和民法典第五条": [("刑法", 2), ("监狱法", 3), ("刑法", 4), ("民法典", 5)],
    "《刑法》规定的，依照第三条处理": [("监狱法", 3)],
    # Another law's, though nobody knows which.
    "物权法第十六条": [],
    "日内瓦公约第十六条": [],
    "同法第十六条": [],
    "《没有法》（2020年修正）第十六条": [("没有法", 16)],
    # What another text says.
    "公约规定：“依照第十六条，应当”": [],
    "公约规定：“依照”。第十六条": [("监狱法", 16)],
    "“本法第十六条”": [("监狱法", 16)],
    # No article.
    "本法第三章": [],
    "依照本法规定": [],
    "前款和前条": [],
    "第二款第三项": [],
    "第十十条、第一次": [],
    "每届第一次会议": [],
}


@pytest.mark.parametrize("text", CASES)
def test_a_law_cites_itself(text: str):
    found = parse_citations(text, known=KNOWN, own="监狱法")
    assert [(ref.law, ref.number) for ref in found] == CASES[text]


def test_without_knowing_whose_text_it_is_only_named_laws_are_cited():
    for text, cited in CASES.items():
        named = [(law, number) for law, number in cited if law != "监狱法"]
        assert [(ref.law, ref.number) for ref in parse_citations(text, known=KNOWN)] == named, text


def test_the_place_of_a_citation_of_itself():
    assert parse_citations("除本法第三条第二款外，第四条", own="监狱法") == [
        CitationRef("监狱法", 3, paragraph=2, start=1, end=9),
        CitationRef("监狱法", 4, start=11, end=14),
    ]


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("中华人民共和国民法典", "民法典"),
        ("中华人民共和国刑法修正案（十一）", "刑法"),
        ("中华人民共和国刑法修正案", "刑法"),
        ("中华人民共和国宪法修正案（2018年）", "宪法"),
        ("全国人民代表大会常务委员会关于修改《中华人民共和国网络安全法》的决定", "网络安全法"),
        ("全国人民代表大会常务委员会关于《刑法》第九十三条第二款的解释", "刑法"),
        ("全国人大常委会关于《刑法》第二百二十八条、第四百一十条的解释", "刑法"),
        ("全国人民代表大会常务委员会关于批准《某公约》的决定", "全国人民代表大会常务委员会关于批准《某公约》的决定"),
        ("", ""),
    ],
)
def test_whose_articles_a_text_means(name: str, own: str):
    assert rules.own_law(name) == own


@given(st.text(alphabet="《》“”本法章刑第条款项之至、，一十零19（）\n", max_size=200))
def test_any_text_is_read_without_breaking(text: str):
    at = 0
    for ref in parse_citations(text, known=KNOWN, own="监狱法"):
        assert at <= ref.start < ref.end <= len(text)
        at = ref.start


HOSTILE = {
    "ordinals": "第",
    "numbers": "第一",
    "lists": "第1、",
    "no numbers": "第十十、",
    "lists to the end": "、第1",
    "articles": "第1条",
    "itself": "本法第",
    "itself with lists": "本法第1、",
    "chapters": "第一章",
    "quotations": "“第1条",
    "ends of quotations": "”第1条",
    "spaces": "第 1 、 ",
    "round": "第1条第(1)",
}


@pytest.mark.parametrize("ending", ["", "条"])
@pytest.mark.parametrize("seed", HOSTILE)
def test_time_grows_with_the_length_of_hostile_text(seed: str, ending: str):
    def seconds(kilobytes: int) -> float:
        text = HOSTILE[seed] * (kilobytes * 1000 // len(HOSTILE[seed].encode())) + ending
        taken = []
        for _ in range(3):
            started = process_time()
            parse_citations(text, known=KNOWN, own="监狱法", limit=10**9 if "条" in HOSTILE[seed] else MAX_REFERENCES)
            taken.append(process_time() - started)
        return min(taken)

    small, large = seconds(50), seconds(200)
    assert large < 3
    assert large < 12 * max(small, 0.002)


def known_laws() -> KnownNames:
    """As `selectors.known_names` of a database with the whole file."""
    with closing(sqlite3.connect(f"file:{default_path()}?mode=ro&immutable=1", uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT DISTINCT law_name FROM laws")}
    short = {rules.canonical_name(name) for name in names}
    return KnownNames(names | short | {alias for alias, name in rules.ALIASES.items() if name in short})


def test_citations_are_found_in_real_articles():
    sample = read_sample()
    assert sum(len(row["expected"]) for row in sample) >= 200
    assert sum(not row["expected"] for row in sample) >= 15
    done = evaluate(sample, known_laws())
    assert done.right + done.missed == sum(len(row["expected"]) for row in sample)
    assert done.precision >= PRECISION, done.mistakes
    assert done.recall >= RECALL, done.mistakes


def test_the_sample_is_of_articles_that_there_are():
    with closing(sqlite3.connect(f"file:{default_path()}?mode=ro&immutable=1", uri=True)) as connection:
        texts: dict[str, str] = {}
        for name, text in connection.execute("SELECT law_name, article_text FROM articles"):
            texts[name] = texts.get(name, "") + "\n" + text
    assert [row["source"] for row in read_sample() if row["text"] not in texts[row["law"]]] == []


def test_what_is_missed_and_invented_counts():
    row = {
        "text": "刑法第二条、第三条",
        "law": "监狱法",
        "source": "…",
        "expected": [("刑法", 2, 0, 0, 0), ("刑法", 9, 0, 0, 0)],
    }
    done = evaluate([row, {**row, "text": "没有", "expected": []}], KNOWN)
    assert (done.texts, done.right, done.missed, done.invented) == (2, 1, 1, 1)
    assert (done.precision, done.recall) == (0.5, 0.5)
    assert (done.mistakes[0].missed, done.mistakes[0].invented) == ([("刑法", 9, 0, 0, 0)], [("刑法", 3, 0, 0, 0)])
    assert (evaluate([], KNOWN).precision, evaluate([], KNOWN).recall) == (1, 1)


@pytest.mark.django_db
def test_the_command_tells_the_figures_and_fails_below_them(make_file: MakeFile, tmp_path: Path):
    with pytest.raises(CommandError, match="请先运行"):
        call_command("evaluate_citations")
    import_statutes(make_file())
    sample, out = tmp_path / "sample.jsonl", StringIO()
    line = {
        "text": "刑法第二条",
        "law": "刑法",
        "source": "《刑法》第一条",
        "citations": [{"law": "刑法", "number": 2}],
    }
    sample.write_text(json.dumps(line, ensure_ascii=False))
    call_command("evaluate_citations", sample=sample, json=True, stdout=out)
    figures = json.loads(out.getvalue())
    assert (figures["precision"], figures["recall"], figures["right"], figures["mistakes"]) == (1, 1, 1, [])
    sample.write_text(json.dumps({**line, "text": "刑法第三条"}, ensure_ascii=False))
    out = StringIO()
    with pytest.raises(CommandError, match="没有达到目标"):
        call_command("evaluate_citations", sample=sample, stdout=out)
    assert "1 段条文，1 处引用：准确率 0.000，召回率 0.000" in out.getvalue()
    sample.write_text("{}")
    with pytest.raises(CommandError, match="第 1 行不是标注样本"):
        call_command("evaluate_citations", sample=sample)
