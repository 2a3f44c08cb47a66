"""Villagers, their advisor, their group, and what lies in an inbox."""

from datetime import timedelta

from django.utils import timezone

from backend.accounts.models import User
from backend.advisors.models import Advisor, Appointment, Membership, Message, VillageGroup
from backend.notifications.models import Notification
from bench.feed.data import places, texts

VILLAGERS = 100
#: Of them, those who live in the village whose group is read.
MEMBERS = 60
MESSAGES = 500
#: The viewer has read all but so many.
UNREAD_MESSAGES = 12
SPEAKERS = 20
#: The advisor writes every fifth line.
ADVISOR_EVERY = 5
NOTICES = 40


def make() -> list[User]:
    """The villagers; the first is the viewer."""
    joined = timezone.now() - timedelta(days=400)
    return User.objects.bulk_create(
        User(
            username=f"bench-{number}",
            nickname=f"村民甲{number}",
            date_joined=joined,
            village_id=places.VILLAGE if number < MEMBERS else places.OTHER_VILLAGE,
        )
        for number in range(VILLAGERS)
    )


def make_group(villagers: list[User]) -> None:
    """The village's group with its advisor, members and messages."""
    appointment = _appointment()
    advisor = appointment.advisor.user
    group = VillageGroup.objects.create(village_id=places.VILLAGE, last_seq=MESSAGES)
    members = [(advisor, Membership.Standing.ADVISOR)]
    members += [(villager, Membership.Standing.RESIDENT) for villager in villagers[:MEMBERS]]
    Membership.objects.bulk_create(
        Membership(group=group, user=user, standing=standing, read_seq=MESSAGES - UNREAD_MESSAGES)
        for user, standing in members
    )
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            group=group,
            seq=seq,
            author=villagers[seq % SPEAKERS] if seq % ADVISOR_EVERY else advisor,
            appointment=None if seq % ADVISOR_EVERY else appointment,
            kind=Message.Kind.TEXT,
            text=texts.line(seq),
            client_key=f"bench-{seq}",
            created_at=now - timedelta(minutes=3 * (MESSAGES - seq), microseconds=seq + 1),
        )
        for seq in range(1, MESSAGES + 1)
    )


def _appointment() -> Appointment:
    """The village's advisor, today."""
    now = timezone.now()
    person = User.objects.create(username="bench-advisor", nickname="周律师", date_joined=now - timedelta(days=400))
    advisor = Advisor.objects.create(
        user=person, kind=Advisor.Kind.LAWYER, licence_number="15101202410000001", office="四川样例律师事务所"
    )
    return Appointment.objects.create(
        advisor=advisor,
        village_id=places.VILLAGE,
        starts_on=(now - timedelta(days=200)).date(),
        ends_on=(now + timedelta(days=200)).date(),
    )


def make_notices(viewer: User) -> None:
    """Personal ones, of which every other is read, and some for the county."""
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(
            kind=Notification.Kind.GROUP_MESSAGE,
            recipient=viewer,
            title="群里有新消息",
            body=texts.line(number),
            link="",
            key=f"bench-{number}",
            created_at=now - timedelta(hours=number),
            read_at=None if number % 2 else now,
        )
        for number in range(NOTICES)
    )
    Notification.objects.bulk_create(
        Notification(
            kind=Notification.Kind.CONTENT,
            division_id=places.COUNTY,
            title="新的普法内容",
            body=texts.title(number),
            link="",
            key=f"bench-{number}",
            created_at=now - timedelta(days=number),
        )
        for number in range(NOTICES // 4)
    )
