"""A text as its pages show it: each block with what it leads to, read in a fixed number of statements."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.content import cases
from backend.content.inline import spans
from backend.content.models import ContentItem
from backend.content.models.reviewed import Reviewed
from backend.content.rules import step_texts
from backend.content.selectors import cited_in
from backend.content.submission import lessons_of
from backend.content.tables import read_table
from backend.statutes.selectors import Resolved, current_validity
from media.models import MediaFile
from media.selectors import address_of, files_by_id

Block = Mapping[str, Any]
_MEDIA = frozenset({"picture", "recording", "video"})


def shown_blocks(text: Reviewed) -> list[dict[str, Any]]:
    """The blocks of a version, each with its place, its id, and by its kind what the templates show.

    Two statements for what it cites, two for its media, one for its cases, and none for what it has not.
    """
    blocks = list(text.body.raw_data)
    files = files_by_id([block["value"]["media"] for block in blocks if block["type"] in _MEDIA])
    named = [block["value"]["item"] for block in blocks if block["type"] == "case"]
    # What readers have never seen is named to nobody, whatever a body says.
    seen = ContentItem.objects.filter(first_published_at__isnull=False)
    found = seen.in_bulk([key for key in named if key]) if named else {}
    cited = cited_in(blocks)
    return [
        {
            "kind": block["type"],
            "id": block.get("id") or "",
            "place": index + 1,
            "cited": [_shown(one) for one in cited.get(index, [])],
            **_VALUES[block["type"]](block["value"], files, found),
        }
        for index, block in enumerate(blocks)
        if block["type"] in _VALUES
    ]


def _shown(found: Resolved) -> dict[str, Any]:
    """What a citation leads to, for people."""
    validity = current_validity(found.article) if found.article else None
    problem = found.problem.value if found.problem else ""
    return {"article": found.article, "validity": validity, "problem": problem, "law": found.ref.law}


def _words(value: Any, *_: Any) -> dict[str, Any]:
    return {"text": value}


def _media(value: Any, files: Mapping[str, MediaFile], _found: Any) -> dict[str, Any]:
    return {**value, "file": shown_file(files.get(str(value["media"])))}


def _table(value: Any, *_: Any) -> dict[str, Any]:
    try:
        head, *rows = read_table(value["text"])
    except ValueError:
        return {"caption": value["text"], "head": [], "rows": []}
    return {"caption": value.get("caption"), "head": head, "rows": rows}


_VALUES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "heading": _words,
    "paragraph": lambda value, *_: {"spans": spans(value)},
    "picture": _media,
    "recording": _media,
    "video": _media,
    "quote": lambda value, *_: dict(value),
    "statute": lambda value, *_: {"text": value["citation"]},
    "case": lambda value, _, found: {"item": found.get(value["item"])},
    "steps": lambda value, *_: {"steps": step_texts(value)},
    "call": lambda value, *_: dict(value),
    "table": _table,
}


def shown_file(media: MediaFile | None) -> dict[str, Any] | None:
    """Where a checked file can be seen or heard, and how large it is; None where there is none."""
    if media is None or media.state != MediaFile.State.READY:
        return None
    copy = media.shown
    return {"url": address_of(copy.key), "copy": copy}


def shown_facts(text: Reviewed) -> list[tuple[str, str]]:
    """The facts of a case, each with its label."""
    if not isinstance(text, ContentItem) or text.kind != ContentItem.Kind.CASE:
        return []
    return [(fact.label, words) for fact, words in cases.told(text.case_category, text.case_facts or {})]


def shown_lessons(text: Reviewed) -> list[ContentItem]:
    """The lessons of a course in their order, those that readers have seen."""
    lessons = lessons_of(text) if isinstance(text, ContentItem) else []
    return [lesson for lesson in lessons if lesson.first_published_at]
