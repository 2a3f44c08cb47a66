"""Two texts of one law side by side."""

from dataclasses import dataclass
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.numerals import chinese_number
from backend.statutes.differences import Kind, Part, PartKind, is_same, pair, parts
from backend.statutes.source import default_path, read_source


@dataclass(frozen=True)
class Text:
    number: int | None
    text: str
    suffix: int = 0

    @property
    def label(self) -> str:
        if self.number is None:
            return "全文"
        return f"第{chinese_number(self.number)}条" + (f"之{chinese_number(self.suffix)}" if self.suffix else "")


PURPOSE = "为了正确执行刑罚，惩罚和改造罪犯，预防和减少犯罪，根据宪法，制定本法。"
LEADER = "监狱设监狱长一人、副监狱长若干人，并根据实际需要设置必要的工作机构和配备其他监狱管理人员。"
LEADER_NOW = "监狱设监狱长、政治委员各一人，副监狱长若干人，并根据实际需要设置必要的工作机构，配备其他监狱管理人员。"
LETTERS = "罪犯在服刑期间可以与他人通信，但是来往信件应当经过监狱检查。"
FOOD = "罪犯的生活标准按实物量计算，由国家规定。"
NEW = "国家鼓励和支持社会力量依法参与刑满释放人员的安置帮教工作。"


def told(before: list[Text], after: list[Text]) -> list[tuple[str, int | None, int | None]]:
    return [
        (one.kind.value, one.before and one.before.number, one.after and one.after.number)
        for one in pair(before, after)
    ]


def test_what_becomes_of_articles():
    before = [Text(1, PURPOSE), Text(2, LEADER), Text(3, FOOD), Text(4, LETTERS), Text(5, "附则。")]
    after = [Text(1, PURPOSE), Text(2, NEW), Text(3, LEADER_NOW), Text(4, LETTERS + "\n"), Text(6, "附则。")]
    assert told(before, after) == [
        ("same", 1, 1),
        ("added", None, 2),
        ("changed", 2, 3),
        ("removed", 3, None),
        ("same", 4, 4),
        ("renumbered", 5, 6),
    ]


def test_an_article_between_two_numbers_is_none_of_its_neighbours():
    before = [Text(133, LEADER), Text(134, LETTERS)]
    after = [Text(133, LEADER), Text(133, FOOD, suffix=1), Text(134, LETTERS)]
    assert [(one.kind.value, one.after and one.after.label) for one in pair(before, after)] == [
        ("same", "第一百三十三条"),
        ("added", "第一百三十三条之一"),
        ("same", "第一百三十四条"),
    ]


def test_one_number_that_says_something_else_altogether_is_two_articles():
    assert told([Text(7, LETTERS)], [Text(7, NEW)]) == [("removed", 7, None), ("added", None, 7)]


def test_a_number_that_stands_twice_and_texts_without_one():
    before = [Text(7, "甲公约第七条。"), Text(7, "乙公约第七条。"), Text(None, "没有条号。")]
    assert told(before, before) == [("same", 7, 7), ("same", 7, 7), ("same", None, None)]
    assert told(before, []) == [("removed", 7, None), ("removed", 7, None), ("removed", None, None)]
    assert told([], before[:1]) == [("added", None, 7)]
    assert told([], []) == []


@given(
    st.lists(st.sampled_from([PURPOSE, LEADER, LEADER_NOW, LETTERS, FOOD, NEW, "甲", ""]), max_size=8),
    st.lists(st.sampled_from([PURPOSE, LEADER, LEADER_NOW, LETTERS, FOOD, NEW, "甲", ""]), max_size=8),
)
def test_each_article_stands_there_once(before: list[str], after: list[str]):
    olds = [Text(number, text) for number, text in enumerate(before, start=1)]
    news = [Text(number, text) for number, text in enumerate(after, start=1)]
    pairs = pair(olds, news)
    assert [one.after for one in pairs if one.after] == news
    assert sorted((one.before for one in pairs if one.before), key=lambda text: text.number or 0) == olds


def test_the_pieces_of_a_change():
    assert parts("罪犯的人格不受侮辱。", "罪犯的人格尊严不受侵犯。") == [
        Part(PartKind.SAME, "罪犯的人格"),
        Part(PartKind.ADDED, "尊严"),
        Part(PartKind.SAME, "不受"),
        Part(PartKind.REMOVED, "侮辱"),
        Part(PartKind.ADDED, "侵犯"),
        Part(PartKind.SAME, "。"),
    ]
    assert parts("", "甲") == [Part(PartKind.ADDED, "甲")]
    assert parts("甲", "") == [Part(PartKind.REMOVED, "甲")]
    assert parts("甲", "甲") == [Part(PartKind.SAME, "甲")]
    assert parts("", "") == []


def assert_whole(before: str, after: str) -> None:
    found = parts(before, after)
    assert "".join(part.text for part in found if part.kind is not PartKind.ADDED) == before
    assert "".join(part.text for part in found if part.kind is not PartKind.REMOVED) == after
    assert all(part.text for part in found)
    assert all(one.kind is not other.kind for one, other in pairwise(found))


@given(st.text("甲乙丙，。\n", max_size=60), st.text("甲乙丙，。\n", max_size=60))
def test_both_texts_are_whole_in_the_pieces(before: str, after: str):
    assert_whole(before, after)
    assert is_same(before, after) == ("".join(before.split()) == "".join(after.split()))


def test_the_real_laws_with_two_versions():
    by_name: dict[str, list] = {}
    for version in sorted(read_source(default_path()), key=lambda version: version.published_on):
        by_name.setdefault(version.name, []).append(version)
    compared = {name.removeprefix("中华人民共和国"): pair(both[-2].articles, both[-1].articles)
                for name, both in by_name.items() if len(both) > 1}  # fmt: skip
    assert len(compared) == 11
    kinds = {name: [one.kind for one in pairs] for name, pairs in compared.items()}
    # The amendment of 2018 put articles 123 to 127 in; those behind them only moved.
    assert {kind: kinds["宪法"].count(kind) for kind in set(kinds["宪法"])} == {
        Kind.SAME: 87,
        Kind.CHANGED: 36,
        Kind.ADDED: 5,
        Kind.RENUMBERED: 15,
    }
    for pairs in compared.values():
        for one in pairs:
            if one.kind is Kind.CHANGED:
                assert_whole(one.before.text, one.after.text)


HOSTILE = {
    "two characters": ("甲乙" * 100_000, "乙甲" * 100_000),
    "one character": ("甲" * 200_000, "甲乙" * 100_000),
    "many clauses": ("甲，" * 50_000, "乙，甲。" * 50_000),
    "a long clause": ("".join(map(chr, range(0x4E00, 0x9000))) * 5, "".join(map(chr, range(0x5000, 0x9000))) * 6),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_the_time_for_texts_that_hurt_is_bounded(case: str):
    before, after = HOSTILE[case]
    started = process_time()
    assert_whole(before, after)
    assert process_time() - started < 5
