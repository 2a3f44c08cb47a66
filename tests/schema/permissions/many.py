"""Fifty of each kind, all of which one person may see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from backend.accounts.models import User
from backend.advisors.models import Advisor, Appointment, Membership, Message, MessageCitation, VillageGroup
from backend.advisors.selectors import today
from backend.content.models import ContentItem
from backend.notifications.models import Notification
from backend.regions.models import Division
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Law, LawVersion, Validity
from media.models import MediaFile, Rendition
from tests.editorial import shelve
from tests.schema.permissions.world import HOME, World

FIFTY = range(50)
DAY = date(2021, 1, 1)


def fifty(of: str, world: World) -> tuple[Any, list[str]]:
    """Somebody who may see them, and the ids of fifty new things of the type."""
    viewer = world.user("newcomer" if of == "VillageGroup" else "resident")
    return viewer, [encode_id(of, key) for key in _MADE[of](world)]


def _advisors(_world: World) -> list[int]:
    return [advisor.pk for advisor, _ in _appointed(User.objects.create(nickname=f"律师{n}") for n in FIFTY)]


def _groups(world: World) -> list[int]:
    """All with the same advisor, who sees them."""
    viewer = world.user("newcomer")
    appointments = [appointment for _, appointment in _appointed([viewer] * len(FIFTY))]
    groups = VillageGroup.objects.bulk_create(VillageGroup(village_id=each.village_id) for each in appointments)
    Membership.objects.bulk_create(Membership(group=group, user=viewer, standing="advisor") for group in groups)
    return [group.pk for group in groups]


def _appointed(people: Any) -> list[tuple[Advisor, Appointment]]:
    made = []
    for n, person in enumerate(people):
        code = f"510114999{n:03d}"
        Division.objects.create(code=code, name=f"{n}村", level=5, full_name=f"四川省 成都市 新都区 测试镇 {n}村")
        advisor, _ = Advisor.objects.get_or_create(user=person, defaults={"licence_number": code, "kind": "lawyer"})
        period = {"starts_on": today(), "ends_on": today() + timedelta(days=9)}
        made.append((advisor, Appointment.objects.create(advisor=advisor, village_id=code, **period)))
    return made


def _articles(_world: World) -> list[int]:
    version = LawVersion.objects.all()[0]
    texts = (Article(version=version, position=100 + n, label=f"{n}", text="…", validity="in_force") for n in FIFTY)
    return [row.pk for row in Article.objects.bulk_create(texts)]


def _items(world: World) -> list[int]:
    shelve(len(FIFTY), world.user("staff"), world.files["cover"], Article.objects.all()[0])
    return list(ContentItem.objects.order_by("-pk").values_list("pk", flat=True)[: len(FIFTY)])


def _laws(_world: World) -> list[int]:
    return [version.law_id for version in _versions_of_laws()]


def _versions(_world: World) -> list[int]:
    return [version.pk for version in _versions_of_laws()]


def _versions_of_laws() -> list[LawVersion]:
    laws = Law.objects.bulk_create(Law(name=f"法{n}", short_name=f"法{n}", kind="法律") for n in FIFTY)
    days = {"published_on": DAY, "effective_on": DAY, "starts_on": DAY, "validity": Validity.IN_FORCE}
    return LawVersion.objects.bulk_create(LawVersion(law=law, source_id=law.name, **days) for law in laws)


def _files(world: World) -> list[Any]:
    owner = world.user("resident")
    rows = (MediaFile(owner=owner, purpose="message", state="ready", content_type="image/png", size=9) for _ in FIFTY)
    files = MediaFile.objects.bulk_create(rows)
    size = {"width": 8, "height": 6, "size": 7, "content_type": "image/webp"}
    Rendition.objects.bulk_create(Rendition(media=file, key=f"private/{uuid4().hex}.webp", **size) for file in files)
    return [file.pk for file in files]


def _messages(world: World) -> list[int]:
    group, author, article = world.groups[HOME], world.user("resident"), Article.objects.all()[0]
    messages = Message.objects.bulk_create(
        Message(
            group=group,
            seq=1000 + n,
            author=author,
            kind="picture",
            picture=world.files["ready"],
            reply_to=world.messages["h1"],
            client_key=f"many {n}",
        )
        for n in FIFTY
    )
    MessageCitation.objects.bulk_create(MessageCitation(message=row, article=article, position=0) for row in messages)
    return [row.pk for row in messages]


def _notices(world: World) -> list[int]:
    targets = [{"recipient": world.user("resident")}, {"division_id": HOME}]
    rows = (Notification(kind="system", title="…", body="…", link="", key=f"{n}", **targets[n % 2]) for n in FIFTY)
    return [row.pk for row in Notification.objects.bulk_create(rows)]


_MADE: dict[str, Callable[[World], list[Any]]] = {
    "Advisor": _advisors,
    "Article": _articles,
    "ContentItem": _items,
    "Law": _laws,
    "LawVersion": _versions,
    "Media": _files,
    "Message": _messages,
    "Notification": _notices,
    "VillageGroup": _groups,
}
