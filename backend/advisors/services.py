"""Writes of groups: joining, posting, reading."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.advisors import rules, selectors
from backend.advisors.appointments import appoint_advisor, end_appointment, end_lapsed, set_licence
from backend.advisors.errors import (
    AppointmentLapsed,
    ClientKeyReused,
    GroupNotFound,
    InvalidPosition,
    NotAMember,
)
from backend.advisors.models import Appointment, Membership, Message, MessageCitation, VillageGroup
from backend.live.wake import wake_after_commit
from backend.notifications.models import Notification
from backend.notifications.services import mark_link_read, notify_person, village_changed
from backend.regions.models import Division
from backend.statutes.services import citation_rows
from media.models import MediaFile
from media.selectors import ready_picture

__all__ = [
    "appoint_advisor",
    "end_appointment",
    "end_lapsed",
    "join_village",
    "mark_group_read",
    "post_message",
    "set_licence",
]

#: A phone that is open on the group reads the message within this time, and then needs no push.
PUSH_DELAY_SECONDS = 3


def join_village(*, user: User, village: Division) -> VillageGroup:
    """Make a village the person's own: they live there, and are in its group and in no other as a resident."""
    with transaction.atomic():
        # The person's row is locked: two joins at once leave them in one group, not in both or none.
        locked = User.objects.select_for_update().get(pk=user.pk)
        group, _ = VillageGroup.objects.get_or_create(village=village)
        _leave_others(locked, group)
        _step_down(locked, group)
        Membership.objects.get_or_create(
            group=group,
            user=locked,
            left_at=None,
            defaults={
                "standing": Membership.Standing.RESIDENT,
                "joined_seq": group.last_seq,
                "read_seq": group.last_seq,
            },
        )
        if locked.village_id != village.pk:
            User.objects.filter(pk=locked.pk).update(village=village)
            village_changed(locked.pk)
    user.village = village
    return group


def _leave_others(user: User, group: VillageGroup) -> None:
    others = Membership.objects.filter(user=user, left_at=None, standing=Membership.Standing.RESIDENT)
    for membership in others.exclude(group=group).select_related("group"):
        membership.left_at = timezone.now()
        membership.left_seq = membership.group.last_seq
        membership.save(update_fields=["left_at", "left_seq"])
        wake_after_commit(rules.group_topic(membership.group_id), recheck=True)


def _step_down(user: User, group: VillageGroup) -> None:
    """Whose time as the group's advisor is over stays as a villager, also where the job has not seen them out yet."""
    stay = Membership.objects.filter(group=group, user=user, left_at=None, standing=Membership.Standing.ADVISOR)
    over = stay.exclude(selectors.standing_members(selectors.today()))
    over.update(standing=Membership.Standing.RESIDENT)


def post_message(
    *,
    author: User,
    group_id: int,
    client_key: str,
    text: str = "",
    picture_id: UUID | None = None,
    reply_to: int | None = None,
) -> Message:
    """Write a message with the group's next `seq`, and tell whoever must know.

    A retry with the same `client_key` returns the message that stands. `reply_to` is the `seq` of an earlier one.
    Raises GroupNotFound, NotAMember, AppointmentLapsed, EmptyMessage, MessageTooLong, InvalidClientKey,
    ClientKeyReused, InvalidPosition, or what a picture is refused with.
    """
    rules.check_client_key(client_key)
    text = rules.clean_text(text, needed=picture_id is None)
    with transaction.atomic():
        group = _locked(group_id)
        membership = _writer(author, group)
        if standing := _standing(group, author, client_key):
            return _retried(standing, text, picture_id, reply_to)
        message = Message(
            group=group,
            seq=group.last_seq + 1,
            author=author,
            appointment=_as_advisor(membership),
            kind=Message.Kind.TEXT if picture_id is None else Message.Kind.PICTURE,
            text=text,
            picture=_picture(author, picture_id),
            reply_to=_replied(group, reply_to),
            client_key=client_key,
        )
        message.save(force_insert=True)
        MessageCitation.objects.bulk_create(citation_rows(MessageCitation, text, message=message))
        VillageGroup.objects.filter(pk=group.pk).update(last_seq=message.seq)
        # Whoever had read everything has now read their own words too; whoever had not still has what they missed.
        Membership.objects.filter(pk=membership.pk, read_seq=group.last_seq).update(read_seq=message.seq)
        _notify(message, group)
        wake_after_commit(rules.group_topic(group.pk))
    return message


def mark_group_read(*, user: User, group_id: int, seq: int) -> Membership:
    """Record that the person has read up to `seq`; it never goes back. Waiting pushes about it are dropped.

    Raises GroupNotFound, NotAMember or InvalidPosition.
    """
    with transaction.atomic():
        # Under the group's lock, so that no message comes in between and is taken for read.
        group = _locked(group_id)
        membership = selectors.membership(user, group_id)
        if not 0 <= seq <= group.last_seq:
            raise InvalidPosition(field="seq")
        Membership.objects.filter(pk=membership.pk, read_seq__lt=seq).update(read_seq=seq)
        membership.read_seq = max(membership.read_seq, seq)
        if membership.read_seq == group.last_seq:
            mark_link_read(user_id=user.pk, link=rules.group_link(group_id))
    return membership


def _locked(group_id: int) -> VillageGroup:
    group = VillageGroup.objects.select_for_update(of=("self",)).select_related("village").filter(pk=group_id).first()
    if group is None:
        raise GroupNotFound(field="groupId")
    return group


def _writer(author: User, group: VillageGroup) -> Membership:
    """Raises NotAMember, or AppointmentLapsed for an advisor whose time is over but who has not been seen out yet."""
    try:
        return selectors.membership(author, group.pk)
    except NotAMember:
        stays = Membership.objects.filter(group=group, user=author, left_at=None)
        if stays.filter(standing=Membership.Standing.ADVISOR).exists():
            raise AppointmentLapsed from None
        raise


def _standing(group: VillageGroup, author: User, client_key: str) -> Message | None:
    rows = Message.objects.select_related("reply_to").filter(group=group, author=author, client_key=client_key)
    return rows.first()


def _retried(standing: Message, text: str, picture_id: UUID | None, reply_to: int | None) -> Message:
    stands = (standing.text, standing.picture_id, standing.reply_to.seq if standing.reply_to else None)
    if stands != (text, picture_id, reply_to):
        raise ClientKeyReused(f"{ClientKeyReused.message}（第 {standing.seq} 条）", field="clientKey")
    return standing


def _as_advisor(membership: Membership) -> Appointment | None:
    """The appointment under which the author speaks; None for a resident. Raises AppointmentLapsed."""
    if membership.standing != Membership.Standing.ADVISOR:
        return None
    appointment = selectors.current_appointment(membership.group.village_id)
    if appointment is None or appointment.advisor.user_id != membership.user_id:
        raise AppointmentLapsed
    return appointment


def _picture(author: User, picture_id: UUID | None) -> MediaFile | None:
    if picture_id is None:
        return None
    return ready_picture(picture_id, owner=author, purpose=MediaFile.Purpose.MESSAGE, field="mediaId")


def _replied(group: VillageGroup, seq: int | None) -> Message | None:
    if seq is None:
        return None
    replied = Message.objects.filter(group=group, seq=seq).first() if 0 < seq <= group.last_seq else None
    if replied is None:
        raise InvalidPosition(field="replyTo")
    return replied


def _notify(message: Message, group: VillageGroup) -> None:
    """A villager's message tells the advisor; a reply tells whom it answers. The text stays out of the push."""
    recipients: dict[int, str] = {}
    if message.appointment is None:
        appointment = selectors.current_appointment(group.village_id)
        if appointment:
            recipients[appointment.advisor.user_id] = "群里有新的消息"
    if message.reply_to:
        recipients[message.reply_to.author_id] = "有人回复了您"
    recipients.pop(message.author_id, None)
    read = selectors.read_positions(group.pk, recipients)
    for recipient_id, title in recipients.items():
        notify_person(
            recipient_id=recipient_id,
            kind=Notification.Kind.GROUP_MESSAGE,
            title=title,
            body=f"请打开{group.village.name}法律顾问群查看",
            link=rules.group_link(group.pk),
            key=rules.notice_key(group.pk, title, read.get(recipient_id, 0), message.created_at),
            delay_seconds=PUSH_DELAY_SECONDS,
        )
