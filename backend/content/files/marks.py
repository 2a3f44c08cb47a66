r"""Inline text: `**bold**`, `*italic*`, `[text](https://…)` and a line break `\` at the end of a line.

Asterisks switch bold and italic on and off wherever they stand, also between Chinese punctuation. A backslash before
ASCII punctuation takes its meaning away. HTML is refused, never dropped.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import replace

from backend.content.inline import Span, is_address, merged

#: What begins a block, or would in other dialects of Markdown; at the start of a line of text it is written with a \.
BLOCK_START = re.compile(
    r"(?P<mark>#{1,6}(?=[ ]|$)|>|\||[-+*](?=[ ])|(?:-{3,}|={3,}|_{3,}|\*{3,})[ ]*$|```|~~~|:[a-z]+\[|!\[)"
    r"|(?P<number>\d{1,9})\.(?=[ ])",
    re.ASCII,
)
_SPECIAL = re.compile(r"[\\*\[\]<]")
_TAG = re.compile(r"<[A-Za-z/!?]")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\[\s\S])*)\]\(([^()\s]*)\)")
_BROKEN_LINK = re.compile(r"\[(?:[^\[\]\\]|\\[\s\S])*\]\(")
_PLAIN = re.compile(r"[^\\*\[<\n]+")
# Tabs and line feeds aside, and with the separators that only some programs take for the end of a line.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# Each run of spaces is looked at once: time grows with the length of a text, whatever it holds.
_LOOSE = re.compile(r"\A[ \n]+|(?<![ \n])[ \n]++\Z|(?<! ) ++(?=\n)|(?<=\n) +")
_MOST_ASTERISKS = 3


class MarkError(ValueError):
    """What is wrong, in Chinese, and how many lines below the first one."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def clean(text: str) -> str:
    """Text without what a file of lines cannot hold: control characters, and spaces at the ends of lines."""
    kept = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "\n".join(line.strip(" ") for line in kept.split("\n"))


def has_control(text: str) -> bool:
    """Whether a line of a file holds characters that `clean` takes away, spaces and tabs aside."""
    return _CONTROL.search(text) is not None


def normal(spans: Iterable[Span]) -> list[Span]:
    """The runs as a file can hold them: no spaces at the ends of lines, no breaks at the ends of the passage.

    Addresses of links have their brackets encoded. Reading back what was written gives exactly this.
    """
    runs = [_tidy(span) for span in spans]
    text = "".join(run.text for run in runs)
    dropped = {at for found in _LOOSE.finditer(text) for at in range(*found.span())}
    kept: list[Span] = []
    start = 0
    for run in runs:
        places = range(start, start + len(run.text))
        kept.append(replace(run, text="".join(text[at] for at in places if at not in dropped)))
        start = places.stop
    return list(merged(kept))


def _tidy(span: Span) -> Span:
    link = span.link.replace("(", "%28").replace(")", "%29") if is_address(span.link) else ""
    text = _CONTROL.sub("", span.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return Span(text, span.bold, span.italic, link)


def write_marks(spans: Iterable[Span]) -> str:
    """Runs, in the form that `normal` gives them, as Markdown."""
    parts: list[str] = []
    bold = italic = False
    link = ""
    for span in spans:
        if link and span.link != link:
            parts.append(f"]({link})")
            link = ""
        parts.append("*" * (2 * (span.bold != bold) + (span.italic != italic)))
        bold, italic = span.bold, span.italic
        if span.link and not link:
            parts.append("[")
            link = span.link
        parts.append(write_plain(span.text).replace("\n", "\\\n"))
    parts.append(f"]({link})" if link else "")
    parts.append("*" * (2 * bold + italic))
    return "\n".join(_guarded(line) for line in "".join(parts).split("\n"))


def write_plain(text: str) -> str:
    """Text in which nothing is a mark."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _guarded(line: str) -> str:
    """A line of text that nobody takes for the beginning of a block."""
    start = BLOCK_START.match(line)
    if start is None or line.startswith("*"):
        return line
    at = start.end("number") if start["number"] else 0
    return f"{line[:at]}\\{line[at:]}"


def read_marks(text: str) -> list[Span]:
    """The runs of a passage; breaks in the lines are as written with a backslash, others join. Raises MarkError."""
    reader = _Reader()
    reader.read(text)
    if reader.bold or reader.italic:
        raise MarkError("星号没有成对：**加粗** 和 *斜体* 前后都要有；普通的星号请写成 \\*")
    return normal(reader.spans)


def read_plain(text: str) -> str:
    """Text in which no mark may stand. Raises MarkError."""
    spans = read_marks(text)
    if any(span.bold or span.italic or span.link for span in spans):
        raise MarkError("这里只能写普通文字，不能加粗、斜体或者加链接")
    return "".join(span.text for span in spans)


class _Reader:
    """Reads a passage from left to right."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.bold = self.italic = False
        self._line = 0

    def read(self, text: str, link: str = "") -> None:
        """Take in what stands in the passage, or between the brackets of a link."""
        at = 0
        while at < len(text):
            at = self._step(text, at, link)

    def _step(self, text: str, at: int, link: str) -> int:
        """Take in what begins at a place; where it ends."""
        if plain := _PLAIN.match(text, at):
            self._add(plain[0], link)
            return plain.end()
        match text[at]:
            case "\n":
                self._line += 1
                self._add(_joint(text, at), link)
            case "\\":
                return self._escape(text, at, link)
            case "*":
                return self._switch(text, at)
            case "<" if _TAG.match(text, at):
                raise MarkError("正文里不能写 HTML 标记；普通的小于号请写成 \\<", self._line)
            case "[" if not link and (found := _LINK.match(text, at)):
                if not is_address(found[2]):
                    raise MarkError("链接只能通向 http 或 https 网址", self._line)
                self.read(found[1], found[2])
                return found.end()
            case "[" if _BROKEN_LINK.match(text, at):
                raise MarkError("链接写得不对：应是 [文字](https://…)，网址里的括号写成 %28 和 %29", self._line)
            case character:
                self._add(character, link)
        return at + 1

    def _escape(self, text: str, at: int, link: str) -> int:
        following = text[at + 1 : at + 2]
        if following == "\n":
            self._line += 1
            self._add("\n", link)
        elif following and following in string.punctuation:
            self._add(following, link)
        elif following:
            self._add("\\", link)
            return at + 1
        return at + 2

    def _switch(self, text: str, at: int) -> int:
        end = at
        while text[end : end + 1] == "*":
            end += 1
        if end - at > _MOST_ASTERISKS:
            raise MarkError("星号太多：**加粗**、*斜体*、***又粗又斜***", self._line)
        self.bold ^= end - at != 1
        self.italic ^= end - at != 2  # noqa: PLR2004 - two asterisks are bold alone
        return end

    def _add(self, text: str, link: str) -> None:
        self.spans.append(Span(text, self.bold, self.italic, link))


def _joint(text: str, at: int) -> str:
    """What stands for the end of a line without a backslash: a space between Latin words, nothing in Chinese."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return " " if around.isascii() and around.strip() else ""
