"""What is looked for in a text before it may be submitted. Pure: no database.

What is certainly wrong blocks a submission; what may be right all the same is pointed out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from backend.content import cases
from backend.content.rules import texts

#: Characters that a villager reads in a minute.
CHARACTERS_A_MINUTE = 350
_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])", re.ASCII)
_IDENTITY = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx](?![0-9])", re.ASCII
)
_SHOWN = 3


class Level(Enum):
    """How a finding is to be taken; the values are words for people."""

    BLOCKING = "必须修改"
    CAUTION = "请留意"
    NOTE = "提示"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a sentence for people, and the id of the block that has it, or empty for the whole."""

    level: Level
    message: str
    block: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the text may not be submitted because of it."""
        return self.level is Level.BLOCKING


def blocking(message: str, block: str = "") -> Finding:
    """What must be changed."""
    return Finding(Level.BLOCKING, message, block)


def caution(message: str, block: str = "") -> Finding:
    """What somebody should look at."""
    return Finding(Level.CAUTION, message, block)


def reading_minutes(blocks: Iterable[Mapping[str, Any]]) -> int:
    """How long a villager reads, in minutes, one at least."""
    characters = sum(1 for _, text in texts(blocks) for one in text if not one.isspace())
    return max(1, -(-characters // CHARACTERS_A_MINUTE))


def personal_data(text: str) -> list[str]:
    """Mobile numbers and identity numbers in a text, shortened to what tells which they are."""
    plain = unicodedata.normalize("NFKC", text)
    found = [f"手机号 {_shortened(match)}" for match in _MOBILE.findall(plain)]
    return found + [f"身份证号 {_shortened(match)}" for match in _IDENTITY.findall(plain)]


def _shortened(number: str) -> str:
    return f"{number[:3]}…{number[-2:]}"


def private_matters(places: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Numbers that lead to a person, in (name of the place, id of its block, text)."""
    for name, block, text in places:
        numbers = list(dict.fromkeys(personal_data(text)))
        if numbers:
            yield blocking(f"{name}里有个人信息：{'、'.join(numbers[:_SHOWN])}", block)


def pictures_without_words(blocks: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Pictures that say nothing to those who do not see them."""
    for number, block in enumerate(blocks, start=1):
        if block["type"] == "picture" and not (block["value"].get("alt") or "").strip():
            yield caution(f"第 {number} 块的图片没有写图片说明", block.get("id") or "")


def missing_parts(kind: str, parts: Mapping[str, Any], blocks: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """What a text of this kind lacks. `parts` has what is given by name; see `REQUIRED`."""
    for name, label in (*ALWAYS.items(), *REQUIRED.get(kind, {}).items()):
        if not parts.get(name):
            yield blocking(f"还没有{label}")
    kinds = {block["type"] for block in blocks}
    if kind == "comic" and "picture" not in kinds:
        yield blocking("漫画海报至少要有一张图片")
    if kind == "commentary" and "statute" not in kinds:
        yield blocking("以案释法至少要引用一条法律")
    if kind == "case":
        wrong = cases.problems(parts.get("case_category") or "", parts.get("case_facts") or {})
        yield from (blocking(message) for message in wrong.values())


#: What every text has.
ALWAYS = {"title": "标题", "summary": "摘要"}
_TEXT = {"body": "正文"}
#: What each kind must have besides a title and a summary, with its name for people.
REQUIRED: Mapping[str, Mapping[str, str]] = {
    "article": _TEXT,
    "recording": {"recording": "录音"},
    "video": {"video": "视频"},
    "qa": {"question": "提问", **_TEXT},
    "comic": _TEXT,
    "case": _TEXT,
    "course": {"lessons": "课时"},
    "topic": {},
    "commentary": _TEXT,
}
