"""Staff see what their own readers did and what was reported of their own items, and nothing of others."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.accounts.models import User
from backend.content.console_figures import FiguresView
from backend.content.frame import EDITORS
from backend.content.models import ErrorReport, ReadingCount
from backend.content.reading.reports import report_error
from backend.notifications.models import Notification
from tests.content.reading.conftest import Publish
from tests.content.reading.test_marks import rows
from tests.editorial import COUNTY, PROVINCE, Office, at_desk, hire

pytestmark = pytest.mark.django_db
OTHER_COUNTY = "510112000000"


@pytest.fixture
def elsewhere(office: Office) -> User:
    """An editor of another county."""
    return hire("elsewhere", EDITORS, works_for=OTHER_COUNTY)


def shown(user: User, name: str, **asked: Any) -> str:
    response = at_desk(user).get(reverse(name), asked)
    assert response.status_code == 200
    return str(response.content.decode())


def settle(user: User, report: ErrorReport, **form: str) -> Any:
    return at_desk(user).post(reverse("error_reports_settle", args=[report.pk]), form)


def counted(item: Any, number: int, division: str, kind: str = "read") -> None:
    today = timezone.localdate()
    ReadingCount.objects.create(item=item, day=today, kind=kind, division=division, number=number)


def test_figures_are_those_of_ones_own_readers(office: Office, elsewhere: User, make_item: Publish):
    item = make_item(PROVINCE, title="全省都读的")
    counted(item, 4_321, COUNTY)
    counted(item, 8_765, OTHER_COUNTY)
    counted(item, 2_468, "")
    whole = shown(office.editor, "reading_figures")
    assert all(text in whole for text in ("全省都读的", str(4_321 + 8_765 + 2_468), "4321", "8765", "未填写所在村"))
    own = shown(elsewhere, "reading_figures")
    assert ("8765" in own, "4321" in own, "2468" in own) == (True, False, False)


@pytest.mark.parametrize("days", ["7", "365", "0", "x", "999999999999"])
def test_any_period_is_answered(office: Office, make_item: Publish, days: str):
    counted(make_item(PROVINCE), 4_321, COUNTY)
    assert "4321" in shown(office.editor, "reading_figures", days=days)


@pytest.mark.parametrize("number", [2, 12])
def test_figures_cost_the_same_statements_however_many(
    office: Office, make_item: Publish, django_assert_num_queries: Any, number: int
):
    for n in range(number):
        counted(make_item(PROVINCE, title=str(n)), n + 1, COUNTY)
    client = at_desk(office.editor)
    client.get(reverse("reading_figures"))
    view = FiguresView()
    view.request = client.get(reverse("reading_figures")).wsgi_request
    with django_assert_num_queries(5):
        context = view.get_context_data()
        assert len(context["by_item"]) == number
        assert len(context["by_day"]) == 1


@pytest.mark.parametrize("name", ["reading_figures", "error_reports"])
def test_who_is_no_staff_sees_neither_page(office: Office, reader: User, name: str):
    assert at_desk(reader).get(reverse(name)).status_code == 302
    before = rows()
    assert at_desk(hire("somebody")).get(reverse(name)).status_code == 302
    assert rows() == before


def test_a_superuser_who_acts_nowhere_sees_nothing(office: Office, reader: User, make_item: Publish):
    item = make_item(title="婚后财产")
    counted(item, 4_321, COUNTY)
    report = report_error(user=reader, item_id=item.pk, block="", text="日期写错了")
    assert "4321" not in shown(office.root, "reading_figures")
    assert "日期写错了" not in shown(office.root, "error_reports")
    assert settle(office.root, report, state="mended", answer="好").status_code == 404


def test_a_report_is_settled_by_staff_of_the_items_division(office: Office, reader: User, make_item: Publish):
    report = report_error(user=reader, item_id=make_item(title="婚后财产").pk, block="", text="日期写错了")
    page = shown(office.editor, "error_reports")
    assert all(text in page for text in ("婚后财产", "日期写错了", "新都区的读者", "给读者的答复"))
    assert settle(office.editor, report, state="mended", answer="已改").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.answer, report.settled_by) == ("mended", "已改", office.editor)
    assert Notification.objects.get(recipient=reader).title == "您指出的错误已更正"
    assert "已更正" in shown(office.editor, "error_reports")


@pytest.mark.parametrize(
    "form",
    [{"state": "mended", "answer": " "}, {"state": "open", "answer": "好"}, {"state": "x", "answer": "好"}, {}],
    ids=["no answer", "back to open", "no state", "nothing"],
)
def test_a_form_that_says_nothing_settles_nothing(office: Office, reader: User, make_item: Publish, form: Any):
    report = report_error(user=reader, item_id=make_item().pk, block="", text="日期写错了")
    before = rows()
    assert settle(office.editor, report, **form).status_code == 302
    assert rows() == before
    assert not Notification.objects.filter(recipient=reader).exists()


def test_who_may_not_see_the_item_or_not_change_it_settles_nothing(
    office: Office, elsewhere: User, reader: User, make_item: Publish
):
    report = report_error(user=reader, item_id=make_item(title="省里的").pk, block="", text="日期写错了")
    before = rows()
    assert "日期写错了" not in shown(elsewhere, "error_reports")
    assert settle(elsewhere, report, state="mended", answer="好").status_code == 404
    assert "给读者的答复" not in shown(office.reviewer, "error_reports")
    assert settle(office.reviewer, report, state="mended", answer="好").status_code == 302
    assert settle(reader, report, state="mended", answer="好").status_code == 302
    assert rows() == before
