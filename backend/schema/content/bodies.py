"""A stored body, read into blocks; what is broken or unknown in it is left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from backend.content import rules, tables
from backend.content.block_ids import short_ids
from backend.content.blocks import BodyBlock
from backend.schema.plans.declare import Stored
from backend.schema.server.ids import int_key

_NO_BLOCK = -1
_STATUTE = "statute"
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Block:
    """One block of an item's body. `index` is where the Chinese body has it, by which its citations are found.

    What it holds is in those of the other attributes that its kind has a use for.
    """

    item: int
    index: int
    kind: str
    id: str
    text: str = ""
    caption: str = ""
    html: str = ""
    number: str = ""
    media: UUID | None = None
    other: int | None = None
    lines: Sequence[Any] = ()


def _text(value: Any) -> str:
    """Raises TypeError for anything but a text."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _key(value: Any) -> int:
    """Raises TypeError or ValueError for what is no key of a row."""
    if type(value) is not int:
        raise TypeError(type(value).__name__)
    return int_key(str(value))


#: From a stored value of each kind what a Block has of it. What is wrong raises TypeError, KeyError or ValueError.
_READ: dict[str, Callable[[Any], dict[str, Any]]] = {
    "heading": lambda value: {"text": _text(value)},
    "paragraph": lambda value: {"html": _text(value)},
    "picture": lambda value: {
        "media": rules.media_of(value),
        "text": _text(value["alt"]),
        "caption": _text(value["caption"]),
    },
    "recording": lambda value: {"media": rules.media_of(value), "text": _text(value["title"])},
    "video": lambda value: {"media": rules.media_of(value), "text": _text(value["title"])},
    "quote": lambda value: {"text": _text(value["text"]), "caption": _text(value["source"])},
    "statute": lambda value: {"text": _text(value["citation"])},
    "case": lambda value: {"other": _key(value["item"])},
    "steps": lambda value: {"lines": rules.step_texts(value)},
    "call": lambda value: {"text": _text(value["label"]), "number": _text(value["number"])},
    "table": lambda value: {"caption": _text(value["caption"]), "lines": tables.read_table(_text(value["text"]))},
}


def stored_body(path: str) -> Stored:
    """The column of a body, as a list of blocks such as Wagtail reads them.

    Kinds that were taken out of the code since are not there, and not counted.
    """
    return Stored(path, of_attribute=_of_attribute, of_database=_known)


def _of_attribute(body: Any) -> Iterable[Any]:
    raw: Iterable[Any] = _known(body) if isinstance(body, str) else body.raw_data
    return raw


def _known(text: str | bytes) -> list[Any]:
    return [block for block in orjson.loads(text) if block["type"] in BodyBlock.base_blocks]


def blocks_of(item: int, shown: Iterable[Raw], chinese: Iterable[Raw]) -> list[Block]:
    """The blocks of a body. Where it is not the Chinese one, that is given as well, whose citations are known."""
    places, raws = _Places(chinese), list(shown)
    names = short_ids(raw.get("id") for raw in raws)
    read = (
        _block(item, places.of(index, raw), raw, name)
        for index, (raw, name) in enumerate(zip(raws, names, strict=True))
    )
    return [block for block in read if block]


class _Places:
    """Where the Chinese body has a block that cites the law: the same block, or one that cites in the same words."""

    def __init__(self, chinese: Iterable[Raw]) -> None:
        self._translated = False
        self._known: dict[Any, int] = {}
        for index, raw in enumerate(chinese):
            self._translated = True
            if raw["type"] == _STATUTE:
                for key in _names(raw):
                    self._known.setdefault(key, index)

    def of(self, index: int, raw: Raw) -> int:
        """The index of the Chinese block; one of none where there is none."""
        if not self._translated:
            return index
        found = (self._known.get(key) for key in _names(raw)) if raw["type"] == _STATUTE else ()
        return next((place for place in found if place is not None), _NO_BLOCK)


def _names(raw: Raw) -> list[tuple[str, str]]:
    value = raw.get("value")
    text = value.get("citation", "") if isinstance(value, Mapping) else ""
    return [("id", str(raw.get("id"))), ("text", str(text))]


def _block(item: int, index: int, raw: Raw, name: Any) -> Block | None:
    try:
        kind = raw["type"]
        return Block(item, index, kind, _text(name), **_READ[kind](raw["value"]))
    except (KeyError, TypeError, ValueError):
        return None
