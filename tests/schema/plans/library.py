"""The part of a generated world that readers find in the library: items of all kinds, with all that hangs on them."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from backend.content import cases
from backend.content.models import ContentCitation, ContentItem, ContentLesson, ContentTranslation, ReadingMark
from media.models import MediaFile
from tests.schema.plans.generated import VILLAGES, Rows, World

CODES = ("510000000000", "510100000000", "510114000000", "510114006000", *VILLAGES)
Kind, Purpose = ContentItem.Kind, MediaFile.Purpose


def write(world: World) -> None:
    """Make it. People, articles and files must be there."""
    items = world.write(_item(world) for _ in range(world.some(4 * world.size)))
    for item in items:
        store_body(item, [_block(world, n) for n in range(world.some(6))])
    _audience(world, items)
    _bonds(world, items)
    world.write(
        ContentCitation(content=item, block=world.some(4), position=position, **world.cited())
        for item in items
        for position in range(world.some(4))
    )
    for translation in _translations(world, items):
        store_body(translation, [_block(world, n) for n in range(world.some(6))])
    _marks(world, items)


def store_body(item: Any, body: Rows) -> None:
    """As it may lie in the database: a model would leave out the blocks that it does not know."""
    table = item._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET body = %s WHERE id = %s", [json.dumps(body), item.pk])  # noqa: S608 - Django's name


def _files(world: World, *purposes: str) -> Rows:
    return [None, *(file for file in world.rows[MediaFile] if file.purpose in purposes)]


def _item(world: World) -> ContentItem:
    live = world.chance(0.9)
    kind = world.pick([*Kind, Kind.TOPIC, Kind.COURSE])
    category = world.pick([name for name, _ in cases.CATEGORIES])
    return ContentItem(
        kind=kind,
        title=world.text(80),
        summary=world.text(),
        question=world.text() if kind == Kind.QA else "",
        author=world.pick([None, world.viewers["staff"]]),
        division_id=world.pick([None, *CODES]),
        cover=world.pick(_files(world, Purpose.COVER)),
        recording=world.pick(_files(world, Purpose.RECORDING)),
        video=world.pick(_files(world, Purpose.VIDEO)),
        audience_roles=world.pick([0, 0, 0, 1, 2, 12]),
        audience_groups=world.pick([0, 0, 0, 2, 4, 72]),
        case_category=category if kind == Kind.CASE else "",
        case_facts={fact.name: world.text() for fact in cases.facts_of(category)[: world.some(4)]},
        pinned_until=world.pick([None, None, world.today + timedelta(days=world.pick([-1, 0, 1]))]),
        live=live,
        first_published_at=world.moment() if live or world.chance() else None,
        last_published_at=world.pick([None, world.now]),
    )


def _audience(world: World, items: Rows) -> None:
    links = ContentItem.audience.through
    world.write(
        links(contentitem_id=item.pk, division_id=code)
        for item in items
        for code in world.random.sample(CODES, world.pick([0, 1, 1, 2, 3]))
    )


def _bonds(world: World, items: Rows) -> None:
    """Topics of items, and lessons of courses: whether or not one leads to what all may see."""
    topics = [item for item in items if item.kind == Kind.TOPIC]
    links = ContentItem.topics.through
    world.write(
        links(from_contentitem_id=item.pk, to_contentitem_id=topic.pk)
        for item in items
        for topic in topics
        if topic != item and world.chance(0.4)
    )
    world.write(
        ContentLesson(course=course, lesson=lesson, sort_order=world.pick([None, 0, 1, 2]))
        for course in items
        if course.kind == Kind.COURSE
        for lesson in items
        if lesson != course and world.chance(0.3)
    )


def _translations(world: World, items: Rows) -> Rows:
    return world.write(
        ContentTranslation(
            item=item,
            language=language,
            title=world.text(80),
            summary=world.text(),
            question=world.text(),
            recording=world.pick(_files(world, Purpose.RECORDING)),
            live=item.live and world.chance(0.8),
            first_published_at=world.now,
        )
        for item in items
        for language in ContentTranslation.Language
        if world.chance(0.4)
    )


def _marks(world: World, items: Rows) -> None:
    readers = [world.viewers[name] for name in ("villager", "mover")]
    world.write(
        ReadingMark(user=reader, item=item, progress=world.pick([0, 100]), read_at=world.pick([None, world.now]))
        for reader in readers
        for item, _ in pairwise(items)
        if world.chance(0.4)
    )


def _block(world: World, number: int) -> dict[str, Any]:
    kind = world.pick([*_VALUES, "statute"])
    value = None if world.chance(0.05) else _VALUES[kind](world)
    return {"type": kind, "value": value, "id": f"block-{number}"}


def _file(world: World, *purposes: str) -> str:
    file = world.pick(_files(world, *purposes))
    return str(file.pk) if file else world.pick(["", "no key", "00000000-0000-4000-8000-000000000000"])


def _html(world: World) -> str:
    text = world.text().replace("<", "").replace("&", "")
    return world.pick(
        [text, f"<p>{text}<b>粗</b><br/><a href='https://a.cn'>链</a></p>", "<p></p>", "<script>x</script>"]
    )


def _case(world: World) -> Any:
    items = [item.pk for item in world.rows.get(ContentItem, ())]
    return world.pick([*items, 987_654_321, None, "1"])


#: A stored value of each kind. The last is none that readers know: its block was taken out of the code.
_VALUES: dict[str, Any] = {
    "heading": lambda world: world.text(),
    "paragraph": _html,
    "picture": lambda world: {"media": _file(world, Purpose.PICTURE), "alt": world.text(), "caption": world.text()},
    "recording": lambda world: {"media": _file(world, Purpose.RECORDING), "title": world.text()},
    "video": lambda world: {"media": _file(world, Purpose.VIDEO), "title": world.text()},
    "quote": lambda world: {"text": world.text(), "source": world.text()},
    "statute": lambda world: {"citation": world.pick(["《民法典》第一条", world.text()])},
    "case": lambda world: {"item": _case(world)},
    "steps": lambda world: world.pick(
        [["先", "后"], [{"type": "item", "value": world.text(), "id": "s"}], [], [{"value": 1}]]
    ),
    "call": lambda world: {"label": world.text(), "number": "12348"},
    "table": lambda world: {"caption": world.text(), "text": world.pick(["甲|乙\n1|2\n3|4", "甲\n乙|丙", ""])},
    "poem": lambda world: world.text(),
}
