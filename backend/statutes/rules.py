"""What a law is called, which of its versions holds on a day, and how an article's text divides. No database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from backend.numerals import chinese_number, parse_number

STATE = "中华人民共和国"
#: What people call laws every day, courts and news included, and the short names under which the laws are kept. None
#: of them is a law of its own, and none can be worked out: they skip characters in the middle of the name.
ALIASES = {
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "道交法": "道路交通安全法",
    "反家暴法": "反家庭暴力法",
    "村委会组织法": "村民委员会组织法",
    "土地承包法": "农村土地承包法",
    "反诈法": "反电信网络诈骗法",
    "消保法": "消费者权益保护法",
    "消法": "消费者权益保护法",
    "未保法": "未成年人保护法",
    "治安处罚法": "治安管理处罚法",
}
_OUTDATED = {"": "", "amended": "所引条文已修改", "repealed": "所引条文已废止"}
_MARKS = str.maketrans("「」『』", "《》《》")
_BRACKETS = str.maketrans("()〈〉<>＜＞", "（）《》《》《》")
_EDITION = re.compile(r"（\d{4}年?[^（）]{0,8}(?:修正|修订|公布|通过|版|文本)[^（）]{0,6}）$")
#: An amendment or an interpretation, and the law that it speaks of.
_OF_ANOTHER = re.compile(
    r"(?P<amended>.{1,60})修正案(?:（[^（）]{1,12}）)?"
    r"|.{0,60}关于(?:修改《(?P<changed>[^《》]{1,60})》的决定|《(?P<explained>[^《》]{1,60})》第.{1,60}的解释)"
)
_ITEM_LINE = re.compile(r"[\"“]?[（(](?P<number>[一二三四五六七八九十百]{1,5})[）)]")
_SUBITEM_LINE = re.compile(r"\d{1,3}[.．、]")


class Validity(StrEnum):
    """Whether a text may be relied on."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    REPEALED = "repealed"
    NOT_YET = "not_yet"


class Dated(Protocol):
    """A version of a law: when its text begins to hold, and when the next one takes over (None: none is known)."""

    starts_on: date
    ends_on: date | None


V = TypeVar("V", bound=Dated)


def canonical_name(name: str) -> str:
    """The name by which laws are looked up: 民法典 for 中华人民共和国民法典, 民法典（2020年修正） and the like.

    Inner titles take full book-title marks, brackets their full-width form.
    """
    text = "".join(name.split()).translate(_BRACKETS)
    return _EDITION.sub("", text).removeprefix(STATE)


def lookup_name(name: str) -> str:
    """The short name that a name in marks or without means, everyday names included: 民事诉讼法 for 《民诉法》."""
    text = canonical_name(name.translate(_MARKS))
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        text = canonical_name(text[1:-1])
    return ALIASES.get(text, text)


def own_law(name: str) -> str:
    """The short name of the law that 本法 and 第…条 mean in the text of a law of that name.

    That is the law itself, but an amendment speaks of the law that it amends, an interpretation of the law that it
    interprets: 刑法 for 刑法修正案（十一）.
    """
    short = canonical_name(name)
    match = _OF_ANOTHER.fullmatch(short)
    return canonical_name(next(filter(None, match.groups()))) if match else short


def starts_on(published_on: date, effective_on: date) -> date:
    """When the text of a version began to hold.

    Sources give the day on which the LAW first took effect, also for a text that was amended decades later (专利法:
    in force from 1985, this text from 2020); no text holds before it is published.
    """
    return max(published_on, effective_on)


def version_at(versions: Sequence[V], day: date) -> V | None:
    """The version that holds on a day, of all versions of one law; before the first, the first; None of none."""
    ordered = sorted(versions, key=lambda version: version.starts_on)
    held = [version for version in ordered if version.starts_on <= day and not _ended(version, day)]
    return held[-1] if held else next(iter(ordered), None)


def _ended(version: Dated, day: date) -> bool:
    return version.ends_on is not None and version.ends_on <= day


def validity_on(source: Validity, starts_on: date, ends_on: date | None, day: date) -> Validity:
    """Whether a text may be relied on, on a day, from what its source says of it and when it holds.

    The source speaks of the day on which it was made: it calls a version superseded as soon as the next one is
    published, months before that one takes effect. What it says without a known successor stands: 刑法 is marked as
    amended because an amendment not worked into the text exists.
    """
    if source is Validity.REPEALED:
        return source
    if day < starts_on:
        return Validity.NOT_YET
    if ends_on is None:
        return source
    return Validity.AMENDED if ends_on <= day else Validity.IN_FORCE


def validity_note(source: Validity, starts_on: date, ends_on: date | None, day: date) -> str:
    """A sentence for the reader where the validity alone would mislead; empty where it does not."""
    validity = validity_on(source, starts_on, ends_on, day)
    if validity is Validity.REPEALED:
        return "本法已废止，不再适用"
    if validity is Validity.NOT_YET:
        return f"自 {starts_on} 起施行"
    if ends_on is not None:
        return f"{'已' if validity is Validity.AMENDED else '将'}由 {ends_on} 起施行的新文本取代"
    return "本法另有修改，部分条文可能与现行规定不同，请核对" if validity is Validity.AMENDED else ""


def unheld_note(first_starts_on: date | None) -> str:
    """A sentence for the reader of a day on which none of the texts that are known held."""
    known = f"；最早收录的文本自 {first_starts_on} 起施行" if first_starts_on else ""
    return f"没有收录这一天适用的文本{known}"


def outdated_note(outdated: str) -> str:
    """What the reader of a citation is told beside it, by what became of the article; empty where nothing did."""
    return _OUTDATED[outdated]


@dataclass(slots=True)
class Paragraph:
    """One 款: its lines, and which of them begin and continue each item 项."""

    lines: list[str] = field(default_factory=list)
    items: dict[int, list[str]] = field(default_factory=dict)


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of an article. A line is one, but （一） lines and their 1. lines belong to the one above."""
    found: list[Paragraph] = []
    item: list[str] | None = None
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if match := _ITEM_LINE.match(line):
            found = found or [Paragraph()]
            item = found[-1].items.setdefault(parse_number(match["number"]) or 0, [])
            item.append(line)
        elif item is not None and _SUBITEM_LINE.match(line):
            item.append(line)
        else:
            found.append(Paragraph())
            item = None
        found[-1].lines.append(line)
    return found


def cut(text: str, paragraph: int = 0, item: int = 0) -> str | None:
    """The text of a paragraph 款 or item 项 of an article, all of it for 0 and 0; None where it has no such part.

    An item without its paragraph (第三项) is that of the first paragraph with items.
    """
    if not paragraph and not item:
        return text
    parts = paragraphs(text)
    if paragraph:
        parts = parts[paragraph - 1 : paragraph]
    if not item:
        return "\n".join(parts[0].lines) if parts else None
    listed = next((part.items for part in parts if part.items), {})
    return "\n".join(listed[item]) if item in listed else None


def quote(law: str, label: str, paragraph: int = 0, item: int = 0) -> str:
    """How a citation is written: 《民法典》第一千零六十二条第一款第四项."""
    written = f"《{law}》{label}"
    if paragraph:
        written += f"第{chinese_number(paragraph)}款"
    return f"{written}第{chinese_number(item)}项" if item else written
