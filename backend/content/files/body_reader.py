"""Reads a body from Markdown into blocks, and says of every line that is wrong what is wrong with it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from backend.content.blocks import MAX_BLOCKS, MAX_PARAGRAPH
from backend.content.files.body import (
    FILE_NAME,
    LIMITS,
    MAX_SLUG,
    MAX_STEP,
    MAX_STEPS,
    PHONE,
    SLUG,
    SOURCE,
    Block,
    table_text,
)
from backend.content.files.marks import BLOCK_START, MarkError, clean, has_control, read_marks, read_plain
from backend.content.files.problems import Report
from backend.content.inline import to_html
from backend.content.tables import MAX_COLUMNS, MAX_ROWS

_BRACKETS = r"\[((?:[^\[\]\\]|\\.)*)\]"
_DIRECTIVE = re.compile(rf":([a-z]+){_BRACKETS}(?:\(([^\s()]*)\))?")
_PICTURE = re.compile(rf'!{_BRACKETS}\(([^\s()"]*)(?: "((?:[^"\\]|\\.)*)")?\)')
_STEP = re.compile(r"\d{1,3}\. +(.*)", re.ASCII)
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+", re.ASCII)
_CELL = re.compile(r"((?:[^|\\]|\\.)*+)\|")


def read_body(lines: list[str], first: int, report: Report) -> list[tuple[int, Block]]:
    """The blocks of a body whose first line has the number `first`, each with its own; what is wrong is reported."""
    reader = _Reader(report)
    for number, chunk in _chunks(lines, first, report):
        reader.read(number, chunk)
    reader.finish()
    if len(reader.blocks) > MAX_BLOCKS:
        report.add(reader.blocks[MAX_BLOCKS][0], f"正文最多 {MAX_BLOCKS} 块，请分成几篇")
    return reader.blocks


def _chunks(lines: list[str], first: int, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first of them."""
    together: list[str] = []
    for number, line in enumerate([*lines, ""], start=first):
        if has_control(line):
            report.add(number, "含有看不见的控制字符，请删去")
        tidy = clean(line)
        if tidy:
            together.append(tidy)
        elif together:
            yield number - len(together), together
            together = []


class _Reader:
    """Reads chunk by chunk."""

    def __init__(self, report: Report) -> None:
        self.blocks: list[tuple[int, Block]] = []
        self._report = report
        self._caption: tuple[int, str] | None = None

    def read(self, number: int, lines: list[str]) -> None:
        """Take in one chunk."""
        try:
            kind, read = self._reader(number, lines)
            if self._caption and kind != "table":
                self.finish()
            block = read(lines)
        except MarkError as error:
            self._report.add(number + error.line, str(error))
            return
        if block is not None:
            self._take(number, (kind, block))

    def finish(self) -> None:
        """There must be no caption left without its table."""
        if self._caption:
            self._report.add(self._caption[0], ":caption[…] 下面应当是表格")
            self._caption = None

    def _reader(self, number: int, lines: list[str]) -> tuple[str, Callable[[list[str]], Any]]:
        """What kind of block the lines are, and how it is read."""
        start = BLOCK_START.match(lines[0])
        if start is None:
            return "paragraph", _paragraph
        mark = "1" if start["number"] else start["mark"][0]
        if mark == ":":
            return _directive_kind(lines[0]), lambda chunk: self._directive(number, chunk)
        if mark == "|":
            return "table", self._table
        if mark in _READERS and (mark != "#" or lines[0].startswith("## ")):
            return _READERS[mark]
        raise MarkError(
            "这种写法不支持：小标题只有 ## 一级，列表用 1. 2. 3.，没有分隔线和代码；若是普通文字，请在最前面加反斜杠"
        )

    def _directive(self, number: int, lines: list[str]) -> Any:
        name, words, target = _directive(lines)
        if name == "caption":
            self.finish()
            self._caption = (number, words)
            return None
        return _DIRECTIVES[name](words, target)

    def _table(self, lines: list[str]) -> dict[str, Any]:
        caption = self._caption[1] if self._caption else ""
        self._caption = None
        return {"caption": caption, "rows": _rows(lines)}

    def _take(self, number: int, block: Block) -> None:
        kind, value = block
        parts = value if isinstance(value, dict) else {"": value}
        for part, text in parts.items():
            limit = LIMITS.get((kind, part))
            if limit is None:
                continue
            if limit.required and not text.strip():
                self._report.add(number, f"{limit.name}是空的")
            if len(text) > limit.characters:
                self._report.add(number, f"{limit.name}有 {len(text)} 字，不能超过 {limit.characters} 字")
        self.blocks.append((number, block))


def _alone(lines: list[str]) -> str:
    if len(lines) > 1:
        raise MarkError("这一行的下面要空一行", 1)
    return lines[0]


def _heading(lines: list[str]) -> str:
    return read_plain(_alone(lines)[2:])


def _paragraph(lines: list[str]) -> str:
    for below, line in enumerate(lines[1:], start=1):
        if BLOCK_START.match(line):
            raise MarkError("这一行像是另一块内容，上面要空一行；若是普通文字，请在最前面加反斜杠", below)
    runs = read_marks("\n".join(lines))
    length = sum(len(run.text) for run in runs)
    if not "".join(run.text for run in runs).strip():
        raise MarkError("这一段是空的")
    if length > MAX_PARAGRAPH:
        raise MarkError(f"这一段有 {length} 字，不能超过 {MAX_PARAGRAPH} 字")
    return to_html(runs)


def _quote(lines: list[str]) -> dict[str, str]:
    texts = [_plain_at(line[1:], below) for below, line in enumerate(_all(lines, ">"))]
    source = texts.pop()[len(SOURCE) :] if f"{texts[-1]} ".startswith(SOURCE) else ""
    return {"text": "\n".join(texts).strip("\n"), "source": source}


def _steps(lines: list[str]) -> list[str]:
    steps = []
    for below, line in enumerate(lines):
        found = _STEP.fullmatch(line)
        if found is None:
            raise MarkError("步骤一行一条，以 1. 2. 3. 开头；列表的上下都要空一行", below)
        step = _plain_at(found[1], below)
        if not step or len(step) > MAX_STEP:
            raise MarkError(f"每一步要有文字，不超过 {MAX_STEP} 字", below)
        steps.append(step)
    if len(steps) > MAX_STEPS:
        raise MarkError(f"步骤最多 {MAX_STEPS} 条", MAX_STEPS)
    return steps


def _picture(lines: list[str]) -> dict[str, str]:
    found = _PICTURE.fullmatch(_alone(lines))
    if found is None:
        raise MarkError('图片应写成 ![图片说明](文件名 "图注")，独占一行')
    return {"file": file_name(found[2]), "alt": read_plain(found[1]), "caption": read_plain(found[3] or "")}


def _rows(lines: list[str]) -> list[list[str]]:
    if len(lines) < 3 or not _RULE.fullmatch(lines[1]):  # noqa: PLR2004 - a head, the rule, a row
        raise MarkError("表格要有表头、一行 | --- | --- | 和至少一行内容")
    rows = [_cells(line, below) for below, line in enumerate(_all(lines, "|")) if below != 1]
    for place, row in enumerate(rows):
        below = place + (place > 0)
        if len(row) != len(rows[0]):
            raise MarkError(f"这一行有 {len(row)} 列，表头有 {len(rows[0])} 列", below)
        if not any(row):
            raise MarkError("表格里有一行是空的", below)
    if len(rows) > MAX_ROWS or len(rows[0]) > MAX_COLUMNS:
        raise MarkError(f"表格最多 {MAX_COLUMNS} 列、{MAX_ROWS} 行")
    if len(table_text(rows)) > LIMITS["table", "text"].characters:
        raise MarkError(f"表格的文字不能超过 {LIMITS['table', 'text'].characters} 字")
    return rows


def _cells(line: str, below: int) -> list[str]:
    texts: list[str] = []
    at = 1
    while at < len(line):
        cell = _CELL.match(line, at)
        if cell is None:
            raise MarkError("表格的每一行都要以竖线 | 结尾", below)
        texts.append(_plain_at(cell[1], below))
        at = cell.end()
    if any("|" in text for text in texts):
        raise MarkError("表格里不能有竖线", below)
    return texts


def _all(lines: list[str], mark: str) -> list[str]:
    for below, line in enumerate(lines):
        if not line.startswith(mark):
            raise MarkError(f"这一块的每一行都要以 {mark} 开头；要写别的内容，请先空一行", below)
    return lines


def _plain_at(text: str, below: int) -> str:
    try:
        return read_plain(text)
    except MarkError as error:
        raise MarkError(str(error), below) from error


def file_name(name: str) -> str:
    """The name, where it may be that of a file in the item's folder. Raises MarkError."""
    if not FILE_NAME.fullmatch(name):
        raise MarkError(f"文件名“{name[:80]}”不行：只能是本目录里的文件，用字母、数字、点、横线和下划线")
    return name


def slug(name: str) -> str:
    """The name, where it may be that of an item. Raises MarkError."""
    if len(name) > MAX_SLUG or not SLUG.fullmatch(name):
        raise MarkError(f"“{name[:80]}”不是内容的文件夹名")
    return name


def _directive_kind(line: str) -> str:
    name = line[1:].partition("[")[0]
    if name not in _KINDS:
        raise MarkError(f":{name[:20]}[…] 不认识；可以写 :law :case :call :recording :video :caption")
    return _KINDS[name]


def _directive(lines: list[str]) -> tuple[str, str, str]:
    found = _DIRECTIVE.fullmatch(_alone(lines))
    if found is None:
        raise MarkError("应写成 :名称[文字] 或者 :名称[文字](目标)，独占一行；文字里的方括号前面加反斜杠")
    name, words, target = found[1], read_plain(found[2]), found[3] or ""
    if bool(target) != (name in _TARGETED):
        raise MarkError(f":{name}[…] 后面{'要有' if name in _TARGETED else '不能有'}圆括号")
    return name, words, target


def _call(words: str, target: str) -> dict[str, str]:
    if not PHONE.fullmatch(target):
        raise MarkError("请填写可以拨打的号码，例如 12348")
    return {"label": words, "number": target}


def _media(words: str, target: str) -> dict[str, str]:
    return {"file": file_name(target), "title": words}


#: By the first character of a block.
_READERS: dict[str, tuple[str, Callable[[list[str]], Any]]] = {
    "#": ("heading", _heading),
    ">": ("quote", _quote),
    "1": ("steps", _steps),
    "!": ("picture", _picture),
}
_TARGETED = frozenset({"call", "recording", "video"})
_KINDS = {"law": "statute", "caption": "table"} | {name: name for name in ("case", "call", "recording", "video")}
_DIRECTIVES: dict[str, Callable[[str, str], Any]] = {
    "law": lambda words, _: {"citation": words},
    "case": lambda words, _: {"slug": slug(words)},
    "call": _call,
    "recording": _media,
    "video": _media,
}
