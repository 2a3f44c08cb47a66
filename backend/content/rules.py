"""Rules of content that need no database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from backend.content.inline import plain
from backend.ids import encode_id
from backend.statutes.citations import CitationRef, parse_citations

#: No article for villagers comes near it.
MAX_REFERENCES = 1000


def _of(*names: str) -> Callable[[Any], str]:
    """The named parts of a stored value that are there, one a line."""
    return lambda value: "\n".join(filter(None, (str(value.get(name) or "") for name in names)))


#: The text of each kind of block that has any, from its stored value.
TEXTS: Mapping[str, Callable[[Any], str]] = {
    "heading": str,
    "paragraph": plain,
    "picture": lambda value: f"{value['alt']}\n{value['caption']}".strip(),
    "recording": lambda value: str(value["title"]),
    "video": lambda value: str(value["title"]),
    "quote": lambda value: str(value["text"]),
    "statute": lambda value: str(value["citation"]),
    "steps": lambda value: "\n".join(step_texts(value)),
    "call": _of("label", "number"),
    "table": _of("caption", "text"),
}
_CITING = frozenset({"statute", "paragraph", "quote", "steps", "table"})


def step_texts(value: Iterable[Any]) -> list[str]:
    """The steps of a stored list, which may still have the plain form without ids."""
    return [str(step["value"] if isinstance(step, Mapping) else step) for step in value]


def media_of(value: Any) -> UUID:
    """The file that the stored value of a block names. Raises KeyError, TypeError or ValueError where it is broken."""
    named = value["media"]
    if not isinstance(named, str):
        raise TypeError(type(named).__name__)
    return UUID(named)


def texts(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Index and plain text of each block of a body that has any, in order."""
    for index, block in enumerate(blocks):
        if block["type"] in TEXTS:
            yield index, TEXTS[block["type"]](block["value"])


def passages(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Index and text of each block of a body that may cite the law, in order."""
    for index, block in enumerate(blocks):
        if block["type"] in _CITING:
            yield index, TEXTS[block["type"]](block["value"])


def references(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, CitationRef]]:
    """What a body cites, in order, each with the index of its block. Beyond MAX_REFERENCES nothing is read."""
    left = MAX_REFERENCES
    for index, text in passages(blocks):
        refs = parse_citations(text)[:left]
        left -= len(refs)
        for ref in refs:
            yield index, ref
        if not left:
            return


def notice_key(content_id: int, division_code: str) -> str:
    """What makes a publication tell a division once."""
    return f"content:{content_id}:{division_code}"


def content_link(content_id: int) -> str:
    """The deep link that opens the item in the app."""
    return f"content/{encode_id('ContentItem', content_id)}"
