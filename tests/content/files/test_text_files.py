"""Files between their text and plain values: the round trip, and what is refused by its line."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.content import cases
from backend.content.files.entries import Item, Text
from backend.content.files.marks import clean, normal
from backend.content.files.problems import Report
from backend.content.files.text_files import read_item, read_text, write_text
from backend.content.inline import Span, to_html
from backend.content.models import ContentItem
from tests.content.files.test_marks import SPANS, TEXTS

HEAD = "---\ntitle: 标题\nsummary: 摘要\nkind: article\ndivision: 510000000000\n---\n"


def tidy(text: str) -> str:
    return clean(text).replace("\n", " ").strip(" ")


LINES = TEXTS.map(tidy)
WORDS = LINES.filter(lambda text: text.strip())
CELLS = LINES.map(lambda text: tidy(text.replace("|", "")))
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
FILES = st.sampled_from(["cover.webp", "picture-1.webp", "sounds/one.mp3"])
HTML = SPANS.map(normal).filter(lambda runs: "".join(run.text for run in runs).strip()).map(to_html)
PASSAGES = st.lists(TEXTS, min_size=1, max_size=3).map(lambda lines: clean("\n".join(lines)).strip("\n"))
ROWS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width).filter(any), min_size=2, max_size=4)
)
BLOCKS = st.one_of(
    st.tuples(st.just("heading"), WORDS),
    st.tuples(st.just("paragraph"), HTML),
    st.tuples(st.just("picture"), st.fixed_dictionaries({"file": FILES, "alt": LINES, "caption": LINES})),
    st.tuples(st.sampled_from(["recording", "video"]), st.fixed_dictionaries({"file": FILES, "title": WORDS})),
    st.tuples(
        st.just("quote"),
        st.fixed_dictionaries({"text": PASSAGES.filter(lambda text: text.strip()), "source": LINES}),
    ),
    st.tuples(st.just("quote"), st.just({"text": "有人说\n—— 像出处的一行", "source": ""})),
    st.tuples(st.just("statute"), st.fixed_dictionaries({"citation": WORDS})),
    st.tuples(st.just("case"), st.fixed_dictionaries({"slug": SLUGS})),
    st.tuples(st.just("steps"), st.lists(WORDS, min_size=1, max_size=4)),
    st.tuples(
        st.just("call"),
        st.fixed_dictionaries({"label": WORDS.filter(lambda text: len(text) <= 30), "number": st.just("12348")}),
    ),
    st.tuples(st.just("table"), st.fixed_dictionaries({"caption": LINES, "rows": ROWS})),
)
TEXT_VALUES: dict[str, Any] = {
    "title": WORDS,
    "summary": WORDS,
    "question": PASSAGES,
    "recording": st.sampled_from(["", "voice.mp3"]),
    "blocks": st.lists(BLOCKS, max_size=4).map(tuple),
}
_YEARS = datetime(2020, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 - the strategy adds the time zone
MOMENTS = st.none() | st.datetimes(*_YEARS, timezones=st.just(UTC))
MEDIATION = st.fixed_dictionaries({"committee": WORDS, "dispute": WORDS, "outcome": WORDS})
ITEMS = st.builds(
    Item,
    **TEXT_VALUES,
    kind=st.sampled_from(ContentItem.Kind.values),
    division=st.just("510000000000"),
    audience=st.sampled_from([(), ("510000000000",), ("510100000000", "513300000000")]),
    roles=st.sampled_from([(), ("advisor", "villager")]),
    groups=st.sampled_from([(), ("monasteries",)]),
    topics=st.sets(SLUGS, max_size=3).map(lambda slugs: tuple(sorted(slugs))),
    lessons=st.lists(SLUGS, unique=True, max_size=3).map(tuple),
    cover=st.sampled_from(["", "cover.webp"]),
    video=st.sampled_from(["", "video-1.mp4"]),
    pinned_until=st.none() | st.dates(date(2000, 1, 1)),
    go_live_at=MOMENTS,
    expire_at=MOMENTS,
)


@given(ITEMS)
def test_an_item_is_read_as_it_was_written(item: Item) -> None:
    report = Report("item.md")
    text = write_text(item)
    assert read_item(text, report) == item, report.problems
    assert write_text(item) == text


@given(st.builds(Text, **TEXT_VALUES))
def test_a_translation_is_read_as_it_was_written(text: Text) -> None:
    report = Report("item.bo.md")
    assert read_text(write_text(text), report) == text, report.problems


@given(ITEMS, MEDIATION)
def test_a_case_keeps_its_facts(item: Item, facts: dict[str, str]) -> None:
    values = {name: getattr(item, name) for name in ("title", "summary", "blocks")}
    case = Item(**values, kind="case", category="mediation", facts=facts)
    assert read_item(write_text(case), Report("item.md")) == case


@given(st.text(max_size=200) | st.lists(TEXTS, max_size=30).map("\n".join))
def test_whatever_a_file_holds_it_is_read_or_refused(text: str) -> None:
    for whole in (text, HEAD + text, f"---\n{text}\n---\n"):
        report = Report("item.md")
        item = read_item(whole, report)
        assert (item is None) == bool(report.problems)
        if item:
            again = write_text(item)
            assert read_item(again, report) == item
            assert write_text(item) == again


def test_a_file_in_the_one_form_is_written_as_it_was_read() -> None:
    text = (
        "---\ntitle: 标题：带冒号\nsummary: '# 摘要'\nkind: qa\ndivision: 510000000000\n"
        "audience:\n  divisions:\n  - 510000000000\n  roles:\n  - advisor\n  groups:\n  - villages\n"
        "topics:\n- family\nlessons:\n- one\ncover: cover.webp\nrecording: voice.mp3\npinned_until: 2026-12-04\n"
        "go_live_at: 2026-12-01T08:00:00+08:00\nquestion: 怎么办？\n---\n\n"
        "## 小标题\n\n一段**话**，见[原文](https://example.cn)\\\n下一行\n\n> 引文\n> —— 出处\n\n"
        '![图里是什么](picture-1.webp "图注")\n\n:recording[听一听](voice.mp3)\n\n:law[《民法典》第一千零六十二条]\n\n'
        ":case[a-case]\n\n1. 第一步\n2. 第二步\n\n:call[打电话](12348)\n\n"
        ":caption[表]\n\n| 甲 | |\n| --- | --- |\n| | 乙 |\n"
    )
    report = Report("item.md")
    item = read_item(text, report)
    assert item, report.problems
    assert write_text(item) == text
    assert [kind for kind, _ in item.blocks] == [
        *("heading", "paragraph", "quote", "picture", "recording", "statute", "case", "steps", "call", "table")
    ]
    assert item.go_live_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert (item.line("kind"), item.line(0), item.line(9)) == (4, 24, 47)


def test_names_of_an_audience_are_those_of_the_accounts() -> None:
    for members, place in ((ReaderRole, "roles"), (PeopleGroup, "groups")):
        names = ", ".join(member.name.lower() for member in members)
        item = read_item(HEAD.replace("---\n", f"---\naudience: {{{place}: [{names}]}}\n", 1), Report("item.md"))
        assert len(getattr(item, place)) == len(members)


def test_every_category_of_cases_can_be_written() -> None:
    for category, _ in cases.CATEGORIES:
        facts = {fact.name: "某某" for fact in cases.facts_of(category)}
        case = Item(title="案例", summary="摘要", kind="case", category=category, facts=facts)
        assert read_item(write_text(case), Report("item.md")) == case


def of_head(old: str, new: str) -> str:
    return HEAD.replace(old, new)


REFUSED = {
    "no head": ("正文", 1, "以 --- 开头"),
    "no end of the head": ("---\ntitle: 标题\n", 1, "没有找到结束"),
    "broken yaml": (of_head("summary: 摘要", 'summary: "摘要'), 3, "YAML"),
    "tabs": (of_head("summary: 摘要", "summary:\n\t- 一"), 4, "YAML"),
    "no mapping": ("---\n- 一\n---\n", 2, "名称: 内容"),
    "anchor": (of_head("summary: 摘要", "summary: &a 摘要"), 3, "锚点"),
    "alias": (of_head("summary: 摘要", "summary: *a"), 3, "锚点"),
    "tag": (of_head("summary: 摘要", "summary: !!python/name:os.system x"), 3, "标签"),
    "deep": (of_head("summary: 摘要", f"summary: {'[' * 1000}{']' * 1000}"), 3, "层次太深"),
    "twice": (of_head("summary: 摘要", "title: 又一个"), 3, "写了两次"),
    "unknown key": (of_head("summary: 摘要", "summary: 摘要\nauthor: 某人"), 4, "不认识“author”"),
    "no title": (of_head("title: 标题\n", ""), 1, "缺少 title"),
    "empty title": (of_head("title: 标题", "title: ''"), 2, "不能是空的"),
    "long title": (of_head("title: 标题", f"title: {'长' * 81}"), 2, "不能超过 80"),
    "long summary": (of_head("summary: 摘要", f"summary: {'长' * 201}"), 3, "不能超过 200"),
    "control": (of_head("summary: 摘要", 'summary: "摘\\0要"'), 3, "控制字符"),
    "unknown kind": (of_head("kind: article", "kind: novel"), 4, "没有“novel”"),
    "short code": (of_head("510000000000", "51"), 5, "12 位"),
    "audience": (of_head("kind: article", "audience: {villages: [1]}"), 4, "只能写"),
    "unknown role": (of_head("kind: article", "audience: {roles: [king]}"), 4, "没有“king”"),
    "repeated": (of_head("kind: article", "topics: [a, a]"), 4, "重复"),
    "no list": (of_head("kind: article", "topics: a"), 4, "列表"),
    "slug": (of_head("kind: article", "lessons: [../a]"), 4, "不是内容的文件夹名"),
    "path outside": (of_head("kind: article", "cover: ../cover.jpg"), 4, "只能是本目录里的文件"),
    "absolute path": (of_head("kind: article", "cover: /etc/passwd"), 4, "只能是本目录里的文件"),
    "day": (of_head("kind: article", "pinned_until: 2026-02-30"), 4, "日期"),
    "moment": (of_head("kind: article", "expire_at: 明天"), 4, "时间"),
    "case category": (of_head("kind: article", "case: {category: none}"), 4, "案例类别"),
    "case fact": (of_head("kind: article", "case: {category: mediation, committee: 甲, x: 乙}"), 4, "没有这一项"),
    "long fact": (of_head("kind: article", f"case: {{category: notary, matter: {'长' * 201}}}"), 4, "不能超过 200"),
    "script": (f"{HEAD}好\n\n<script>alert(1)</script>\n", 9, "HTML"),
    "script in a step": (f"{HEAD}1. 一\n2. <b>二</b>\n", 8, "HTML"),
    "script in a cell": (f"{HEAD}| 甲 |\n| --- |\n| <img> |\n", 9, "HTML"),
    "script in a quote": (f"{HEAD}> 好\n> <iframe>\n", 8, "HTML"),
    "script in alt": (f"{HEAD}![<script>](a.png)\n", 7, "HTML"),
    "bold in a heading": (f"{HEAD}## **粗**\n", 7, "普通文字"),
    "level of heading": (f"{HEAD}### 三级\n", 7, "不支持"),
    "bullets": (f"{HEAD}- 一\n- 二\n", 7, "不支持"),
    "code": (f"{HEAD}```\nx\n```\n", 7, "不支持"),
    "rule": (f"{HEAD}***\n", 7, "不支持"),
    "heading under text": (f"{HEAD}好\n## 小标题\n", 8, "上面要空一行"),
    "text under heading": (f"{HEAD}## 小标题\n好\n", 8, "下面要空一行"),
    "long heading": (f"{HEAD}## {'长' * 61}\n", 7, "不能超过 60"),
    "long paragraph": (f"{HEAD}{'长' * 5001}\n", 7, "不能超过 5000"),
    "picture path": (f"{HEAD}![图](../../secret.png)\n", 7, "只能是本目录里的文件"),
    "picture form": (f"{HEAD}![图] (a.png)\n", 7, "图片应写成"),
    "unknown directive": (f"{HEAD}:youtube[看](x)\n", 7, "不认识"),
    "empty citation": (f"{HEAD}:law[]\n", 7, "是空的"),
    "law with a target": (f"{HEAD}:law[《民法典》第一条](x)\n", 7, "不能有圆括号"),
    "call without a number": (f"{HEAD}:call[打]\n", 7, "要有圆括号"),
    "call to words": (f"{HEAD}:call[打](javascript:x)\n", 7, "可以拨打"),
    "lonely caption": (f"{HEAD}:caption[表]\n\n好\n", 7, "下面应当是表格"),
    "ragged table": (f"{HEAD}| 甲 | 乙 |\n| --- | --- |\n| 丙 |\n", 9, "1 列"),
    "table without a rule": (f"{HEAD}| 甲 | 乙 |\n| 丙 | 丁 |\n", 7, "表格要有"),
    "wide table": (f"{HEAD}|{' 甲 |' * 9}\n|{' --- |' * 9}\n|{' 乙 |' * 9}\n", 7, "最多 8 列"),
    "many blocks": (HEAD + "好\n\n" * 201, 407, "最多 200 块"),
    "control in the body": (f"{HEAD}好\x07\n", 7, "控制字符"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_with_the_line_to_correct(case: str) -> None:
    text, line, told = REFUSED[case]
    report = Report("item.md")
    assert read_item(text, report) is None
    assert [problem for problem in report.problems if problem.line == line and told in problem.message], report.problems


def test_every_problem_of_a_file_is_told_at_once() -> None:
    report = Report("a/item.md")
    text = of_head("kind: article", "kind: novel\nmood: 好")
    assert read_item(f"{text}- 一\n\n<script>\n", report) is None
    assert [problem.line for problem in sorted(report.problems)] == [4, 5, 8, 10]
    assert str(max(report.problems)).startswith("a/item.md 第 10 行：正文里不能写 HTML")


def test_a_translation_has_no_kind_of_its_own() -> None:
    report = Report("item.bo.md")
    assert read_text(HEAD, report) is None
    assert {problem.line for problem in report.problems} == {4, 5}


def test_a_run_of_spans_in_a_file_is_one_paragraph() -> None:
    item = read_item(f"{HEAD}\n甲\\\n乙\n\n丙\n", Report("item.md"))
    assert item
    assert item.blocks == (("paragraph", to_html([Span("甲\n乙")])), ("paragraph", to_html([Span("丙")])))


@pytest.mark.parametrize(
    "piece",
    [" ", "[", "]", "[a", "*", "**", "\\", "|", "| a", "`", "<", "![", ":law[", "(", "> ", "1. ", "a\\\n", "- ", "好 "],
    ids=repr,
)
def test_hostile_lines_take_no_longer_than_others(piece: str) -> None:
    """If the time grew with the square of the length, this would take hours."""
    size = 200_000
    for text in (f"甲{piece * (size // len(piece))}乙", f"| {piece * (size // len(piece))}\n| --- |\n| a |"):
        report = Report("item.md")
        item = read_item(f"{HEAD}{text}\n", report)
        assert (item is None) == bool(report.problems)
