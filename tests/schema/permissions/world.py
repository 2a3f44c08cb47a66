"""People who may see different things, and everything that could be seen.

Two villages in different counties and one between them; what each person may read of it stands in
`test_reads.py`, written by hand.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from backend.accounts.models import RoleGrant, User
from backend.advisors import services
from backend.advisors.models import Advisor, Appointment, Message, MessageCitation, VillageGroup
from backend.advisors.selectors import today
from backend.content.models import ContentItem
from backend.notifications.models import Notification
from backend.notifications.services import mark_all_read, mark_read, notify_division, notify_person
from backend.regions import rules
from backend.regions.models import Division
from backend.search.rebuilding import rebuild
from backend.statutes.models import Article, Law, LawVersion, Outdated, Validity
from media.models import MediaFile, Rendition
from media.rules import ENDINGS
from tests.conftest import DIVISIONS
from tests.editorial import enact
from tests.schema.permissions import library

PROVINCE, COUNTY, TOWNSHIP = "510000000000", "510114000000", "510114006000"
HOME, NEXT, FAR = "510114006003", "510114006004", "510112102001"
#: Who asks. "anyone" carries no token.
PERSONAS = (
    "anyone",
    "newcomer",
    "resident",
    "latecomer",
    "returned",
    "moved",
    "neighbour",
    "far",
    "advisor",
    "lapsed",
    "suspended",
    "staff",
    "root",
)


@dataclass
class World:
    """Rows by what the tests call them."""

    people: dict[str, User | None] = field(default_factory=lambda: {"anyone": None})
    groups: dict[str, VillageGroup] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    items: dict[str, ContentItem] = field(default_factory=dict)
    notices: dict[str, Notification] = field(default_factory=dict)
    files: dict[str, MediaFile] = field(default_factory=dict)
    advisors: dict[str, Advisor] = field(default_factory=dict)

    def user(self, name: str) -> Any:
        """One who signed in."""
        return self.people[name]


def build() -> World:
    """The world, in an empty database. Time goes on within it: each part begins where the one before has ended."""
    world = World()
    _divisions()
    _statutes()
    _people(world)
    _files(world)
    _talk(world)
    library.write(world)
    _notices(world)
    rebuild()
    return world


def _divisions() -> None:
    Division.objects.bulk_create(
        Division(
            code=code,
            name=name,
            level=rules.level_of(code),
            full_name=" ".join(DIVISIONS[above] for above in rules.lineage(code)),
        )
        for code, name in DIVISIONS.items()
    )


def _statutes() -> None:
    """A law with three articles, of which the source has withdrawn one, and one that was amended."""
    version = enact()[1062].version
    Article.objects.create(
        version=version,
        position=1,
        label="第一条之一",
        number=1,
        suffix=1,
        chapter="第一章",
        section="第一节",
        text="旧文本。",
        validity=Validity.REPEALED,
        withdrawn=True,
    )
    law = Law.objects.create(
        name="中华人民共和国监狱法", short_name="监狱法", kind="法律", issuing_body="全国人大常委会", department="刑法"
    )
    for year, ends in ((1994, date(2013, 1, 1)), (2013, None)):
        text = LawVersion.objects.create(
            law=law,
            source_id=f"prison-{year}",
            published_on=date(year, 1, 1),
            effective_on=date(1994, 12, 29),
            starts_on=date(year, 1, 1),
            ends_on=ends,
            validity=Validity.AMENDED if ends else Validity.IN_FORCE,
        )
        Article.objects.create(
            version=text, position=1, number=1, label="第一条", text=f"{year}年的文本。", validity=text.validity
        )


def _people(world: World) -> None:
    for name in PERSONAS[1:]:
        world.people[name] = User.objects.create(nickname=name, date_joined=timezone.now() - timedelta(days=30))
    reads_as = {"staff": {"reader_roles": 17}, "resident": {"people_groups": 8}, "neighbour": {"language": "bo"}}
    for name, values in reads_as.items():
        User.objects.filter(pk=world.user(name).pk).update(**values)
        world.user(name).refresh_from_db()
    User.objects.filter(pk=world.user("root").pk).update(is_superuser=True, is_staff=True)
    RoleGrant.objects.create(user=world.user("staff"), role=RoleGrant.Role.STAFF, division_id=COUNTY)
    for number, name in enumerate(("advisor", "lapsed", "suspended"), start=1):
        world.advisors[name] = Advisor.objects.create(
            user=world.user(name), kind="lawyer", licence_number=f"1510120261{number:07d}", office=f"{name}律师事务所"
        )


def _files(world: World) -> None:
    owners = {
        "awaiting": "resident",
        "refused": "resident",
        "ready": "resident",
        "cover": "staff",
        "recording": "staff",
        "video": "staff",
        "lapsed's": "lapsed",
    }
    shapes = {"recording": {"duration_ms": 900}, "video": {"duration_ms": 900, "width": 8, "height": 6}}
    types = {"recording": "audio/mpeg", "video": "video/mp4"}
    states = {"awaiting": "awaiting", "refused": "refused"}
    for name, owner in owners.items():
        purpose = name if name in {"cover", *types} else "message"
        world.files[name] = file = MediaFile.objects.create(
            owner=world.user(owner),
            purpose=purpose,
            state=states.get(name, "ready"),
            content_type=types.get(name, "image/png"),
            size=9,
            refusal="太模糊" if name == "refused" else "",
            upload_key=f"uploads/{uuid4().hex}.png" if name == "awaiting" else "",
        )
        if file.state == MediaFile.State.READY:
            content_type, shape = types.get(name, "image/webp"), shapes.get(name, {"width": 8, "height": 6})
            key = f"{'private' if purpose == 'message' else 'public'}/{uuid4().hex}.{ENDINGS[content_type]}"
            Rendition.objects.create(media=file, key=key, content_type=content_type, size=7, **shape)


def _talk(world: World) -> None:
    """Messages, while people come and go. The lapsed and the suspended are still in their groups' tables."""
    for name in ("resident", "returned", "moved"):
        _join(world, name, HOME)
    _join(world, "neighbour", NEXT)
    _join(world, "far", FAR)
    world.groups = {code: VillageGroup.objects.get(village=code) for code in (HOME, NEXT, FAR)}
    _say(world, "h1", "resident", "《民法典》第一千零六十二条怎么理解？")
    for name, code in {"advisor": HOME, "lapsed": FAR, "suspended": NEXT}.items():
        _appoint(world, name, code)
    _say(world, "h2", "advisor", "一人一半。", reply_to=1)
    _say(world, "h3", "returned", "明白了。")
    _say(world, "f1", "far", "有人吗？", FAR)
    _join(world, "returned", FAR)
    _say(world, "f2", "lapsed", "在。", FAR, picture_id=world.files["lapsed's"].pk)
    _say(world, "n1", "suspended", "大家好。", NEXT)
    _say(world, "h4", "resident", "", picture_id=world.files["ready"].pk)
    _join(world, "latecomer", HOME)
    _join(world, "moved", FAR)
    _say(world, "h5", "latecomer", "新来的。", reply_to=2)
    _join(world, "returned", HOME)
    _say(world, "h6", "advisor", "参见《监狱法》第一条。")
    MessageCitation.objects.filter(message=world.messages["h6"]).update(outdated=Outdated.AMENDED)
    _say(world, "f3", "far", "谢谢。", FAR)
    yesterday = today() - timedelta(days=1)
    Appointment.objects.filter(advisor=world.advisors["lapsed"]).update(starts_on=yesterday, ends_on=yesterday)
    Advisor.objects.filter(user=world.user("suspended")).update(licence=Advisor.Licence.SUSPENDED)


def _join(world: World, name: str, code: str) -> None:
    services.join_village(user=world.user(name), village=Division.objects.get(pk=code))


def _appoint(world: World, name: str, code: str) -> None:
    period = {"starts_on": today(), "ends_on": today() + timedelta(days=90)}
    village = Division.objects.get(pk=code)
    services.appoint_advisor(advisor=world.advisors[name], village=village, **period)


def _say(world: World, name: str, who: str, text: str, code: str = HOME, **more: Any) -> None:
    group = world.groups[code].pk
    world.messages[name] = services.post_message(
        author=world.user(who), group_id=group, client_key=name, text=text, **more
    )


def _notices(world: World) -> None:
    """Besides those that publication, withdrawal and replies have made."""
    usual = {"kind": "system", "title": "通知", "body": "内容", "link": ""}
    for name in ("resident", "far", "moved", "lapsed"):
        notice = notify_person(recipient_id=world.user(name).pk, key="k", **usual)
        world.notices[f"to {name}"] = notice
    for name, code in {"home": HOME, "county": COUNTY, "far": FAR, "old": PROVINCE, "retracted": PROVINCE}.items():
        world.notices[name] = notify_division(division_code=code, key=name, **usual)
    _change(world.notices["old"], created_at=timezone.now() - timedelta(days=365))
    _change(world.notices["retracted"], retracted_at=timezone.now())
    for item in world.items:
        found = Notification.objects.filter(title=item).order_by("division")
        world.notices |= {f"{item} for {notice.division_id}": notice for notice in found}
    replies = Notification.objects.filter(kind="group_message").order_by("pk")
    world.notices |= {f"reply {number}": notice for number, notice in enumerate(replies)}
    mark_read(user=world.user("resident"), notification_ids=[world.notices["home"].pk])
    mark_all_read(user=world.user("latecomer"))


def _change(notice: Notification, **values: Any) -> None:
    Notification.objects.filter(pk=notice.pk).update(**values)
