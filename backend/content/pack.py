"""What changed for a reader since they last asked: for phones that keep the content of their village offline.

Two lists are read from a cursor on, each in the order of editions: the items that changed and are to be seen now, and
the departures of items that are not. The edition is read first, and nothing newer than it is given: what is published
meanwhile comes with the next pack. Since editions are committed in their order, nothing can appear behind a cursor.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from django.db.models import Exists, Max, OuterRef, Q

from backend.content.models import Departure
from backend.content.rules import media_of
from backend.content.selectors import published_for
from backend.content.standing import Standing
from backend.editions.selectors import current
from media.models import Rendition

MAX_ITEMS = 200
#: Departures in one pack; more of them come with the next, as more items do.
MAX_DELETED = 1_000
_ALL = (1 << 63) - 1
_PROVINCE = 1
_NUMBER = r"(0|[1-9][0-9]{0,17})"
_FORM = re.compile(rf"1\.{_NUMBER}\.{_NUMBER}?\.{_NUMBER}\.{_NUMBER}?\.([0-9a-f]{{12}})")
_WITH_FILES = frozenset({"picture", "recording", "video"})


class Place(NamedTuple):
    """Behind which row of a list: of this edition, up to this item."""

    edition: int
    item: int = _ALL


_BEGINNING = Place(-1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone has read both lists, and as whom: `standing` is a digest of who saw them."""

    items: Place
    departures: Place
    standing: str

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Of its text. Raises ValueError for what is none."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("no cursor of a pack")
        edition, item, departed, departure, standing = found.groups()
        return cls(_place(edition, item), _place(departed, departure), standing)

    def __str__(self) -> str:
        return ".".join(["1", *_written(self.items), *_written(self.departures), self.standing])


def _place(edition: str, item: str | None) -> Place:
    return Place(int(edition), _ALL if item is None else int(item))


def _written(place: Place) -> tuple[str, str]:
    return str(place.edition), "" if place.item == _ALL else str(place.item)


@dataclass(frozen=True)
class Entry:
    """One item that is new or changed. Without slots, as whoever shows it hangs the item on it."""

    item_id: int


@dataclass(frozen=True)
class File:
    """One file that the items of a pack show; `key` is where its clean copy lies."""

    media_id: Any
    key: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Pack:
    """One answer. Where it is a `reset`, the phone forgets what it had; where it `has_more`, it asks again at once."""

    standing: Standing
    cursor: str
    reset: bool
    has_more: bool
    entries: Sequence[Entry]
    deleted: Sequence[int]

    @property
    def item_count(self) -> int:
        """How many items are in this pack."""
        return len(self.entries)

    @cached_property
    def media(self) -> list[File]:
        """The files that its items show in the reader's language, each once. Two statements when first asked for."""
        if not self.entries:
            return []
        ids = [entry.item_id for entry in self.entries]
        columns = ("pk", "cover", "video", "shown_recording_id", "shown_body")
        rows = published_for(*self.standing).filter(pk__in=ids).order_by("edition", "pk").values_list(*columns)
        wanted: Any = dict.fromkeys(str(key) for row in rows for key in _named(*row[1:]))
        clean: dict[str, File] = {}
        # Of several clean copies the best one, as a page shows it.
        for copy in Rendition.objects.filter(media__in=wanted).order_by("-width", "pk"):
            clean.setdefault(str(copy.media_id), File(copy.media_id, copy.key, copy.content_type, copy.size))
        return [clean[key] for key in wanted if key in clean]

    @property
    def media_bytes(self) -> int:
        """What all files together cost to download."""
        return sum(file.size for file in self.media)


def pack_for(standing: Standing, *, since: str | None, first: int) -> Pack:
    """What changed for a reader since a cursor, at most `first` items of it; three statements, or fewer.

    A cursor of somebody else, or of a reader who has moved, or one that is ahead of this installation (which was set
    back to an earlier state), begins again. Raises ValueError for a malformed cursor.
    """
    cursor = Cursor.read(since) if since is not None else None
    edition = current()
    own = digest_of(standing)
    if cursor is None or cursor.standing != own or max(cursor.items.edition, cursor.departures.edition) > edition:
        cursor = None
    begun = cursor or Cursor(_BEGINNING, Place(edition), own)
    whole = begun.items == begun.departures == Place(edition)
    items, items_at = _page([] if whole else _changed(standing, begun.items, edition), first, edition)
    left, left_at = _page(_departed(standing, cursor, edition) if cursor and not whole else [], MAX_DELETED, edition)
    return Pack(
        standing=standing,
        cursor=str(Cursor(items_at, left_at, own)),
        reset=cursor is None,
        has_more=not items_at == left_at == Place(edition),
        entries=[Entry(row.item) for row in items],
        deleted=[row.item for row in left],
    )


def digest_of(standing: Standing) -> str:
    """Tells whether a cursor was given to a reader of the same standing; it hides nothing."""
    return blake2b(repr(tuple(standing)).encode(), digest_size=6).hexdigest()


def _page(rows: Any, size: int, edition: int) -> tuple[list[Place], Place]:
    """Those of the rows that fit, and the place behind them: that of the edition where all do."""
    found = [Place(*row) for row in rows[: size + 1]]
    return (found[:size], found[size - 1]) if len(found) > size else (found, Place(edition))


def _changed(standing: Standing, after: Place, edition: int) -> Any:
    rows = published_for(*standing).filter(_behind(after, "pk"), edition__lte=edition)
    return rows.order_by("edition", "pk").values_list("edition", "pk")


def _departed(standing: Standing, cursor: Cursor, edition: int) -> Any:
    """Those that left any division of the reader's, and that they do not see for another reason."""
    seen = published_for(*standing).filter(pk=OuterRef("item"))
    there = Q(division__level=_PROVINCE) if standing.divisions is None else Q(division__in=standing.divisions)
    rows = Departure.objects.filter(there, _behind(cursor.departures, "item"), ~Exists(seen), edition__lte=edition)
    return rows.values("item").annotate(newest=Max("edition")).order_by("newest", "item").values_list("newest", "item")


def _behind(place: Place, key: str) -> Q:
    """Rows of later editions, and of the same one those of later items."""
    if place.item == _ALL:
        return Q(edition__gt=place.edition)
    return Q(edition__gte=place.edition) & (Q(edition__gt=place.edition) | Q(**{f"{key}__gt": place.item}))


def _named(cover: Any, video: Any, recording: Any, body: Any) -> Iterator[Any]:
    """The files that one item shows: its own, then those of its text."""
    yield from (key for key in (cover, recording, video) if key)
    for block in blocks_of(body):
        if block["type"] in _WITH_FILES:
            # What is broken is left out here as it is where the text is shown.
            with suppress(KeyError, TypeError, ValueError):
                yield media_of(block["value"])


def blocks_of(body: Any) -> Sequence[Mapping[str, Any]]:
    """A body's blocks as they are stored."""
    return orjson.loads(body) if isinstance(body, str | bytes) else list(body.raw_data)
