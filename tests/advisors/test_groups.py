"""Joining, posting and reading."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.advisors import rules, selectors, services
from backend.advisors.errors import (
    AppointmentLapsed,
    ClientKeyReused,
    EmptyMessage,
    GroupNotFound,
    InvalidClientKey,
    InvalidPosition,
    MessageTooLong,
    NotAMember,
)
from backend.advisors.models import Advisor, Appointment, Membership, Message, VillageGroup
from backend.errors import NotFound, Refusal
from backend.notifications.models import Delivery, Device, Notification
from media.errors import MediaNotReady
from media.models import MediaFile
from media.services import store_picture
from tests.advisors.conftest import Village, period


def state() -> tuple[Any, ...]:
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (VillageGroup, Message, Membership, Notification, Delivery)
    )


def post(village: Village, author: User, text: str = "请问", key: str = "k1", **more: Any) -> Message:
    return services.post_message(author=author, group_id=village.group.pk, client_key=key, text=text, **more)


def test_numbers_rise_by_one(village: Village) -> None:
    authors = [village.villager, village.advisor.user, village.other]
    assert [post(village, author, key=str(n)).seq for n, author in enumerate(authors)] == [1, 2, 3]
    village.group.refresh_from_db()
    assert village.group.last_seq == 3


def test_a_retry_returns_what_stands_and_writes_nothing(village: Village) -> None:
    first = post(village, village.villager, "我想问彩礼的事")
    before = state()
    again = post(village, village.villager, "  我想问彩礼的事 ")
    assert (again.pk, again.seq) == (first.pk, 1)
    assert state() == before


def test_a_key_that_stands_for_another_text_is_refused(village: Village) -> None:
    post(village, village.villager, "甲")
    before = state()
    with pytest.raises(ClientKeyReused, match="第 1 条"):
        post(village, village.villager, "乙")
    assert state() == before
    assert post(village, village.other, "乙").seq == 2


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"text": ""}, EmptyMessage),
        ({"text": " \x00\n"}, EmptyMessage),
        ({"text": "\u200b\u200d"}, EmptyMessage),
        ({"text": "\u202e"}, EmptyMessage),
        ({"text": "字" * 2001}, MessageTooLong),
        ({"key": ""}, InvalidClientKey),
        ({"key": "k" * 65}, InvalidClientKey),
        ({"reply_to": 0}, InvalidPosition),
        ({"reply_to": 7}, InvalidPosition),
        ({"reply_to": -1}, InvalidPosition),
    ],
)
def test_a_bad_message_is_refused_and_changes_nothing(
    village: Village, values: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = state()
    with pytest.raises(refusal):
        post(village, village.villager, **values)
    assert state() == before


def test_a_key_that_stands_for_another_reply_is_refused(village: Village) -> None:
    post(village, village.other, "问题")
    post(village, village.villager, "答", key="r", reply_to=1)
    with pytest.raises(ClientKeyReused):
        post(village, village.villager, "答", key="r")
    assert post(village, village.villager, "答", key="r", reply_to=1).seq == 2


def test_marks_that_turn_the_writing_direction_are_taken_out(village: Village) -> None:
    assert post(village, village.villager, "给我\u202e000 元").text == "给我000 元"


def test_2000_characters_are_a_message(village: Village) -> None:
    assert len(post(village, village.villager, "字" * 2000).text) == 2000


def test_strangers_and_unknown_groups(village: Village) -> None:
    before = state()
    with pytest.raises(NotAMember):
        post(village, village.stranger)
    with pytest.raises(GroupNotFound):
        services.post_message(author=village.villager, group_id=10**12, client_key="k", text="x")
    with pytest.raises(NotAMember):
        selectors.membership(village.stranger, village.group.pk)
    assert state() == before


def test_who_moves_is_in_one_group_and_no_longer_writes_in_the_old_one(village: Village) -> None:
    services.join_village(user=village.villager, village=village.neighbour)
    assert [row.group.village for row in selectors.groups_of(village.villager.pk, selectors.today())] == [
        village.neighbour
    ]
    with pytest.raises(NotAMember):
        post(village, village.villager)
    services.join_village(user=village.villager, village=village.neighbour)
    assert Membership.objects.filter(user=village.villager, left_at=None).count() == 1


def test_an_advisor_speaks_under_the_appointment_and_not_without(village: Village) -> None:
    assert post(village, village.advisor.user).appointment == village.appointment
    assert post(village, village.villager, key="k2").appointment is None
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")
    before = state()
    with pytest.raises(AppointmentLapsed):
        post(village, village.advisor.user, key="k3")
    assert state() == before


def test_an_advisor_who_lives_in_the_village_stays_its_advisor(village: Village) -> None:
    services.join_village(user=village.advisor.user, village=village.division)
    assert Membership.objects.get(user=village.advisor.user, left_at=None).standing == Membership.Standing.ADVISOR


def test_a_question_tells_the_advisor_and_nothing_of_what_it_says(village: Village) -> None:
    Device.objects.create(user=village.advisor.user, token="t" * 40, platform="android")
    post(village, village.villager, "我家的承包地被占了")
    notice = Notification.objects.get(kind="group_message")
    assert notice.recipient == village.advisor.user
    assert notice.link == rules.group_link(village.group.pk)
    assert "承包地" not in notice.title + notice.body
    assert village.villager.display_name not in notice.title + notice.body
    assert Delivery.objects.filter(notification=notice).count() == 1


def test_an_answer_tells_whom_it_answers_and_nobody_else(village: Village) -> None:
    post(village, village.villager, "问题")
    Notification.objects.all().delete()
    post(village, village.advisor.user, "答复", key="a", reply_to=1)
    assert [n.recipient for n in Notification.objects.all()] == [village.villager]
    Notification.objects.all().delete()
    post(village, village.advisor.user, "大家注意", key="b")
    assert not Notification.objects.exists()


def test_reading_never_goes_back_and_drops_what_waits(village: Village) -> None:
    Device.objects.create(user=village.advisor.user, token="t" * 40, platform="android")
    for n in range(3):
        post(village, village.villager, key=str(n))
    advisor = village.advisor.user
    assert services.mark_group_read(user=advisor, group_id=village.group.pk, seq=2).read_seq == 2
    assert services.mark_group_read(user=advisor, group_id=village.group.pk, seq=1).read_seq == 2
    assert Delivery.objects.filter(state="pending").count() == 1
    assert services.mark_group_read(user=advisor, group_id=village.group.pk, seq=3).read_seq == 3
    assert not Delivery.objects.filter(state="pending").exists()
    before = state()
    for seq in (4, -1):
        with pytest.raises(InvalidPosition):
            services.mark_group_read(user=advisor, group_id=village.group.pk, seq=seq)
    with pytest.raises(NotAMember):
        services.mark_group_read(user=village.stranger, group_id=village.group.pk, seq=1)
    assert state() == before


def test_messages_come_with_their_authors_in_one_statement_however_many(
    village: Village, django_assert_num_queries: Callable[..., Any]
) -> None:
    for n in range(30):
        post(village, village.villager, key=str(n), **({"reply_to": n} if n else {}))
    for limit in (3, 30):
        with django_assert_num_queries(1):
            rows = selectors.messages_after(village.group.pk, 0, limit)
            assert [row.reply_to and row.reply_to.seq for row in rows] == [None, *range(1, limit)]
            assert {row.author.display_name for row in rows} == {village.villager.display_name}


def test_a_picture_is_the_authors_own_checked_one(village: Village, picture_bytes: bytes) -> None:
    picture = store_picture(owner=village.villager, purpose=MediaFile.Purpose.MESSAGE, data=picture_bytes)
    unchecked = MediaFile.objects.create(
        owner=village.villager, purpose=MediaFile.Purpose.MESSAGE, content_type="image/png", size=1
    )
    before = state()
    for author, media, refusal in (
        (village.other, picture, NotFound),
        (village.villager, unchecked, MediaNotReady),
    ):
        with pytest.raises(refusal) as refused:
            post(village, author, "", picture_id=media.pk)
        assert refused.value.field == "mediaId"
    assert state() == before
    message = post(village, village.villager, "", picture_id=picture.pk)
    assert (message.kind, message.picture, message.text) == ("picture", picture, "")
    assert post(village, village.villager, "", picture_id=picture.pk).pk == message.pk
    with pytest.raises(ClientKeyReused):
        post(village, village.villager, "换成文字")


def test_what_a_message_costs_in_statements(village: Village, django_assert_num_queries: Callable[..., Any]) -> None:
    steps: list[tuple[int, Callable[[], Any]]] = [
        (17, lambda: post(village, village.villager, key="asked")),  # 10 of its own, 7 for the advisor's notice
        (5, lambda: post(village, village.villager, key="asked")),  # a retry
        (9, lambda: post(village, village.advisor.user, "大家好", key="said")),
        (9, lambda: services.mark_group_read(user=village.villager, group_id=village.group.pk, seq=2)),
    ]
    for count, step in steps:
        with django_assert_num_queries(count):
            step()


def history(village: Village, who: User) -> list[int]:
    selectors.membership(who, village.group.pk)
    return list(selectors.history(village.group.pk, who.pk).order_by("seq").values_list("seq", flat=True))


def test_members_read_what_was_written_while_they_were_there(village: Village) -> None:
    post(village, village.villager, "一", key="1")
    services.join_village(user=village.stranger, village=village.division)
    post(village, village.villager, "二", key="2")
    assert history(village, village.stranger) == [2]
    assert selectors.first_unseen(selectors.membership(village.stranger, village.group.pk), 0) == 1
    services.join_village(user=village.stranger, village=village.neighbour)
    post(village, village.villager, "三", key="3")
    services.join_village(user=village.stranger, village=village.division)
    post(village, village.villager, "四", key="4")
    assert history(village, village.stranger) == [2, 4]
    assert history(village, village.villager) == [1, 2, 3, 4]


def test_an_advisor_takes_over_the_history(village: Village, make_advisor: Callable[..., Advisor]) -> None:
    post(village, village.villager, "一", key="1")
    services.end_appointment(appointment=village.appointment, reason="换人")
    successor = make_advisor()
    services.appoint_advisor(advisor=successor, village=village.division, **period())
    assert history(village, successor.user) == [1]
    assert selectors.first_unseen(selectors.membership(successor.user, village.group.pk), 0) == 0


def test_an_advisor_whose_time_is_over_reads_no_more_even_before_the_job_ran(village: Village) -> None:
    Appointment.objects.filter(pk=village.appointment.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")
    advisor = village.advisor.user
    with pytest.raises(NotAMember):
        selectors.membership(advisor, village.group.pk)
    assert selectors.members_among(village.group.pk, [advisor.pk, village.villager.pk]) == {village.villager.pk}
    assert not selectors.groups_of(advisor.pk, selectors.today()).exists()


def test_posting_does_not_read_for_you_what_came_before(village: Village) -> None:
    post(village, village.villager, "一", key="1")
    post(village, village.other, "二", key="2")
    assert selectors.membership(village.other, village.group.pk).read_seq == 0
    post(village, village.villager, "三", key="3")
    assert selectors.membership(village.villager, village.group.pk).read_seq == 1


def test_questions_in_a_row_ring_once_until_the_group_was_read(village: Village) -> None:
    advisor = village.advisor.user
    for n in range(5):
        post(village, village.villager, key=str(n))
    assert Notification.objects.filter(recipient=advisor).count() == 1
    services.mark_group_read(user=advisor, group_id=village.group.pk, seq=5)
    post(village, village.villager, key="after")
    assert Notification.objects.filter(recipient=advisor, read_at=None).count() == 1


def test_a_notice_is_one_for_five_minutes() -> None:
    at = datetime(2026, 12, 4, 2, 0, tzinfo=UTC)
    key = rules.notice_key(1, "新", 3, at)
    assert rules.notice_key(1, "新", 3, at + timedelta(seconds=299)) == key
    others = [
        rules.notice_key(1, "新", 3, at + timedelta(seconds=300)),
        rules.notice_key(1, "新", 4, at),
        rules.notice_key(2, "新", 3, at),
        rules.notice_key(1, "复", 3, at),
    ]
    assert len({key, *others}) == 5


def test_groups_and_their_sizes_cost_one_statement_however_many(
    village: Village, django_assert_num_queries: Callable[..., Any]
) -> None:
    services.appoint_advisor(advisor=village.advisor, village=village.neighbour, **period())
    for who, sizes in ((village.villager, [3]), (village.advisor.user, [2, 3])):
        with django_assert_num_queries(1):
            rows = list(selectors.groups_of(who.pk, selectors.today()).select_related("group__village"))
            assert all(row.group.village.name for row in rows)
        assert sorted(row.member_count for row in rows) == sizes
