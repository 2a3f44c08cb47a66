"""Generated data: everything that the schema shows, in all the states that the rules know, in one village's world.

A world follows from its seed and size alone. It is written in bulk, past the services: what matters here is that rows
of every kind and state stand beside each other, also those that a service would make only after a long story.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from backend.accounts.models import RoleGrant, User
from backend.advisors.models import Advisor, Appointment, Membership, Message, MessageCitation, VillageGroup
from backend.content.models import ContentCitation, ContentItem
from backend.notifications.models import InboxMark, Notification, RegionalRead
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Law, LawVersion, Validity
from media.models import MediaFile, Rendition

VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = VILLAGES = ("510114006003", "510114006004", "510112102001")
TEXTS = (
    "一",
    "",
    "甲\n乙",
    "«'\"%s%%\\",
    "字" * 40,
    "𠮷🧑‍🌾",
    "{{ r0 }}",
    "第一款。\n（一）甲；\n（二）乙。\n第二款。",
)
Rows = list[Any]


@dataclass
class World:
    """What there is. `viewers` are by name; nobody is among them."""

    random: Random
    size: int
    now: datetime = field(default_factory=timezone.now)
    viewers: dict[str, User | None] = field(default_factory=dict)
    people: Rows = field(default_factory=list)
    rows: dict[type[Model], Rows] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """In China, which is where the rules count days."""
        return timezone.localdate(self.now)

    def some(self, most: int | None = None) -> int:
        """How many of something: from none to the world's size."""
        return self.random.randint(0, self.size if most is None else most)

    def chance(self, of: float = 0.5) -> bool:
        """Whether something is so."""
        return self.random.random() < of

    def pick(self, choices: Iterable[Any]) -> Any:
        """One of several."""
        return self.random.choice(list(choices))

    def moment(self, days: int = 10) -> datetime:
        """Some time in the last days. Whole hours, so that two of them often are equal."""
        return self.now.replace(microsecond=0) - timedelta(hours=self.random.randint(0, days * 24 // 8) * 8)

    def text(self, longest: int = 200) -> str:
        """Something that people, or nobody, would write."""
        return self.pick(TEXTS)[:longest]

    def write(self, rows: Iterable[Model]) -> Rows:
        """The rows, written in one statement and kept by their model."""
        kept = list(rows)
        if kept:
            self.rows[type(kept[0])] = type(kept[0])._default_manager.bulk_create(kept)
        return kept

    def ids(self, model: type[Model]) -> list[str]:
        """The global ids of all rows, and one of nothing."""
        name = "Media" if model is MediaFile else model.__name__
        unknown = UUID(int=0) if model is MediaFile else 987_654_321
        return [encode_id(name, key) for key in (*(row.pk for row in self.rows.get(model, ())), unknown)]

    def viewer(self, random: Random) -> User | None:
        """Somebody or nobody, most often one who has the most to see."""
        names = list(self.viewers)
        return self.viewers[random.choice([*names, "villager", "villager", "advisor", "advisor", "mover"])]


def create(seed: int, size: int) -> World:
    """The world of a seed. The divisions must be there."""
    world = World(Random(seed), size)  # noqa: S311 - no secret
    _people(world)
    _statutes(world)
    _pictures(world)
    _content(world)
    _village_groups(world)
    _notices(world)
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
        ContentCitation(content=item, block=world.some(4), position=position, **_cited(world))
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


def _cited(world: World) -> dict[str, Any]:
    return {"article": world.pick(world.rows[Article]), "paragraph": world.some(2), "item": world.some(2)}


def _village_groups(world: World) -> None:
    groups = world.write(VillageGroup(village_id=code) for code in VILLAGES)
    appointments = _appointments(world)
    writers = [world.viewers[name] for name in ("villager", "neighbour", "advisor", "mover")]
    for group in groups:
        group.last_seq = world.some(3 * world.size)
    VillageGroup.objects.bulk_update(groups, ["last_seq"])
    messages = world.write(
        _message(world, group, seq, world.pick(writers), appointments)
        for group in groups
        for seq in range(1, group.last_seq + 1)
    )
    _answer_each_other(world, messages)
    world.write(
        MessageCitation(message=message, position=position, **_cited(world))
        for message in messages
        for position in range(world.some(2))
    )
    _memberships(world)


def _appointments(world: World) -> Rows:
    advisors = world.write(
        Advisor(
            user=world.viewers[name],
            kind=world.pick(Advisor.Kind),
            licence_number=f"licence-{name}",
            licence=licence,
            office=world.text(100),
        )
        for name, licence in (("advisor", "active"), ("lapsed", world.pick(["active", "suspended"])))
    )
    served = {VILLAGE: (advisors[0], 90), NEXT_VILLAGE: (advisors[0], 0), FAR_VILLAGE: (advisors[1], -1)}
    return world.write(
        Appointment(
            advisor=advisor,
            village_id=code,
            starts_on=world.today - timedelta(days=30),
            ends_on=world.today + timedelta(days=days),
        )
        for code, (advisor, days) in served.items()
    )


def _message(world: World, group: VillageGroup, seq: int, author: User, appointments: Rows) -> Message:
    pictures = [file for file in world.rows[MediaFile] if file.purpose == MediaFile.Purpose.MESSAGE]
    picture = world.pick(pictures) if world.chance(0.3) else None
    spoke = author == world.viewers["advisor"] and world.chance(0.8)
    return Message(
        group=group,
        seq=seq,
        author=author,
        appointment=world.pick(appointments) if spoke else None,
        kind=Message.Kind.PICTURE if picture else Message.Kind.TEXT,
        text=world.text() or ("" if picture else "…"),
        picture=picture,
        client_key=f"key-{seq}",
        created_at=world.moment(),
    )


def _answer_each_other(world: World, messages: Rows) -> None:
    for earlier, later in pairwise(messages):
        if earlier.group_id == later.group_id and world.chance(0.3):
            later.reply_to = earlier
    Message.objects.bulk_update(messages, ["reply_to"])


def _memberships(world: World) -> None:
    home, neighbouring, far = world.rows[VillageGroup]
    rows = [
        (home, "villager", "resident", 0, None),
        (neighbouring, "neighbour", "resident", world.some(), None),
        (home, "advisor", "advisor", world.some(), None),
        (neighbouring, "advisor", "advisor", world.some(), None),
        (far, "lapsed", "advisor", 0, None),
        # Left and came back, and left for good elsewhere.
        (neighbouring, "mover", "resident", 0, 2),
        (neighbouring, "mover", "resident", 4, None),
        (home, "mover", "resident", 1, 3),
    ]
    world.write(
        Membership(
            group=group,
            user=world.viewers[name],
            standing=standing,
            joined_seq=joined,
            left_seq=left,
            left_at=world.now if left is not None else None,
            read_seq=world.random.randint(0, group.last_seq),
        )
        for group, name, standing, joined, left in rows
        if world.chance(0.9)
    )


def _notices(world: World) -> None:
    readers = world.people[1:4]
    personal = [_notice(world, f"p{n}", recipient=world.pick(readers)) for n in range(world.some(3 * world.size))]
    for notice in personal:
        notice.read_at = world.now if world.chance(0.4) else None
    codes = ("510000000000", "510114000000", *VILLAGES)
    regional = [_notice(world, f"r{n}", division_id=world.pick(codes)) for n in range(world.some(3 * world.size))]
    for notice in regional:
        notice.retracted_at = world.now if world.chance(0.2) else None
    world.write([*personal, *regional])
    world.write(RegionalRead(user=reader, notification=n) for n in regional for reader in readers if world.chance(0.3))
    world.write(InboxMark(user=reader, regional_read_until=world.moment()) for reader in readers if world.chance(0.5))


def _notice(world: World, key: str, **target: Any) -> Notification:
    return Notification(
        kind=world.pick(Notification.Kind),
        title=world.text(60),
        body=world.text(120),
        link=world.pick(["", "content/x"]),
        key=key,
        created_at=world.moment(30),
        **target,
    )
