"""Generated data: everything that the schema shows, in all the states that the rules know, in one village's world.

A world follows from its seed and size alone. It is written in bulk, past the services: what matters here is that rows
of every kind and state stand beside each other, also those that a service would make only after a long story.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

from backend.accounts.models import RoleGrant, User
from backend.statutes.models import Article, Law, LawVersion, Validity
from media.models import MediaFile, Rendition
from tests.schema.plans import library, villages
from tests.schema.plans.generated import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, World


def create(seed: int, size: int) -> World:
    """The world of a seed. The divisions must be there."""
    world = World(Random(seed), size)  # noqa: S311 - no secret
    _people(world)
    _statutes(world)
    _pictures(world)
    library.write(world)
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
            reader_roles=world.pick([1, 1, 3, 15]),
            people_groups=world.pick([0, 0, 2, 66]),
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
    files = world.write(_file(world, world.pick(owners), n) for n in range(8 + world.some()))
    world.write(
        rendition for file in files if file.state == MediaFile.State.READY for rendition in _renditions(world, file)
    )


def _renditions(world: World, file: MediaFile) -> Iterator[Rendition]:
    purpose = MediaFile.Purpose(file.purpose)
    size, sounds = world.pick([0, 12_345]), {purpose.RECORDING: "audio/mpeg", purpose.VIDEO: "video/mp4"}
    if purpose in sounds:
        lasts = {"duration_ms": world.pick([1, 1499, 61_000]), "content_type": sounds[purpose], "size": size}
        seen = {"width": 640, "height": 360} if purpose == purpose.VIDEO else {}
        if world.chance(0.8):
            yield Rendition(media=file, key=f"public/{file.pk.hex}", **lasts, **seen)
        return
    for width in world.random.sample([320, 640, 1280], world.some(3)):
        key = f"{'private' if purpose == purpose.MESSAGE else 'public'}/{file.pk.hex}/{width}.webp"
        height = world.pick([1, 360])
        yield Rendition(media=file, key=key, content_type="image/webp", width=width, height=height, size=size)


def _file(world: World, owner: User, number: int) -> MediaFile:
    state = world.pick([*MediaFile.State, MediaFile.State.READY, MediaFile.State.READY])
    purposes = list(MediaFile.Purpose)
    return MediaFile(
        id=UUID(int=world.random.getrandbits(128), version=4),
        owner=owner,
        purpose=purposes[number % len(purposes)],
        state=state,
        content_type="image/png",
        size=number,
        refusal="太大了" if state == MediaFile.State.REFUSED else "",
    )
