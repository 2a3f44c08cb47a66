"""Between what is stored of a text and what its files say: blocks, and the fields of items and translations."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.content import cases
from backend.content.files.body import Block, table_text
from backend.content.files.entries import PICTURE, RECORDING, VIDEO, Item, Text
from backend.content.files.marks import clean, normal
from backend.content.inline import spans, to_html
from backend.content.models import ContentItem
from backend.content.models.reviewed import Reviewed
from backend.content.tables import read_table

_FILES = frozenset({PICTURE, RECORDING, VIDEO})


@dataclass(frozen=True, slots=True)
class Names:
    """What files call the things that rows refer to: slugs by the keys of items, and names for ids of media."""

    slugs: Mapping[int, str]
    file: Callable[[str, str], str]


def one_line(text: str) -> str:
    """Text as it stands in one line of a file."""
    return clean(text).replace("\n", " ").strip(" ")


def text_of(row: Reviewed, names: Names) -> Text:
    """What a row or a version of it says, as its file says it; blocks that are not complete are left out."""
    values: dict[str, Any] = {
        "title": one_line(row.title),
        "summary": one_line(row.summary),
        "question": clean(row.question).strip("\n"),
    }
    if isinstance(row, ContentItem):
        values |= _item_values(row, names)
    values["recording"] = _file(row.recording_id, RECORDING, names)
    blocks = (_block(raw["type"], raw["value"], names) for raw in row.body.raw_data)
    values["blocks"] = tuple(block for block in blocks if block is not None)
    return Item(**values) if isinstance(row, ContentItem) else Text(**values)


def _item_values(row: ContentItem, names: Names) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "division": row.division_id or "",
        "audience": tuple(sorted(division.pk for division in row.audience.all())),
        "roles": _bits(row.audience_roles, ReaderRole),
        "groups": _bits(row.audience_groups, PeopleGroup),
        "topics": tuple(sorted(names.slugs[topic.pk] for topic in row.topics.all() if topic.pk in names.slugs)),
        "lessons": tuple(
            names.slugs[each.lesson_id] for each in _in_order(row.lessons.all()) if each.lesson_id in names.slugs
        ),
        "cover": _file(row.cover_id, "cover", names),
        "video": _file(row.video_id, VIDEO, names),
        "pinned_until": row.pinned_until,
        "go_live_at": row.go_live_at,
        "expire_at": row.expire_at,
        "category": row.case_category,
        "facts": {fact.name: one_line(words) for fact, words in cases.told(row.case_category, row.case_facts)},
    }


def _in_order(lessons: Iterable[Any]) -> list[Any]:
    return sorted(lessons, key=lambda each: (each.sort_order or 0, each.pk or 0))


def _bits(mask: int, members: type[ReaderRole] | type[PeopleGroup]) -> tuple[str, ...]:
    return tuple(sorted(member.name.lower() for member in members if mask & member.value))


def mask(names: Iterable[str], members: type[ReaderRole] | type[PeopleGroup]) -> int:
    """The sum of the bits that names in lower case stand for."""
    return sum(members[name.upper()].value for name in names)


def _file(media_id: Any, purpose: str, names: Names) -> str:
    return names.file(str(media_id), purpose) if media_id else ""


def _block(kind: str, value: Any, names: Names) -> Block | None:
    """A stored block as files have it; None where it is not complete."""
    if kind in _READERS:
        read = _READERS[kind](value)
    elif kind == "case":
        read = _named(slug=names.slugs.get(int(value["item"] or 0)))
    elif kind in _FILES:
        file = _file(value.get("media"), kind, names)
        words = {name: one_line(words or "") for name, words in value.items() if name != "media"}
        read = {"file": file, **words} if file else None
    else:
        words = {name: one_line(words or "") for name, words in value.items()}
        read = words if words[_SAID[kind]].strip() else None
    return (kind, read) if read else None


#: The part without which a block says nothing.
_SAID = {"statute": "citation", "call": "number"}


def _named(**names: str | None) -> dict[str, str] | None:
    return {name: words for name, words in names.items() if words} or None


def _paragraph(value: str) -> str | None:
    runs = normal(spans(value))
    return to_html(runs) if "".join(run.text for run in runs).strip() else None


def _steps(value: list[Any]) -> list[str]:
    steps = [one_line(step["value"] if isinstance(step, dict) else step) for step in value]
    return [step for step in steps if step]


def _quote(value: dict[str, str]) -> dict[str, str] | None:
    text = clean(value["text"] or "").strip("\n")
    return {"text": text, "source": one_line(value.get("source") or "")} if text.strip() else None


def _table(value: dict[str, Any]) -> dict[str, Any] | None:
    try:
        rows = [[one_line(cell) for cell in row] for row in read_table(value["text"] or "")]
    except ValueError:
        return None
    return {"caption": one_line(value.get("caption") or ""), "rows": rows} if all(map(any, rows)) else None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "heading": one_line,
    "paragraph": _paragraph,
    "quote": _quote,
    "steps": _steps,
    "table": _table,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What rows call the things that files refer to: keys of items by slug, and ids of media by file name."""

    items: Mapping[str, int]
    media: Mapping[str, str]


def raw_block(block: Block, keys: Keys) -> dict[str, Any]:
    """A block as it is stored, without its id."""
    kind, value = block
    match kind:
        case "table":
            value = {"caption": value["caption"], "text": table_text(value["rows"])}
        case "case":
            value = {"item": keys.items[value["slug"]]}
        case "steps":
            value = [{"type": "item", "value": step, "id": str(uuid4())} for step in value]
        case _ if kind in _FILES:
            value = {name: words for name, words in value.items() if name != "file"} | {
                "media": keys.media[value["file"]]
            }
    return {"type": kind, "value": value}
