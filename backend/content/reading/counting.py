"""Counting what readers did, behind their backs.

Events are taken off their table, added up, and added to the counts in one transaction: a worker that dies in it leaves
everything as it was. Of several workers each takes events of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from time import monotonic
from typing import Any, NamedTuple

from django.db import connection, transaction

from backend.content.models import ContentFigures, ReadingCount, ReadingEvent
from backend.content.models.reading import ReadingKind
from backend.content.reading.rules import day_of
from backend.editions.services import turn_page

#: So many events in one transaction: a fraction of a second's work, for which SQLite has no other writer.
BATCH = 5_000
RUN_SECONDS = 40.0
#: SQLite's bound on the values of one statement is not below this.
_A_STATEMENT = 900
_TAKEN = ("pk", "item_id", "at", "kind", "division", "number")
_FIGURES = {ReadingKind.READ: "reads", ReadingKind.LIKE: "likes", ReadingKind.SHARE: "shares"}


class Key(NamedTuple):
    """What is counted together."""

    item: int
    day: date
    kind: str
    division: str


def count_readings(*, batch: int = BATCH) -> int:
    """Count what has happened, for RUN_SECONDS at most; returns how many events were counted.

    What readers see of it is one new edition, with the last batch. Of a run that dies between two batches they see it
    with the next edition that comes.
    """
    end, counted, changed, done = monotonic() + RUN_SECONDS, 0, False, False
    while not done:
        with transaction.atomic():
            numbers, taken = _take(batch)
            _add_counts(numbers)
            changed = _add_figures(numbers) or changed
            done = taken < batch or monotonic() >= end
            if done and changed:
                turn_page()
        counted += taken
    return counted


def _take(batch: int) -> tuple[Counter[Key], int]:
    """Take events off their table: what they add up to, and how many there were."""
    waiting = ReadingEvent.objects.select_for_update(skip_locked=True).order_by("pk")
    events = list(waiting.values_list(*_TAKEN)[:batch])
    for some in _pieces((event[0] for event in events), _A_STATEMENT):
        ReadingEvent.objects.filter(pk__in=some).delete()
    numbers: Counter[Key] = Counter()
    for _, item, at, kind, division, number in events:
        numbers[Key(item, day_of(at), kind, division)] += number
    return numbers, len(events)


def _pieces(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while piece := list(islice(left, size)):
        yield piece


def _add_counts(numbers: Counter[Key]) -> None:
    """In one order, so that two workers never wait for each other crosswise."""
    as_stored = connection.ops.adapt_datefield_value
    rows = (
        (key.item, as_stored(key.day), key.kind, key.division, number)
        for key, number in sorted(numbers.items())
        if number
    )
    with connection.cursor() as cursor:
        for some in _pieces(rows, _A_STATEMENT // 5):
            cursor.execute(_adding(len(some)), [value for row in some for value in row])


def _adding(rows: int) -> str:
    """Django's own upsert puts new values in the place of old ones, and cannot add to them."""
    table = ReadingCount._meta.db_table  # noqa: SLF001 - documented
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * rows)
    return (
        f"INSERT INTO {table} (item_id, day, kind, division, number) VALUES {values}"  # noqa: S608 - no foreign text
        f" ON CONFLICT (item_id, day, kind, division) DO UPDATE SET number = {table}.number + excluded.number"
    )


def _add_figures(numbers: Counter[Key]) -> bool:
    """Whether any changed. None falls below 0, should an end be counted ahead of its beginning."""
    by_item: dict[int, Counter[str]] = {}
    for key, number in numbers.items():
        by_item.setdefault(key.item, Counter())[_FIGURES[ReadingKind(key.kind)]] += number
    changed = {item: found for item, found in sorted(by_item.items()) if any(found.values())}
    # First a row of each, so that all of them can be locked; then nobody else adds to what is read.
    ContentFigures.objects.bulk_create([ContentFigures(item_id=item) for item in changed], ignore_conflicts=True)
    for items in _pieces(changed, _A_STATEMENT):
        _write_figures(ContentFigures.objects.select_for_update().filter(item__in=items).order_by("pk"), changed)
    return bool(changed)


def _write_figures(stored: Iterable[ContentFigures], more: dict[int, Counter[str]]) -> None:
    names: Sequence[str] = tuple(_FIGURES.values())
    rows = list(stored)
    for row in rows:
        for name in names:
            setattr(row, name, max(getattr(row, name) + more[row.item_id][name], 0))
    ContentFigures.objects.bulk_create(rows, update_conflicts=True, unique_fields=["item"], update_fields=names)
