"""Races, run by real connections."""

from collections.abc import Callable

import pytest

from backend.advisors import services
from backend.advisors.errors import VillageHasAdvisor
from backend.advisors.models import Advisor, Appointment, Membership, Message
from backend.notifications.models import Notification
from tests.advisors.conftest import Village, period
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_appointments_at_once_one_stands(village: Village, make_advisor: Callable[..., Advisor]) -> None:
    advisors = [make_advisor(), make_advisor()]

    def appoint(advisor: Advisor) -> Callable[[], Appointment]:
        return lambda: services.appoint_advisor(advisor=advisor, village=village.neighbour, **period())

    results = at_once(*map(appoint, advisors))
    assert {type(result) for result in results} == {Appointment, VillageHasAdvisor}
    assert Appointment.objects.filter(village=village.neighbour, state="active").count() == 1


def test_twenty_writers_leave_no_gap_and_no_double(village: Village) -> None:
    people = [village.villager, village.other, village.advisor.user]

    def write(writer: int) -> Callable[[], list[int]]:
        author = people[writer % 3]

        def run() -> list[int]:
            seqs = []
            for n in range(10):
                for _ in range(2 if n % 3 == 0 else 1):
                    message = services.post_message(
                        author=author,
                        group_id=village.group.pk,
                        client_key=f"{writer}-{n}",
                        text=f"{writer}/{n}",
                    )
                seqs.append(message.seq)
            return seqs

        return run

    results = at_once(*(write(writer) for writer in range(20)))
    assert not [result for result in results if isinstance(result, Exception)]
    given = sorted(seq for seqs in results for seq in seqs)
    stored = list(Message.objects.filter(group=village.group).order_by("seq").values_list("seq", flat=True))
    village.group.refresh_from_db()
    assert given == stored == list(range(1, 201))
    assert village.group.last_seq == 200


def test_one_key_sent_ten_times_at_once_is_one_message(village: Village) -> None:
    def write() -> int:
        return services.post_message(
            author=village.villager, group_id=village.group.pk, client_key="same", text="同一条"
        ).seq

    assert at_once(*[write] * 10) == [1] * 10
    assert Message.objects.count() == 1


def test_two_joins_at_once_leave_a_person_in_one_group(village: Village) -> None:
    homes = [village.division, village.neighbour]
    at_once(*(lambda home=home: services.join_village(user=village.villager, village=home) for home in homes * 3))
    memberships = Membership.objects.filter(user=village.villager, left_at=None)
    village.villager.refresh_from_db()
    assert [membership.group.village_id for membership in memberships] == [village.villager.village_id]


def test_marking_read_never_swallows_the_notice_of_what_comes_next(village: Village) -> None:
    advisor = village.advisor.user
    for n in range(15):
        newest = services.post_message(
            author=village.villager, group_id=village.group.pk, client_key=f"a{n}", text="问"
        ).seq
        at_once(
            lambda seq=newest: services.mark_group_read(user=advisor, group_id=village.group.pk, seq=seq),
            lambda n=n: services.post_message(
                author=village.villager, group_id=village.group.pk, client_key=f"b{n}", text="再问"
            ),
        )
        read = Membership.objects.get(user=advisor, left_at=None).read_seq
        unread = Notification.objects.filter(recipient=advisor, read_at=None).count()
        assert read == newest
        assert unread == 1, "the message behind the last one read has no notice"
        services.mark_group_read(user=advisor, group_id=village.group.pk, seq=newest + 1)
