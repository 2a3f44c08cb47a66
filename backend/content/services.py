"""Writes of content: what publication brings with it, withdrawal, and the editorial frame."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.log_actions import log
from wagtail.models import Task, Workflow, WorkflowContentType, WorkflowTask

from backend.accounts.groups import ensure_group
from backend.accounts.models import User
from backend.content import rules, selectors
from backend.content.errors import NotPublished, ReasonMissing
from backend.content.models import ContentCitation, ContentItem, ReviewTask
from backend.notifications.models import Notification
from backend.notifications.services import notify_division, retract_link

EDITORS = "普法编辑"
REVIEWERS = "内容审核员"
WORKFLOW = "内容审核"
STAGE = "审核"
REASON_CHARACTERS = 200
#: The action under which a withdrawal stands in the item's history.
WITHDRAWN = "content.withdraw"

_EDITOR_RIGHTS = {
    "wagtailadmin.access_admin",
    "content.view_contentitem",
    "content.add_contentitem",
    "content.change_contentitem",
}
_REVIEWER_RIGHTS = {"wagtailadmin.access_admin", "content.view_contentitem", "content.withdraw_contentitem"}


def record_publication(*, item: ContentItem) -> None:
    """Write what belongs to an item that has just gone live: its citations, and once in its life its notices.

    Runs inside the transaction that publishes (see `ContentItem.publish`), from Wagtail's `published` signal.
    """
    with transaction.atomic():
        _cite(item)
        if item.first_published_at == item.last_published_at:
            _notify(item)


def record_withdrawal(*, item: ContentItem) -> None:
    """Take back the notices of an item that has just been hidden; publishing it again tells nobody again.

    Runs inside the transaction that hides it, from Wagtail's `unpublished` signal: withdrawal and expiry alike.
    """
    retract_link(link=rules.content_link(item.pk))


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
        ContentCitation(content=item, block=index, article=article, paragraph=paragraph, item=part, position=position)
        for position, (index, article, paragraph, part) in enumerate(parts)
    ]


def _cite(item: ContentItem) -> None:
    ContentCitation.objects.filter(content=item).delete()
    ContentCitation.objects.bulk_create(_citations_of(item))


def _notify(item: ContentItem) -> None:
    for code in rules.outermost(division.code for division in item.audience.all()):
        notify_division(
            division_code=code,
            kind=Notification.Kind.CONTENT,
            title=item.title,
            body=item.summary,
            link=rules.content_link(item.pk),
            key=rules.notice_key(item.pk, code),
        )


def withdraw_item(*, item: ContentItem, by: User, reason: str) -> None:
    """Hide an item from readers at once and cancel its schedule; the reason stays in its history.

    Its text stays as a draft. Raises ReasonMissing or NotPublished.
    """
    reason = reason.strip()[:REASON_CHARACTERS]
    if not reason:
        raise ReasonMissing(field="reason")
    with transaction.atomic():
        current = ContentItem.objects.select_for_update().get(pk=item.pk)
        scheduled = current.revisions.filter(approved_go_live_at__isnull=False)
        if not (current.live or scheduled.exists()):
            raise NotPublished
        scheduled.update(approved_go_live_at=None)
        UnpublishAction(current, user=by, log_action=False).execute(skip_permission_checks=True)
        log(instance=current, action=WITHDRAWN, user=by, data={"reason": reason})


def ensure_editorial_setup() -> None:
    """Make the editors, the reviewers and the review of content, where they do not stand yet.

    Takes Wagtail's model-wide `publish` permission from whoever holds it: it would skip the review.
    """
    with transaction.atomic():
        ensure_group(EDITORS, _EDITOR_RIGHTS)
        reviewers = ensure_group(REVIEWERS, _REVIEWER_RIGHTS)
        _ensure_workflow([(STAGE, reviewers)])
        for permission in Permission.objects.filter(content_type__app_label="content", codename="publish_contentitem"):
            permission.group_set.clear()
            permission.user_set.clear()
        # Wagtail's migrations bring an example for pages, of which this product has none.
        Workflow.objects.filter(name="Moderators approval").delete()
        Task.objects.filter(name="Moderators approval").delete()


def _ensure_workflow(stages: list[tuple[str, Group]]) -> None:
    """Bind a workflow of these stages to content, unless one is bound: what staff arranged since stays."""
    content_type = ContentType.objects.get_for_model(ContentItem, for_concrete_model=False)
    if WorkflowContentType.objects.filter(content_type=content_type).exists():
        return
    workflow = Workflow.objects.create(name=WORKFLOW)
    for order, (name, group) in enumerate(stages):
        task = ReviewTask.objects.create(name=name)
        task.groups.add(group)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
