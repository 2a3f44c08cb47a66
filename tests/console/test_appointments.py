"""Advisors and appointments at the desk of a supervisor."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.advisors.models import Advisor, Appointment
from backend.advisors.selectors import today
from backend.advisors.services import appoint_advisor
from backend.regions.models import Division
from tests.editorial import COUNTY, NEXT_VILLAGE, VILLAGE, Office, at_desk, hire

NEW = "/console/appointments/new/"


@pytest.fixture
def desk(office: Office) -> Client:
    return at_desk(office.supervisor)


def make_advisor(name: str = "lawyer", **values: Any) -> Advisor:
    defaults = {"kind": "lawyer", "licence_number": f"510-{name}", "office": "蓉和律师事务所"}
    return Advisor.objects.create(user=hire(name), **{**defaults, **values})


def form(advisor: Advisor, village: str = VILLAGE, days: int = 365) -> dict[str, str]:
    day = today()
    return {
        "advisor": str(advisor.pk),
        "village": village,
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=days)).isoformat(),
    }


def appoint(advisor: Advisor) -> Appointment:
    day = today()
    village = Division.objects.get(pk=VILLAGE)
    return appoint_advisor(advisor=advisor, village=village, starts_on=day, ends_on=day + timedelta(days=9))


def test_an_advisor_is_appointed_and_enters_the_group(desk: Client) -> None:
    advisor = make_advisor()
    assert desk.post(NEW, form(advisor)).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.advisor, appointment.village_id, appointment.state) == (advisor, VILLAGE, "active")
    assert advisor.user.memberships.get().group.village_id == VILLAGE


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "已经有在聘的法律顾问"),
        ({"village": COUNTY}, "请选择到村（社区）"),
        ({"ends_on": "2020-01-01", "village": NEXT_VILLAGE}, "结束日期应不早于开始日期"),
        ({"village": ""}, "必需字段"),
        ({"village": "nonsense"}, "选择一个有效的选项"),
        ({"advisor": "999999"}, "选择一个有效的选项"),
        ({"starts_on": "明天"}, "输入一个有效的日期"),
    ],
)
def test_what_the_domain_refuses_is_an_error_of_the_form(desk: Client, change: dict[str, str], sentence: str) -> None:
    appoint(make_advisor("lawyer1"))
    answer = desk.post(NEW, {**form(make_advisor("lawyer2")), **change})
    assert answer.status_code == 200
    assert sentence in answer.text
    assert Appointment.objects.count() == 1


def test_a_suspended_licence_is_not_appointed(desk: Client) -> None:
    answer = desk.post(NEW, form(make_advisor(licence="suspended")))
    assert "执业证不是正常执业状态" in answer.text
    assert not Appointment.objects.exists()


def test_an_appointment_is_ended_with_its_reason(desk: Client) -> None:
    appointment = appoint(make_advisor())
    path = f"/console/appointments/end/{appointment.pk}/"
    assert "蓉和律师事务所" in desk.get(path).text
    desk.post(path, {"reason": " "})
    appointment.refresh_from_db()
    assert appointment.state == "active"
    desk.post(path, {"reason": "本人申请"})
    appointment.refresh_from_db()
    assert (appointment.state, appointment.end_reason) == ("ended", "本人申请")
    assert "结束聘任，理由：本人申请" in desk.get(f"/console/appointments/history/{appointment.pk}/").text


@pytest.mark.parametrize("who", ["supervisor", "root"])
@pytest.mark.parametrize("view", ["edit", "delete"])
def test_an_appointment_is_never_rewritten(office: Office, who: str, view: str) -> None:
    appointment = appoint(make_advisor())
    desk = at_desk(getattr(office, who))
    desk.post(f"/console/appointments/{view}/{appointment.pk}/", form(make_advisor("other"), NEXT_VILLAGE))
    appointment.refresh_from_db()
    assert (appointment.village_id, appointment.advisor.office) == (VILLAGE, "蓉和律师事务所")
    assert appointment.advisor.user.username == "lawyer"


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_the_editorial_office_has_no_say_in_it(office: Office, who: str) -> None:
    appointment = appoint(make_advisor())
    desk = at_desk(getattr(office, who))
    for path in (NEW, f"/console/appointments/end/{appointment.pk}/", "/console/advisors/new/"):
        assert desk.get(path).status_code == 302
        assert desk.post(path, {**form(appointment.advisor, NEXT_VILLAGE), "reason": "没有理由"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.state == "active"
    assert Appointment.objects.count() == 1


def entry(**values: str) -> dict[str, str]:
    return {"kind": "lawyer", "licence_number": "15101", "office": "蓉和律师事务所", "licence": "active", **values}


def test_an_advisor_is_entered(desk: Client) -> None:
    person = hire("new-lawyer")
    assert desk.post("/console/advisors/new/", entry(user=str(person.pk))).status_code == 302
    assert Advisor.objects.get().user == person


def test_a_licence_number_is_entered_once(desk: Client) -> None:
    make_advisor(licence_number="15101")
    answer = desk.post("/console/advisors/new/", entry(user=str(hire("new-lawyer").pk)))
    assert answer.status_code == 200
    assert "已存在" in answer.text
    assert Advisor.objects.count() == 1


def test_a_suspended_licence_needs_a_reason_and_ends_the_appointments(desk: Client) -> None:
    advisor = make_advisor()
    appointment = appoint(advisor)
    path = f"/console/advisors/edit/{advisor.pk}/"
    assert "请填写执业状态变更的理由" in desk.post(path, entry(licence="suspended")).text
    appointment.refresh_from_db()
    assert appointment.state == "active"
    assert desk.post(path, entry(licence="suspended", licence_reason="司法局处罚")).status_code == 302
    for row in (advisor, appointment):
        row.refresh_from_db()
    assert advisor.licence == "suspended"
    assert (appointment.state, appointment.end_reason) == ("ended", "司法局处罚")


def test_an_advisor_stays_the_person_that_they_are(desk: Client) -> None:
    advisor = make_advisor()
    desk.post(f"/console/advisors/edit/{advisor.pk}/", entry(user=str(hire("other").pk), office="新的律所"))
    advisor.refresh_from_db()
    assert (advisor.user.username, advisor.office) == ("lawyer", "新的律所")
