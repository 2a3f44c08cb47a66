"""Readers report errors 纠错, and staff of the item's division answer."""

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.content.block_ids import is_block
from backend.content.models import ContentItem, ErrorReport
from backend.content.reading import rules
from backend.content.reading.errors import AnswerMissing, ItemNotFound, ReportSettled, TooManyReports
from backend.content.rules import content_link
from backend.content.selectors import published_item
from backend.content.standing import standing_of
from backend.errors import InvalidInput, NotFound
from backend.notifications.models import Notification
from backend.notifications.services import notify_person

REPORTS_A_DAY = 10
ANSWER_CHARACTERS = 500
_TITLES = {ErrorReport.State.MENDED: "您指出的错误已更正", ErrorReport.State.DISMISSED: "您的纠错已答复"}


def report_error(*, user: User, item_id: int, block: str, text: str, language: str | None = None) -> ErrorReport:
    """Tell staff that something in an item is wrong, in the text as `language` shows it. The report that stands.

    The same words about the same place are one report while it is open. Raises ItemNotFound, InvalidInput, or
    TooManyReports beyond REPORTS_A_DAY.
    """
    text = rules.check_report(text)
    with transaction.atomic():
        item = published_item(item_id, *standing_of(user, language)).first()
        if item is None:
            raise ItemNotFound(field="id")
        _check_block(item, block)
        # One after the other for one person: the limit is exact.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        values = {"item": item, "language": item.shown_language, "block": block, "user": user, "text": text}
        standing = ErrorReport.objects.filter(**values, state=ErrorReport.State.OPEN).first()
        if standing is None:
            _check_limit(user)
            county = rules.county_of(user.village_id) or None
            standing = ErrorReport.objects.create(**values, division_id=county)
    return standing


def settle_report(*, report_id: int, by: User, state: str, answer: str) -> None:
    """Say what became of a report; its reader is told. Raises NotFound, AnswerMissing or ReportSettled."""
    answer = answer.strip()[:ANSWER_CHARACTERS]
    if not answer:
        raise AnswerMissing(field="answer")
    with transaction.atomic():
        report = ErrorReport.objects.select_for_update(of=("self",)).select_related("item").filter(pk=report_id).first()
        if report is None:
            raise NotFound
        if report.state != ErrorReport.State.OPEN:
            raise ReportSettled
        report.state, report.answer = ErrorReport.State(state), answer
        report.settled_by, report.settled_at = by, timezone.now()
        report.save(update_fields=["state", "answer", "settled_by", "settled_at"])
        _tell(report)


def _check_block(item: ContentItem, block: str) -> None:
    """Raises InvalidInput where the text that the reader saw has no such block."""
    if block and not is_block(block, (each.get("id") for each in item.shown_body.raw_data)):
        raise InvalidInput("没有这一段，请重新打开后再试", field="block")


def _check_limit(user: User) -> None:
    now = timezone.now()
    today = ErrorReport.objects.filter(user=user, created_at__gte=rules.start_of(rules.day_of(now)))
    if today.count() >= REPORTS_A_DAY:
        raise TooManyReports(rules.seconds_left(now))


def _tell(report: ErrorReport) -> None:
    if report.user_id is None:
        return
    notify_person(
        recipient_id=report.user_id,
        kind=Notification.Kind.SYSTEM,
        title=_TITLES[ErrorReport.State(report.state)],
        body=f"《{report.item.title}》：{report.answer}",
        link=content_link(report.item_id),
        key=f"error-report:{report.pk}",
    )
