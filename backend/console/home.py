"""The console's first page: a few figures, and what waits for the person who looks."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from backend.accounts.models import User
from backend.advisors.models import Appointment
from backend.advisors.selectors import holding_on, today
from backend.content.models import ContentItem, ContentTranslation
from backend.content.selectors import awaiting_review, published_count, reviews
from backend.content.states import State, with_state
from backend.regions.models import Division

#: Rows of a panel: what fits a screen; the list has the rest.
ROWS = 20


def _person(request: HttpRequest) -> User:
    """Who looks; the console has no views for anyone else."""
    return cast("User", request.user)


class Figure(SummaryItem):
    """One number with what it counts; `url` leads to the rows behind it."""

    template_name = "console/figure.html"

    def __init__(self, request: HttpRequest, value: str, label: str, *, icon: str, url: str = "") -> None:
        super().__init__(request)
        self.figure = {"value": value, "label": label, "icon": icon, "url": url}

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """What the template shows."""
        return {**super().get_context_data(parent_context), **self.figure}


def figures(request: HttpRequest) -> list[Figure]:
    """Villages that have an advisor today, items that readers can see, and for reviewers what waits for them."""
    villages = Division.objects.filter(level=Division.Level.VILLAGE).count()
    served = Appointment.objects.filter(holding_on(today())).count()
    may_see_appointments = request.user.has_perm("advisors.view_appointment")
    appointments = reverse("appointments:index") if may_see_appointments else ""
    may_see_content = request.user.has_perm("content.view_contentitem")
    content = reverse(ContentItem.snippet_viewset.get_url_name("list")) if may_see_content else ""
    shown = [
        Figure(request, f"{served:,} / {villages:,}", "个村（社区）有法律顾问", icon="group", url=appointments),
        Figure(request, f"{published_count():,}", "篇内容已发布", icon="doc-full", url=content),
    ]
    if reviews(_person(request)):
        waiting = awaiting_review(_person(request)).count()
        shown.append(Figure(request, f"{waiting:,}", "篇等待我审核", icon="tasks", url="#awaiting-review"))
    return shown


class ReviewPanel(Component):
    """What waits for this person's decision, oldest first, each with the way to its reading page."""

    name = "review"
    template_name = "console/review_panel.html"
    order = 100

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        """What the template shows."""
        states = awaiting_review(_person(self.request)).prefetch_related("revision__content_object")[:ROWS]
        return {"rows": [_waiting(state) for state in states]}


def _waiting(state: Any) -> dict[str, Any]:
    item = state.revision.content_object
    url = reverse(item.snippet_viewset.get_url_name("inspect"), args=[item.pk])
    flow = state.workflow_state
    return {
        "title": state.revision.object_str,
        "url": url,
        "stage": state.task.name,
        "by": flow.requested_by,
        "since": state.started_at,
    }


class OwnPanel(Component):
    """What this person wrote last, in any language, and where it stands; no more than they may still see."""

    name = "own"
    template_name = "console/own_panel.html"
    order = 200

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        """What the template shows."""
        written = [text for model in (ContentItem, ContentTranslation) for text in self._written(model)]
        return {"rows": sorted(map(_own, written), key=lambda row: row["since"], reverse=True)[:ROWS]}

    def _written(self, model: type[ContentItem | ContentTranslation]) -> list[Any]:
        rows = model.snippet_viewset.of_person(self.request.user).filter(author=self.request.user)
        newest = with_state(rows).exclude(latest_revision=None).select_related("latest_revision")
        return list(newest.order_by("-latest_revision__created_at")[:ROWS])


def _own(text: Any) -> dict[str, Any]:
    return {
        "title": text.latest_revision.object_str,
        "url": reverse(text.snippet_viewset.get_url_name("edit"), args=[text.pk]),
        "state": State(text.state).label,
        "live": text.live,
        "since": text.latest_revision.created_at,
    }


def panels(request: HttpRequest) -> list[Component]:
    """The panels that this person's rights call for."""
    shown: list[Component] = []
    if reviews(_person(request)):
        shown.append(ReviewPanel(request))
    if request.user.has_perm("content.change_contentitem"):
        shown.append(OwnPanel(request))
    return shown
