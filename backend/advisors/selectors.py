"""Reads of appointments, groups and messages, limited to what the viewer may see."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from backend.accounts.models import User
from backend.advisors.errors import GroupNotFound, NotAMember
from backend.advisors.models import Advisor, Appointment, Membership, Message, MessageCitation, VillageGroup
from backend.advisors.rules import china_today
from backend.regions.models import Division


def today() -> date:
    """The calendar day in China now."""
    return china_today(timezone.now())


def holding_on(day: date) -> Q:
    """Appointments that hold on a day: begun, not ended, and under an active licence."""
    return Q(
        state=Appointment.State.ACTIVE,
        starts_on__lte=day,
        ends_on__gte=day,
        advisor__licence=Advisor.Licence.ACTIVE,
    )


def current_appointment(village_code: str) -> Appointment | None:
    """Who is the village's advisor today: the one question that everything asks here."""
    return appointment_of(village_code, today()).select_related("advisor__user").first()


def villages_advised_by(user: User) -> QuerySet[Division]:
    """The villages whose advisor the person is today, by code."""
    return Division.objects.filter(
        pk__in=Appointment.objects.filter(holding_on(today()), advisor__user=user).values("village")
    ).order_by("code")


def standing_members(day: date) -> Q:
    """Memberships that count on a day: an advisor's only while their appointment of the village holds."""
    holds = Appointment.objects.filter(
        holding_on(day), village=OuterRef("group__village"), advisor__user=OuterRef("user")
    )
    return Q(left_at=None) & (~Q(standing=Membership.Standing.ADVISOR) | Q(Exists(holds)))


def groups_of(user_id: Any, day: Any) -> QuerySet[Membership]:
    """The groups that the person is in on a day, in the order of their villages, each with its `member_count`."""
    rows = _with_size(day).filter(standing_members(day), user__pk=user_id)
    return rows.order_by("group__village__code")


def member_view(group_id: Any, user_id: Any, day: Any) -> QuerySet[Membership]:
    """The person's membership of a group, with its `member_count`: a queryset of one row or none."""
    return _with_size(day).filter(standing_members(day), user__pk=user_id, group__pk=group_id)


def _with_size(day: Any) -> QuerySet[Membership]:
    same = Membership.objects.filter(standing_members(day), group=OuterRef("group")).order_by()
    size = same.values("group").annotate(size=Count("pk")).values("size")
    return Membership.objects.annotate(member_count=Coalesce(Subquery(size), 0))


def appointments_on(day: Any) -> QuerySet[Appointment]:
    """The appointments that hold on a day; of a village there is at most one."""
    return Appointment.objects.filter(holding_on(day))


def appointment_of(village_code: Any, day: Any) -> QuerySet[Appointment]:
    """The village's appointment on a day: a queryset of one row or none."""
    return appointments_on(day).filter(village__pk=village_code)


def advisors_on(day: Any) -> QuerySet[Advisor]:
    """Those who are some village's advisor on a day."""
    return Advisor.objects.filter(Exists(appointments_on(day).filter(advisor=OuterRef("pk"))))


def membership(user: User, group_id: int) -> Membership:
    """The person's membership of a group. Raises GroupNotFound or NotAMember."""
    rows = Membership.objects.filter(standing_members(today()), user=user, group=group_id)
    found = rows.select_related("group__village").first()
    if found is None:
        if not VillageGroup.objects.filter(pk=group_id).exists():
            raise GroupNotFound(field="groupId")
        raise NotAMember(field="groupId")
    return found


def members_among(group_id: int, user_ids: Iterable[int]) -> set[int]:
    """Those of the people who are in the group now."""
    rows = Membership.objects.filter(standing_members(today()), group=group_id, user__in=list(user_ids))
    return set(rows.values_list("user_id", flat=True))


def read_positions(group_id: int, user_ids: Iterable[int]) -> dict[int, int]:
    """How far each of the people has read in the group; those who are not in it are left out."""
    rows = Membership.objects.filter(group=group_id, left_at=None, user__in=list(user_ids))
    return dict(rows.values_list("user_id", "read_seq"))


def citations() -> QuerySet[MessageCitation]:
    """What messages cite, in the order of their texts."""
    return MessageCitation.objects.order_by("position")


def history(group_id: Any, user_id: Any) -> QuerySet[Message]:
    """The messages of a group that a member may read: those written while they were in it.

    An advisor takes over the group with its history (the domain's rule on handover), so reads all of it.
    """
    mine = Membership.objects.filter(group__pk=group_id, user__pk=user_id)
    return Message.objects.filter(_open_to(mine), group__pk=group_id)


def readable_messages(user_id: Any, day: Any) -> QuerySet[Message]:
    """The messages that the person may read on a day: of the groups that they are in, what `history` gives of each."""
    mine = Membership.objects.filter(group=OuterRef("group"), user__pk=user_id)
    return Message.objects.filter(Exists(mine.filter(standing_members(day))), _open_to(mine))


def outdated_answers(user_id: Any, day: Any) -> QuerySet[Message]:
    """What the person wrote as a village's advisor, may read on a day, and cites law that has changed since."""
    changed = MessageCitation.objects.filter(message=OuterRef("pk")).exclude(outdated="")
    return readable_messages(user_id, day).filter(Exists(changed), author__pk=user_id, appointment__isnull=False)


def _open_to(mine: QuerySet[Membership]) -> Q:
    """The messages of a group that someone with these memberships of it may read."""
    advises = mine.filter(left_at=None, standing=Membership.Standing.ADVISOR)
    present = mine.filter(Q(left_seq=None) | Q(left_seq__gte=OuterRef("seq")), joined_seq__lt=OuterRef("seq"))
    return Exists(advises) | Exists(present)


def first_unseen(membership: Membership, after: int) -> int:
    """From where a member who resumes behind `after` may follow the group."""
    came_late = membership.standing != Membership.Standing.ADVISOR
    return max(after, membership.joined_seq) if came_late else after


def messages_after(group_id: int, seq: int, limit: int) -> list[Message]:
    """Up to `limit` messages behind `seq`, in order, with whom and what their rows point at."""
    rows = Message.objects.filter(group=group_id, seq__gt=seq).select_related("author", "reply_to")
    return list(rows.order_by("seq")[:limit])


def newest_seq(group_id: int) -> int:
    """Number of the newest message; 0 where there is none."""
    return VillageGroup.objects.values_list("last_seq", flat=True).get(pk=group_id)
