"""Names, validity on a day, and the parts of an article."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.statutes import rules
from backend.statutes.models import Validity as Stored
from backend.statutes.rules import Validity
from tests.statutes.conftest import COMMON_PROPERTY

START, END = date(2021, 1, 1), date(2027, 1, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("中华人民共和国民法典", "民法典"),
        ("民法典", "民法典"),
        (" 民 法典\u3000", "民法典"),
        ("中华人民共和国公司法（2023修订）", "公司法"),
        ("公司法(2018年修正)", "公司法"),
        ("民法典（2020年5月28日公布）", "民法典"),
        ("刑法修正案(十一)", "刑法修正案（十一）"),
        ("中华人民共和国宪法修正案（1988年）", "宪法修正案（1988年）"),
        (
            "全国人民代表大会常务委员会关于〈中华人民共和国刑法〉第三十条的解释",
            "全国人民代表大会常务委员会关于《中华人民共和国刑法》第三十条的解释",
        ),
    ],
)
def test_the_name_by_which_laws_are_looked_up(written: str, name: str):
    assert rules.canonical_name(written) == name
    assert rules.canonical_name(name) == name


def test_the_stored_choices_are_the_rules():
    assert {choice.value for choice in Stored} == {validity.value for validity in Validity}


@pytest.mark.parametrize(
    ("source", "ends_on", "day", "validity"),
    [
        (Validity.IN_FORCE, None, START - DAY, Validity.NOT_YET),
        (Validity.IN_FORCE, None, START, Validity.IN_FORCE),
        (Validity.AMENDED, None, START, Validity.AMENDED),
        (Validity.AMENDED, END, END - DAY, Validity.IN_FORCE),
        (Validity.AMENDED, END, END, Validity.AMENDED),
        (Validity.IN_FORCE, END, END, Validity.AMENDED),
        (Validity.REPEALED, None, START - DAY, Validity.REPEALED),
        (Validity.REPEALED, None, END, Validity.REPEALED),
    ],
)
def test_validity_on_a_day(source: Validity, ends_on: date | None, day: date, validity: Validity):
    assert rules.validity_on(source, START, ends_on, day) is validity


@pytest.mark.parametrize(
    ("source", "ends_on", "day", "note"),
    [
        (Validity.IN_FORCE, None, START, ""),
        (Validity.IN_FORCE, None, START - DAY, "自 2021-01-01 起施行"),
        (Validity.AMENDED, END, END - DAY, "将由 2027-01-01 起施行的新文本取代"),
        (Validity.AMENDED, END, END, "已由 2027-01-01 起施行的新文本取代"),
        (Validity.AMENDED, None, START, "本法另有修改，部分条文可能与现行规定不同，请核对"),
        (Validity.REPEALED, None, START, "本法已废止，不再适用"),
    ],
)
def test_what_the_reader_is_told(source: Validity, ends_on: date | None, day: date, note: str):
    assert rules.validity_note(source, START, ends_on, day) == note


@dataclass
class Version:
    starts_on: date
    ends_on: date | None = None


def test_a_text_does_not_hold_before_it_is_published():
    assert rules.starts_on(date(2020, 10, 17), date(1985, 4, 1)) == date(2020, 10, 17)
    assert rules.starts_on(date(2020, 5, 28), date(2021, 1, 1)) == date(2021, 1, 1)


@given(
    st.lists(st.dates(date(1950, 1, 1), date(2030, 1, 1)), min_size=1, unique=True),
    st.dates(date(1940, 1, 1), date(2040, 1, 1)),
)
def test_one_version_holds_on_a_day(starts: list[date], day: date):
    ordered = sorted(starts)
    versions = [Version(start, end) for start, end in zip(ordered, [*ordered[1:], None], strict=True)]
    held = rules.version_at(list(reversed(versions)), day)
    assert held is not None
    if day < ordered[0]:
        assert held is versions[0]
    else:
        assert held.starts_on <= day
        assert held.ends_on is None or day < held.ends_on


def test_of_two_texts_published_on_one_day_the_one_without_an_end_holds():
    versions = [Version(START, START), Version(START)]
    assert rules.version_at(versions, START) is versions[1]
    assert rules.version_at(versions[::-1], START) is versions[1]
    assert rules.version_at([], START) is None


def test_the_parts_of_an_article():
    lines = COMMON_PROPERTY.split("\n")
    first, second = rules.paragraphs(COMMON_PROPERTY)
    assert first.lines == lines[:6]
    assert list(first.items) == [1, 2, 3, 4, 5]
    assert second.lines == ["夫妻对共同财产，有平等的处理权。"]
    assert rules.cut(COMMON_PROPERTY) == COMMON_PROPERTY
    assert rules.cut(COMMON_PROPERTY, 1) == "\n".join(lines[:6])
    assert rules.cut(COMMON_PROPERTY, 2) == lines[6]
    assert rules.cut(COMMON_PROPERTY, 1, 4) == lines[4]
    assert rules.cut(COMMON_PROPERTY, 0, 4) == lines[4]


@pytest.mark.parametrize(("paragraph", "item"), [(3, 0), (2, 1), (1, 6), (0, 6), (9999, 9999)])
def test_parts_that_an_article_does_not_have(paragraph: int, item: int):
    assert rules.cut(COMMON_PROPERTY, paragraph, item) is None


def test_lines_below_an_item_and_items_of_a_later_paragraph():
    text = '甲。\n下列情形：\n（一）一：\n1.子一；\n2.子二；\n（二）二。\n丙。\n"（一）引文。'
    assert rules.cut(text, 2, 1) == "（一）一：\n1.子一；\n2.子二；"
    assert rules.cut(text, 0, 2) == "（二）二。"
    assert rules.cut(text, 3) == '丙。\n"（一）引文。'
    assert rules.cut("（一）只有一项。", 1, 1) == "（一）只有一项。"


@given(st.text(alphabet='甲乙（）一二.12\n"', max_size=80))
def test_every_line_belongs_to_one_paragraph(text: str):
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    assert [line for paragraph in rules.paragraphs(text) for line in paragraph.lines] == lines


def test_how_a_citation_is_written():
    assert rules.quote("民法典", "第一千零六十二条", 1, 4) == "《民法典》第一千零六十二条第一款第四项"
    assert rules.quote("民法典", "第一千零六十三条", 0, 3) == "《民法典》第一千零六十三条第三项"
    assert rules.quote("民法典", "第九条") == "《民法典》第九条"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("《民法典》", "民法典"),
        ("「民法典」", "民法典"),
        ("『中华人民共和国民法典』", "民法典"),
        ("《民诉法》", "民事诉讼法"),
        (" 消法 ", "消费者权益保护法"),
        ("关于修改《民法典》的决定", "关于修改《民法典》的决定"),
        ("", ""),
    ],
)
def test_the_name_that_is_meant(name: str, meant: str):
    assert rules.lookup_name(name) == meant


def test_everyday_names_lead_to_names_as_they_are_kept():
    assert not set(rules.ALIASES) & set(rules.ALIASES.values())
    for alias, name in rules.ALIASES.items():
        assert rules.canonical_name(alias) == alias
        assert rules.canonical_name(name) == name
        assert rules.lookup_name(alias) == rules.lookup_name(name) == name
