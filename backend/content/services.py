"""Writes of content: what publication brings with it, and withdrawal."""

from contextlib import nullcontext

from django.db import transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.log_actions import log

from backend.accounts.models import User
from backend.content import rules, selectors
from backend.content.departures import noting_departures
from backend.content.editing import end_review, review_held
from backend.content.errors import NotPublished, ReasonMissing
from backend.content.models import ContentCitation, ContentItem, ContentTranslation
from backend.editions.services import turn_page
from backend.notifications.models import Notification
from backend.notifications.services import notify_division, retract_link
from backend.regions import rules as regions
from backend.statutes.services import outdated_from_the_start

REASON_CHARACTERS = 200
#: The action under which a withdrawal stands in the item's history.
WITHDRAWN = "content.withdraw"


def record_publication(*, item: ContentItem) -> None:
    """Write what belongs to an item that has just gone live: its citations, and once in its life its notices.

    Runs inside the transaction that publishes (see `ContentItem.publish`), from Wagtail's `published` signal.
    """
    with transaction.atomic():
        # First: law that changes meanwhile waits here, or has changed before this reads it.
        note_edition(item_id=item.pk)
        _cite(item)
        if item.first_published_at == item.last_published_at:
            _notify(item)


def record_withdrawal(*, item: ContentItem) -> None:
    """Take back the notices of an item that has just been hidden; publishing it again tells nobody again.

    Runs inside the transaction that hides it, from Wagtail's `unpublished` signal: withdrawal and expiry alike.
    """
    retract_link(link=rules.content_link(item.pk))


def note_edition(*, item_id: int) -> None:
    """Put an item among what has changed for its readers, for phones that ask what is new since an edition."""
    ContentItem.objects.filter(pk=item_id).update(edition=turn_page())


def _citations_of(item: ContentItem) -> list[ContentCitation]:
    """What the item's text cites as the law stands now: rows that are not stored, in the order of the text.

    Each article and part once a block; references that lead to no article make no row.
    """
    parts = dict.fromkeys(
        (index, found.article, found.ref.paragraph, found.ref.item)
        for index, cited in selectors.cited_in(item.body.raw_data).items()
        for found in cited
        if found.article
    )
    return [
        ContentCitation(
            content=item,
            block=index,
            article=article,
            paragraph=paragraph,
            item=part,
            position=position,
            outdated=outdated_from_the_start(article),
        )
        for position, (index, article, paragraph, part) in enumerate(parts)
    ]


def _cite(item: ContentItem) -> None:
    ContentCitation.objects.filter(content=item).delete()
    ContentCitation.objects.bulk_create(_citations_of(item))


def _notify(item: ContentItem) -> None:
    """Tell the divisions of its audience; nobody where it is for some of their people only, as notices are for all."""
    if item.audience_roles or item.audience_groups:
        return
    for code in regions.outermost(division.code for division in item.audience.all()):
        notify_division(
            division_code=code,
            kind=Notification.Kind.CONTENT,
            title=item.title,
            body=item.summary,
            link=rules.content_link(item.pk),
            key=rules.notice_key(item.pk, code),
        )


def withdraw_item(*, item: ContentItem | ContentTranslation, by: User, reason: str) -> None:
    """Hide an item, or its version in another language, from readers at once and cancel its schedule.

    The reason stays in its history, its text as a draft; an item takes its other languages with it, since they are
    shown with it only. A review of it that is under way ends: whoever wants it shown again submits it anew, and its
    reviewers read why it was taken down. Raises ReasonMissing or NotPublished.
    """
    reason = reason.strip()[:REASON_CHARACTERS]
    if not reason:
        raise ReasonMissing(field="reason")
    with transaction.atomic():
        flow = review_held(item)
        turn_page()  # before the row, as everyone who changes what is read does
        current = type(item).objects.select_for_update().get(pk=item.pk)
        scheduled = current.revisions.filter(approved_go_live_at__isnull=False)
        if not (current.live or scheduled.exists()):
            raise NotPublished
        scheduled.update(approved_go_live_at=None)
        with noting_departures(current.pk) if isinstance(current, ContentItem) else nullcontext():
            UnpublishAction(current, user=by, log_action=False).execute(skip_permission_checks=True)
        if flow is not None:
            end_review(flow=flow, by=by, reason=reason)
        log(instance=current, action=WITHDRAWN, user=by, data={"reason": reason})
