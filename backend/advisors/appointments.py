"""Writes of appointments 聘任: the one place that gives a village its advisor or takes them away."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from backend.advisors.errors import AdvisorAtCapacity, LicenceNotActive, VillageHasAdvisor
from backend.advisors.models import Advisor, Appointment, Membership, VillageGroup
from backend.advisors.rules import CAPACITY, check_period, group_topic
from backend.advisors.selectors import today
from backend.live.wake import wake_after_commit
from backend.regions.errors import InvalidDivision
from backend.regions.models import Division


def appoint_advisor(*, advisor: Advisor, village: Division, starts_on: date, ends_on: date) -> Appointment:
    """Give a village its advisor for a period, both days included, and bring them into its group.

    An appointment of the village that has run out is closed on the way. Raises InvalidDivision, InvalidPeriod,
    LicenceNotActive, AdvisorAtCapacity or VillageHasAdvisor.
    """
    check_period(starts_on, ends_on, today())
    if village.level != Division.Level.VILLAGE:
        raise InvalidDivision("请选择到村（社区）", field="village")
    try:
        with transaction.atomic():
            # The advisor's row is locked so that two appointments at once cannot both see a free place.
            locked = Advisor.objects.select_for_update().get(pk=advisor.pk)
            _check_advisor(locked)
            _end_lapsed(Appointment.objects.filter(village=village))
            appointment = Appointment.objects.create(
                advisor=locked, village=village, starts_on=starts_on, ends_on=ends_on
            )
            _bring_in(appointment)
            return appointment
    except IntegrityError as error:
        if Appointment.objects.filter(village=village, state=Appointment.State.ACTIVE).exists():
            raise VillageHasAdvisor(field="village") from error
        raise


def end_appointment(*, appointment: Appointment, reason: str) -> None:
    """End an appointment now, with the reason kept; ended ones stay as they are. The advisor leaves the group."""
    with transaction.atomic():
        ended = Appointment.objects.filter(pk=appointment.pk, state=Appointment.State.ACTIVE)
        _end(list(ended.select_for_update()), reason)


def set_licence(*, advisor: Advisor, licence: Advisor.Licence, reason: str) -> None:
    """Record a licence's state; one that is not active ends every appointment at once."""
    with transaction.atomic():
        Advisor.objects.filter(pk=advisor.pk).update(licence=licence)
        if licence != Advisor.Licence.ACTIVE:
            active = Appointment.objects.filter(advisor=advisor, state=Appointment.State.ACTIVE)
            _end(list(active.select_for_update()), reason)


def end_lapsed() -> int:
    """Close every appointment whose last day has passed, and say how many."""
    with transaction.atomic():
        return _end_lapsed(Appointment.objects.all())


def _check_advisor(advisor: Advisor) -> None:
    if advisor.licence != Advisor.Licence.ACTIVE:
        raise LicenceNotActive(field="advisor")
    serving = Appointment.objects.filter(advisor=advisor, state=Appointment.State.ACTIVE, ends_on__gte=today())
    if serving.count() >= CAPACITY:
        raise AdvisorAtCapacity(field="advisor")


def _end_lapsed(rows: QuerySet[Appointment]) -> int:
    lapsed = rows.filter(state=Appointment.State.ACTIVE, ends_on__lt=today())
    return _end(list(lapsed.select_for_update()), "聘任到期")


def _end(appointments: list[Appointment], reason: str) -> int:
    now = timezone.now()
    for appointment in appointments:
        appointment.state = Appointment.State.ENDED
        appointment.ended_at = now
        appointment.end_reason = reason
        appointment.save(update_fields=["state", "ended_at", "end_reason"])
        if group := VillageGroup.objects.filter(village=appointment.village_id).first():
            _see_out(appointment, group, now)
    return len(appointments)


def _see_out(appointment: Appointment, group: VillageGroup, now: datetime) -> None:
    """The advisor leaves the group, or stays in it as the villager that they also are."""
    stay = Membership.objects.filter(
        group=group, user=appointment.advisor.user_id, standing=Membership.Standing.ADVISOR, left_at=None
    )
    if appointment.advisor.user.village_id == appointment.village_id:
        stay.update(standing=Membership.Standing.RESIDENT)
    else:
        stay.update(left_at=now, left_seq=group.last_seq)
    wake_after_commit(group_topic(group.pk), recheck=True)


def _bring_in(appointment: Appointment) -> None:
    group, _ = VillageGroup.objects.get_or_create(village_id=appointment.village_id)
    Membership.objects.update_or_create(
        group=group,
        user_id=appointment.advisor.user_id,
        left_at=None,
        defaults={"standing": Membership.Standing.ADVISOR},
        create_defaults={"standing": Membership.Standing.ADVISOR, "read_seq": group.last_seq},
    )
