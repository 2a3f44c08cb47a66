"""One advisor a village, from a day to a day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.advisors import rules, selectors, services
from backend.advisors.errors import AdvisorAtCapacity, InvalidPeriod, LicenceNotActive, VillageHasAdvisor
from backend.advisors.models import Advisor, Appointment, Membership
from backend.advisors.tasks import close_lapsed_appointments
from backend.jobs import schedule
from backend.regions.errors import InvalidDivision
from backend.regions.models import Division
from tests.advisors.conftest import Village, period
from tests.conftest import Ask


def snapshot() -> tuple[Any, ...]:
    return (
        list(Appointment.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
    )


def test_an_advisor_is_appointed_and_enters_the_group(village: Village) -> None:
    found = selectors.current_appointment(village.division.code)
    assert found == village.appointment
    membership = Membership.objects.get(user=village.advisor.user, left_at=None)
    assert (membership.group, membership.standing) == (village.group, Membership.Standing.ADVISOR)


def test_a_second_active_appointment_is_refused_and_changes_nothing(
    village: Village, make_advisor: Callable[..., Advisor]
) -> None:
    second, before = make_advisor(), snapshot()
    with pytest.raises(VillageHasAdvisor) as refused:
        services.appoint_advisor(advisor=second, village=village.division, **period())
    assert (refused.value.code, refused.value.field) == ("VILLAGE_HAS_ADVISOR", "village")
    assert snapshot() == before


def test_the_database_itself_holds_the_rule(village: Village, make_advisor: Callable[..., Advisor]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(advisor=make_advisor(), village=village.division, **period())
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=village.appointment.pk).update(ends_on=today_minus(400))


def today_minus(days: int) -> Any:
    return selectors.today() - timedelta(days=days)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(0, -1), (-30, -1), (5, 4), (1, 9)],
    ids=["ends before it starts", "is over", "empty", "has not begun"],
)
def test_an_impossible_period_is_refused(
    village: Village, make_advisor: Callable[..., Advisor], starts: int, ends: int
) -> None:
    before = snapshot()
    with pytest.raises(InvalidPeriod):
        services.appoint_advisor(
            advisor=make_advisor(),
            village=village.neighbour,
            starts_on=today_minus(-starts),
            ends_on=today_minus(-ends),
        )
    assert snapshot()[0] == before[0]


def test_only_villages_have_an_advisor(divisions: dict[str, Division], make_advisor: Callable[..., Advisor]) -> None:
    advisor, before = make_advisor(), snapshot()
    with pytest.raises(InvalidDivision):
        services.appoint_advisor(advisor=advisor, village=divisions["510114006000"], **period())
    assert snapshot() == before


def test_an_advisor_serves_no_more_villages_than_the_limit(
    village: Village, make_advisor: Callable[..., Advisor]
) -> None:
    for number in range(rules.CAPACITY - 1):
        code = f"5101140062{number:02d}"
        place = Division.objects.create(code=code, name=f"第{number}村", level=5, full_name=code)
        services.appoint_advisor(advisor=village.advisor, village=place, **period())
    before = snapshot()
    with pytest.raises(AdvisorAtCapacity):
        services.appoint_advisor(advisor=village.advisor, village=village.neighbour, **period())
    assert snapshot() == before


def test_an_ended_appointment_keeps_its_reason_and_frees_the_village(
    village: Village, make_advisor: Callable[..., Advisor]
) -> None:
    services.end_appointment(appointment=village.appointment, reason="调离本县")
    village.appointment.refresh_from_db()
    assert (village.appointment.state, village.appointment.end_reason) == ("ended", "调离本县")
    assert village.appointment.ended_at is not None
    assert selectors.current_appointment(village.division.code) is None
    assert not Membership.objects.filter(user=village.advisor.user, left_at=None).exists()
    successor = make_advisor()
    services.appoint_advisor(advisor=successor, village=village.division, **period())
    found = selectors.current_appointment(village.division.code)
    assert found is not None
    assert found.advisor == successor


def test_ending_twice_keeps_the_first_reason(village: Village) -> None:
    services.end_appointment(appointment=village.appointment, reason="第一次")
    services.end_appointment(appointment=village.appointment, reason="第二次")
    village.appointment.refresh_from_db()
    assert village.appointment.end_reason == "第一次"


@pytest.mark.parametrize("licence", [Advisor.Licence.SUSPENDED, Advisor.Licence.REVOKED])
def test_a_licence_that_is_not_active_ends_every_appointment_at_once(
    village: Village, licence: Advisor.Licence
) -> None:
    services.appoint_advisor(advisor=village.advisor, village=village.neighbour, **period())
    services.set_licence(advisor=village.advisor, licence=licence, reason="司法局决定")
    assert list(Appointment.objects.values_list("state", "end_reason")) == [("ended", "司法局决定")] * 2
    assert not Membership.objects.filter(user=village.advisor.user, left_at=None).exists()
    before = snapshot()
    with pytest.raises(LicenceNotActive):
        services.appoint_advisor(advisor=village.advisor, village=village.neighbour, **period())
    assert snapshot() == before


def test_a_lapsed_appointment_is_nobodys_answer_and_gives_way(
    village: Village, make_advisor: Callable[..., Advisor]
) -> None:
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on=today_minus(400), ends_on=today_minus(1))
    assert selectors.current_appointment(village.division.code) is None
    services.appoint_advisor(advisor=make_advisor(), village=village.division, **period())
    village.appointment.refresh_from_db()
    assert (village.appointment.state, village.appointment.end_reason) == ("ended", "聘任到期")


def test_the_daily_job_closes_what_has_lapsed_and_is_harmless_twice(village: Village) -> None:
    assert services.end_lapsed() == 0
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on=today_minus(9), ends_on=today_minus(1))
    assert [services.end_lapsed(), services.end_lapsed()] == [1, 0]


def test_the_job_that_closes_what_has_lapsed_is_scheduled(village: Village) -> None:
    schedule.discover()
    assert schedule._registry["backend.advisors.tasks.close_lapsed_appointments"] <= 60
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on=today_minus(9), ends_on=today_minus(1))
    close_lapsed_appointments()
    assert not Membership.objects.filter(user=village.advisor.user, left_at=None).exists()


def test_an_advisor_who_lives_in_the_village_stays_in_its_group_as_a_villager(village: Village) -> None:
    services.join_village(user=village.advisor.user, village=village.division)
    services.end_appointment(appointment=village.appointment, reason="期满")
    stays = Membership.objects.get(user=village.advisor.user, left_at=None)
    assert (stays.group, stays.standing) == (village.group, Membership.Standing.RESIDENT)


def test_an_advisor_whose_time_is_over_may_join_the_village_before_the_job_ran(village: Village, ask: Ask) -> None:
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on=today_minus(9), ends_on=today_minus(1))
    join = "mutation($v: ID!) { joinVillage(input: {village: $v}) { group { memberCount } errors { code } } }"
    answer = ask(join, village.advisor.user, v=village.division.code)
    assert answer == {"data": {"joinVillage": {"group": {"memberCount": 3}, "errors": []}}}
    close_lapsed_appointments()
    stays = Membership.objects.get(user=village.advisor.user, left_at=None)
    assert (stays.group, stays.standing) == (village.group, Membership.Standing.RESIDENT)


def test_days_are_counted_in_china() -> None:
    late_evening_in_utc = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    assert str(rules.china_today(late_evening_in_utc)) == "2026-12-04"
    assert str(rules.china_today(late_evening_in_utc - timedelta(seconds=1))) == "2026-12-03"
    assert rules.china_today(timezone.now()) == selectors.today()
