"""Generated data: everything that the schema shows, in all the states that the rules know, in one village's world.

A world follows from its seed and size alone. It is written in bulk, past the services: what matters here is that rows
of every kind and state stand beside each other, also those that a service would make only after a long story.
"""

import json
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from backend.accounts.models import RoleGrant, User
from backend.content.models import ContentCitation, ContentItem
from backend.statutes.models import Article, Law, LawVersion, Validity
from media.models import MediaFile, Rendition
from tests.schema.plans import villages
from tests.schema.plans.generated import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, VILLAGES, Rows, World


def create(seed: int, size: int) -> World:
    """The world of a seed. The divisions must be there."""
    world = World(Random(seed), size)  # noqa: S311 - no secret
    _people(world)
    _statutes(world)
    _pictures(world)
    _content(world)
    villages.settle(world)
    return world


def _people(world: World) -> None:
    homes = {"newcomer": None, "villager": VILLAGE, "neighbour": NEXT_VILLAGE, "far": FAR_VILLAGE, "advisor": None}
    homes |= {"lapsed": VILLAGE, "staff": VILLAGE, "mover": NEXT_VILLAGE}
    joined = world.moment(20)
    # Keys begin anew with each test, names may not: a world is made inside a transaction that is rolled back.
    users = world.write(
        User(
            nickname=name if world.chance(0.7) else "",
            first_name=world.pick(["", "秀英"]),
            last_name=world.pick(["", "王"]),
            village_id=home,
            date_joined=joined,
            language=world.pick(["zh-Hans", "bo", "ii"]),
        )
        for name, home in homes.items()
    )
    world.people = users
    world.viewers = {"nobody": None, **dict(zip(homes, users, strict=True))}
    staff, places = world.viewers["staff"], {"510114000000": ["staff", "supervisor"], VILLAGE: ["official"]}
    world.write(
        RoleGrant(user=staff, role=role, division_id=code)
        for code, roles in places.items()
        for role in roles
        if world.chance(0.8)
    )


def _statutes(world: World) -> None:
    laws = world.write(
        Law(
            name=f"中华人民共和国{name}",
            short_name=name,
            kind=world.pick(["法律", "宪法"]),
            issuing_body=world.text(100),
            department=world.text(30),
        )
        for name in ("民法典", "监狱法", "刑法", "环境保护法", "甲%法", "甲_法")[: 1 + world.some(5)]
    )
    # A version at least: without one a law cannot be shown, which has a test of its own.
    versions = world.write(_version(world, law, n) for law in laws for n in range(1 + world.some(3)))
    world.write(_article(world, v, n) for v in versions for n in range(1, 2 + world.some()))


def _version(world: World, law: Law, number: int) -> LawVersion:
    starts = world.today + timedelta(days=world.pick([-4000, -400, -30, -30, -1, 0, 1, 30]))
    ends = world.pick([None, None, starts + timedelta(days=30), world.today, world.today + timedelta(days=1)])
    return LawVersion(
        law=law,
        source_id=f"{law.short_name}-{number}",
        published_on=starts - timedelta(days=world.pick([0, 200])),
        effective_on=starts,
        starts_on=starts,
        ends_on=ends,
        validity=world.pick([Validity.IN_FORCE, Validity.AMENDED, Validity.REPEALED]),
    )


def _article(world: World, version: LawVersion, number: int) -> Article:
    numbered = world.chance(0.8)
    return Article(
        version=version,
        position=number,
        number=number if numbered else None,
        suffix=world.pick([0, 0, 1]),
        label=f"第{number}条" if numbered else "全文",
        chapter=world.text(100),
        section=world.text(100),
        text=world.text(),
        validity=world.pick([Validity.IN_FORCE, Validity.AMENDED, Validity.REPEALED]),
        withdrawn=world.chance(0.1),
    )


def _pictures(world: World) -> None:
    owners = [world.viewers["villager"], world.viewers["staff"]]
    files = world.write(_file(world, world.pick(owners), n) for n in range(4 + world.some()))
    world.write(
        Rendition(
            media=file,
            key=f"{'public' if file.purpose == 'cover' else 'private'}/{file.pk.hex}/{width}.webp",
            content_type="image/webp",
            width=width,
            height=world.pick([1, 360]),
            size=world.pick([0, 12_345]),
        )
        for file in files
        if file.state == MediaFile.State.READY
        for width in world.random.sample([320, 640, 1280], world.some(3))
    )


def _file(world: World, owner: User, number: int) -> MediaFile:
    state = world.pick([*MediaFile.State, MediaFile.State.READY, MediaFile.State.READY])
    return MediaFile(
        id=UUID(int=world.random.getrandbits(128), version=4),
        owner=owner,
        purpose=MediaFile.Purpose.COVER if number % 2 else MediaFile.Purpose.MESSAGE,
        state=state,
        content_type="image/png",
        size=number,
        refusal="太大了" if state == MediaFile.State.REFUSED else "",
    )


def _content(world: World) -> None:
    covers = [None, *(file for file in world.rows[MediaFile] if file.purpose == MediaFile.Purpose.COVER)]
    items = world.write(_item(world, world.pick(covers)) for _ in range(world.some(4 * world.size)))
    for item in items:
        store_body(item, [_block(world, n) for n in range(world.some(5))])
    links = ContentItem.audience.through
    codes = ("510000000000", "510100000000", "510114000000", "510114006000", *VILLAGES)
    world.write(
        links(contentitem_id=item.pk, division_id=code)
        for item in items
        for code in world.random.sample(codes, world.pick([0, 1, 1, 2, 3]))
    )
    world.write(
        ContentCitation(content=item, block=world.some(4), position=position, **world.cited())
        for item in items
        for position in range(world.some(4))
    )


def _item(world: World, cover: MediaFile | None) -> ContentItem:
    live = world.chance(0.9)
    return ContentItem(
        title=world.text(80),
        summary=world.text(),
        author=world.viewers["staff"],
        cover=cover,
        live=live,
        first_published_at=world.moment() if live or world.chance() else None,
    )


def store_body(item: ContentItem, body: Rows) -> None:
    """As it may lie in the database: a model would leave out the blocks that it does not know."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentitem SET body = %s WHERE id = %s", [json.dumps(body), item.pk])


def _block(world: World, number: int) -> dict[str, Any]:
    # The last one is no kind that readers know: a body may hold it after its block was taken out of the code.
    kind = world.pick(["heading", "paragraph", "statute", "statute", "poem"])
    value = {"citation": "《民法典》第一条"} if kind == "statute" else world.text()
    return {"type": kind, "value": value, "id": f"block-{number}"}
