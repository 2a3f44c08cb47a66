"""The part of a generated world that happens in villages: groups, what is said in them, and notices."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from backend.accounts.models import User
from backend.advisors.models import Advisor, Appointment, Membership, Message, MessageCitation, VillageGroup
from backend.notifications.models import InboxMark, Notification, RegionalRead
from media.models import MediaFile
from tests.schema.plans.generated import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, VILLAGES, Rows, World


def settle(world: World) -> None:
    """Make it. People, articles and pictures must be there."""
    _village_groups(world)
    _notices(world)


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
        MessageCitation(message=message, position=position, **world.cited())
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
