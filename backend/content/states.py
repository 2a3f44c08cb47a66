"""Where an item stands, as staff speak of it: told from Wagtail's rows in the one statement that lists them."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast
from wagtail.models import Revision, WorkflowState


class State(TextChoices):
    """The states, in the order in which an item usually goes through them."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    RETURNED = "returned", "已退回"
    SCHEDULED = "scheduled", "定时发布"
    LIVE = "live", "已发布"
    LIVE_CHANGED = "live_changed", "已发布，有新草稿"
    LIVE_IN_REVIEW = "live_in_review", "已发布，新稿审核中"
    EXPIRED = "expired", "已到期"
    WITHDRAWN = "withdrawn", "已撤下"


def with_state(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of items or of translations with their State as `state`."""
    own = {"base_content_type": rows.model.get_base_content_type(), "object_id": OuterRef("key")}
    flows = WorkflowState.objects.filter(**own)
    reviewing = Exists(flows.filter(status=WorkflowState.STATUS_IN_PROGRESS))
    returned = Exists(flows.filter(status=WorkflowState.STATUS_NEEDS_CHANGES))
    scheduled = Exists(Revision.objects.filter(**own, approved_go_live_at__isnull=False))
    whens = [
        When(Q(live=True) & reviewing, then=Value(State.LIVE_IN_REVIEW)),
        When(Q(live=True, has_unpublished_changes=True), then=Value(State.LIVE_CHANGED)),
        When(Q(live=True), then=Value(State.LIVE)),
        When(scheduled, then=Value(State.SCHEDULED)),
        When(reviewing, then=Value(State.IN_REVIEW)),
        When(returned, then=Value(State.RETURNED)),
        When(Q(expired=True), then=Value(State.EXPIRED)),
        When(Q(first_published_at__isnull=False), then=Value(State.WITHDRAWN)),
    ]
    named: QuerySet[Any] = rows.annotate(key=Cast("pk", CharField()))
    told: QuerySet[Any] = named.annotate(state=Case(*whens, default=Value(State.DRAFT), output_field=CharField()))
    return told
