"""An item as its folder tells it: what stands in the heads and bodies of its files, all in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from backend.content.files.body import Block


@dataclass(frozen=True, slots=True)
class Copy:
    """A clean copy in the store of media: its key there, and its size in bytes."""

    key: str
    size: int


#: A file's bytes, or where they lie.
Source = bytes | Path | Copy
#: What a file is used for: the purposes of media.
COVER, PICTURE, RECORDING, VIDEO = "cover", "picture", "recording", "video"
#: What a course may be made of.
LESSONS = ("article", "recording", "video", "qa", "comic", "case", "commentary")


@dataclass(frozen=True, slots=True)
class Text:
    """One language of an item. Files are names in the folder; `lines` tells where a field is, or a block, by index."""

    title: str
    summary: str
    question: str = ""
    recording: str = ""
    blocks: tuple[Block, ...] = ()
    lines: Mapping[str | int, int] = field(default_factory=dict, compare=False, repr=False)

    def line(self, place: str | int) -> int:
        """The line of a field or a block; 0 where it is not there."""
        return self.lines.get(place, 0)


@dataclass(frozen=True, slots=True)
class Item(Text):
    """The Chinese text with what belongs to the item whatever the language.

    `division` and `audience` are codes, `roles` and `groups` names in lower case of ReaderRole and PeopleGroup,
    `topics` and `lessons` slugs; `topics` and the parts of the audience are sorted. Moments have a time zone.
    """

    kind: str = "article"
    division: str = ""
    audience: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    cover: str = ""
    video: str = ""
    pinned_until: date | None = None
    go_live_at: datetime | None = None
    expire_at: datetime | None = None
    category: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder: its name, its item, the item's other languages by their code, and its files by name."""

    slug: str
    item: Item
    translations: Mapping[str, Text] = field(default_factory=dict)
    files: Mapping[str, Source] = field(default_factory=dict, repr=False)

    def texts(self) -> list[tuple[str, Text]]:
        """Every text with its language, the Chinese one, whose language is empty, first."""
        return [("", self.item), *sorted(self.translations.items())]

    def name_of(self, language: str) -> str:
        """The file of a language, as it is called in problems."""
        return f"{self.slug}/{file_of(language)}"


def file_of(language: str) -> str:
    """The name of the file of a language; the Chinese one is empty."""
    return f"item.{language}.md" if language else "item.md"


def used_files(text: Text) -> list[tuple[str, str, int]]:
    """Name, purpose and line of each file that a text uses, in its order."""
    found: list[tuple[str, str, int]] = []
    if isinstance(text, Item):
        found += [(text.cover, COVER, text.line("cover")), (text.video, VIDEO, text.line("video"))]
    found.append((text.recording, RECORDING, text.line("recording")))
    for index, (kind, value) in enumerate(text.blocks):
        if kind in (PICTURE, RECORDING, VIDEO):
            found.append((value["file"], kind, text.line(index)))
    return [use for use in found if use[0]]


def used_slugs(text: Text) -> list[tuple[str, tuple[str, ...], int]]:
    """Slug, kinds that it may be of, and line of each item that a text refers to."""
    found: list[tuple[str, tuple[str, ...], int]] = []
    if isinstance(text, Item):
        found += [(slug, ("topic",), text.line("topics")) for slug in text.topics]
        found += [(slug, LESSONS, text.line("lessons")) for slug in text.lessons]
    for index, (kind, value) in enumerate(text.blocks):
        if kind == "case":
            found.append((value["slug"], ("case",), text.line(index)))
    return found


def cited(text: Text) -> list[tuple[str, int]]:
    """Words and line of each statute block."""
    return [(value["citation"], text.line(i)) for i, (kind, value) in enumerate(text.blocks) if kind == "statute"]
