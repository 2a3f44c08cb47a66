"""Inline text between Markdown and runs."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.content.files.marks import MarkError, normal, read_marks, read_plain, write_marks, write_plain
from backend.content.inline import Span

#: What is easily taken for a mark, and what surrounds it in Chinese.
LETTERS = st.sampled_from(
    [*"\\*[]()<>|#-+_=:!`~.\"'&;/ \n\t　", *"法条，。：“”《》—", *"aB1", "<b>", "](https://a.cn)", "1. ", "## "]
)
TEXTS = st.lists(LETTERS, max_size=12).map("".join)
LINKS = st.sampled_from(["", "", "https://example.cn/a", "http://example.cn/a_(b)?c=*d*&e=[f]"])
SPANS = st.lists(st.builds(Span, TEXTS, st.booleans(), st.booleans(), LINKS), max_size=6)


@given(SPANS)
@example([Span("1. 不是步骤\n## 不是标题\n> 不是引文")])
@example([Span("甲", bold=True), Span("乙", italic=True), Span("丙", bold=True, italic=True)])
@example([Span("　", italic=True), Span("---")])
@example([Span("a", link="https://a.cn"), Span("b", bold=True, link="https://b.cn")])
def test_what_was_written_is_read_as_it_was(spans: list[Span]) -> None:
    runs = normal(spans)
    text = write_marks(runs)
    assert read_marks(text) == runs
    assert write_marks(read_marks(text)) == text
    assert normal(runs) == runs


@given(TEXTS)
def test_plain_text_is_read_as_it_was(text: str) -> None:
    tidy = "".join(run.text for run in normal([Span(text)])).replace("\n", "")
    assert read_plain(write_plain(tidy)) == "".join(run.text for run in normal([Span(tidy)]))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("没有“**借条**”也行", [Span("没有“"), Span("借条", bold=True), Span("”也行")]),
        ("***甲*乙**", [Span("甲", bold=True, italic=True), Span("乙", bold=True)]),
        ("见 [原文](https://example.cn/a)。", [Span("见 "), Span("原文", link="https://example.cn/a"), Span("。")]),
        ("一行\\\n又一行", [Span("一行\n又一行")]),
        ("折成\n两行", [Span("折成两行")]),
        ("two\nlines", [Span("two lines")]),
        (r"三 < 五，a\*b，\[一\]，\\", [Span("三 < 五，a*b，[一]，\\")]),
        ("[没有地址]", [Span("[没有地址]")]),
        ("&lt;script&gt;", [Span("&lt;script&gt;")]),
    ],
    ids=["bold in quotes", "nested", "link", "break", "fold", "latin fold", "escapes", "brackets", "no entities"],
)
def test_marks_are_read(text: str, runs: list[Span]) -> None:
    assert read_marks(text) == runs


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("好\\\n<script>alert(1)</script>", "HTML", 1),
        ("<img src=x onerror=alert(1)>", "HTML", 0),
        ("<!-- 注释 -->", "HTML", 0),
        ("[点我](javascript:alert(1))", "链接写得不对", 0),
        ("[点我](javascript:alert)", "http 或 https", 0),
        ("[点我](data:text/html,x)", "http 或 https", 0),
        ("**没有关上", "没有成对", 0),
        ("****", "星号太多", 0),
    ],
    ids=["script", "image", "comment", "script link", "script address", "data address", "open", "many"],
)
def test_what_is_no_mark_is_refused(text: str, told: str, line: int) -> None:
    with pytest.raises(MarkError, match=told) as refusal:
        read_marks(text)
    assert refusal.value.line == line


def test_marks_are_refused_where_only_text_may_stand() -> None:
    with pytest.raises(MarkError, match="普通文字"):
        read_plain("**粗**")
