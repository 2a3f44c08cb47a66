"""Reads of appointments, groups and messages, limited to what the viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
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
    return Appointment.objects.select_related("advisor__user").filter(holding_on(today()), village=village_code).first()


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


@dataclass(frozen=True, slots=True)
class MemberView:
    """A group as one of its members sees it, with what is shown beside it."""

    membership: Membership
    advisor: Advisor | None
    member_count: int

    @property
    def group(self) -> VillageGroup:
        """The group."""
        return self.membership.group


def groups_of(user: User) -> list[MemberView]:
    """The groups that the person is in, in the order of their villages, in three statements however many."""
    rows = Membership.objects.filter(standing_members(today()), user=user).select_related("group__village")
    return member_views(rows.order_by("group__village__code"))


def member_views(memberships: Iterable[Membership]) -> list[MemberView]:
    """The memberships with their groups' advisors and sizes, in two statements besides."""
    rows = list(memberships)
    held = Appointment.objects.select_related("advisor__user").filter(
        holding_on(today()), village__in=[row.group.village_id for row in rows]
    )
    advisors = {row.village_id: row.advisor for row in held}
    sizes = dict(
        Membership.objects.filter(standing_members(today()), group__in=[row.group_id for row in rows])
        .values_list("group")
        .annotate(Count("pk"))
        .order_by()
    )
    return [MemberView(row, advisors.get(row.group.village_id), sizes.get(row.group_id, 0)) for row in rows]


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


def messages(group_id: int) -> QuerySet[Message]:
    """A group's messages with all that a client may ask of one; the caller has checked the membership."""
    cited = MessageCitation.objects.select_related("article__version__law").order_by("position")
    return (
        Message.objects.filter(group=group_id)
        .select_related("author", "appointment", "picture", "reply_to")
        .prefetch_related(Prefetch("citations", cited), "picture__renditions")
    )


def history(membership: Membership) -> QuerySet[Message]:
    """The messages of a group that a member may read: those written while they were in it.

    An advisor takes over the group with its history (the domain's rule on handover), so reads all of it.
    """
    rows = messages(membership.group_id)
    if membership.standing == Membership.Standing.ADVISOR:
        return rows
    present = Q()
    for stay in Membership.objects.filter(group=membership.group_id, user=membership.user_id):
        present |= Q(seq__gt=stay.joined_seq) & (Q() if stay.left_seq is None else Q(seq__lte=stay.left_seq))
    return rows.filter(present)


def first_unseen(membership: Membership, after: int) -> int:
    """From where a member who resumes behind `after` may follow the group."""
    came_late = membership.standing != Membership.Standing.ADVISOR
    return max(after, membership.joined_seq) if came_late else after


def messages_after(group_id: int, seq: int, limit: int) -> list[Message]:
    """Up to `limit` messages behind `seq`, in order."""
    return list(messages(group_id).filter(seq__gt=seq).order_by("seq")[:limit])


def newest_seq(group_id: int) -> int:
    """Number of the newest message; 0 where there is none."""
    return VillageGroup.objects.values_list("last_seq", flat=True).get(pk=group_id)
