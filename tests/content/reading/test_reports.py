"""Errors that readers report, and what staff answer."""

from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentItem, ErrorReport
from backend.content.reading import reports
from backend.content.reading.errors import AnswerMissing, ReportSettled
from backend.errors import NotFound
from backend.notifications.models import Notification
from tests.conftest import Ask
from tests.content.reading.conftest import Publish
from tests.content.reading.test_marks import change, rows
from tests.editorial import COUNTY

pytestmark = pytest.mark.django_db


def test_a_report_stands_once_with_what_it_is_about(ask: Ask, reader: User, make_item: Publish):
    item = make_item()
    block = item.body.raw_data[1]["id"][:8]
    for _ in range(2):
        payload = change(ask, "reportContentError", reader, item, block=block, text="  第二段的日期写错了 \n")
        assert payload == {"errors": [], "reported": True}
    report = ErrorReport.objects.get()
    assert (report.item, report.user, report.block, report.text) == (item, reader, block, "第二段的日期写错了")
    assert (report.language, report.division_id, report.state) == ("zh-Hans", COUNTY, "open")
    change(ask, "reportContentError", reader, item, text="标题也不对")
    assert ErrorReport.objects.count() == 2


def test_a_block_without_an_id_is_in_nobodys_way(ask: Ask, reader: User, make_item: Publish):
    """Such a body was stored before blocks had ids, or by a hand in the database."""
    item = make_item()
    kept = item.body.raw_data[1]
    ContentItem.objects.update(body=[{"type": "heading", "value": "旧"}, dict(kept)])
    assert change(ask, "reportContentError", reader, item, block=kept["id"], text="错了")["errors"] == []
    [error] = change(ask, "reportContentError", reader, item, block="00000000", text="错了")["errors"]
    assert (error["code"], error["field"], ErrorReport.objects.count()) == ("INVALID_INPUT", "block", 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " \n "}, "text"),
        ({"text": "错" * 501}, "text"),
        ({"text": "错", "block": "no-such-block"}, "block"),
    ],
    ids=["empty", "too long", "no such block"],
)
def test_what_tells_nothing_is_refused(ask: Ask, reader: User, make_item: Publish, values: Any, field: str):
    item, before = make_item(), rows()
    payload = change(ask, "reportContentError", reader, item, **values)
    assert payload == {"errors": [{"code": "INVALID_INPUT", "field": field, "retryAfter": None}], "reported": None}
    assert rows() == before


def test_a_person_reports_so_many_a_day(
    ask: Ask, reader: User, make_user: Any, make_item: Publish, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reports, "REPORTS_A_DAY", 2)
    item = make_item()
    for text in ("一", "二"):
        assert change(ask, "reportContentError", reader, item, text=text)["errors"] == []
    before = rows()
    [error] = change(ask, "reportContentError", reader, item, text="三")["errors"]
    assert (error["code"], 0 < error["retryAfter"] <= 86_400) == ("TOO_MANY_REPORTS", True)
    assert rows() == before
    assert change(ask, "reportContentError", reader, item, text="一")["errors"] == []
    neighbour = make_user(village_id=reader.village_id)
    assert change(ask, "reportContentError", neighbour, item, text="三")["errors"] == []


def reported(reader: User, make_item: Publish) -> ErrorReport:
    return reports.report_error(user=reader, item_id=make_item(title="婚后财产").pk, block="", text="日期写错了")


@pytest.mark.parametrize("state", ["mended", "dismissed"])
def test_the_reader_is_told_what_became_of_it(reader: User, writer: User, make_item: Publish, state: str):
    report = reported(reader, make_item)
    reports.settle_report(report_id=report.pk, by=writer, state=state, answer=" 已改为 2021 年 ")
    report.refresh_from_db()
    assert (report.state, report.answer, report.settled_by) == (state, "已改为 2021 年", writer)
    assert report.settled_at <= timezone.now()
    notice = Notification.objects.get(recipient=reader)
    assert (notice.kind, notice.body) == ("system", "《婚后财产》：已改为 2021 年")


def test_a_report_is_settled_once_and_with_an_answer(reader: User, writer: User, make_item: Publish):
    report = reported(reader, make_item)
    with pytest.raises(AnswerMissing):
        reports.settle_report(report_id=report.pk, by=writer, state="mended", answer="  ")
    with pytest.raises(NotFound):
        reports.settle_report(report_id=report.pk + 1, by=writer, state="mended", answer="好")
    assert ErrorReport.objects.get().state == "open"
    reports.settle_report(report_id=report.pk, by=writer, state="mended", answer="好")
    before = rows()
    with pytest.raises(ReportSettled):
        reports.settle_report(report_id=report.pk, by=writer, state="dismissed", answer="不")
    assert rows() == before
    assert Notification.objects.filter(recipient=reader).count() == 1


def test_a_report_of_somebody_who_is_gone_is_settled_all_the_same(reader: User, writer: User, make_item: Publish):
    report = reported(reader, make_item)
    ErrorReport.objects.update(user=None)
    reports.settle_report(report_id=report.pk, by=writer, state="mended", answer="好")
    assert ErrorReport.objects.get().state == "mended"
