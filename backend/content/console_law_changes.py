"""The console's page 法条变动: what this office has published and cites law that has changed."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backend.accounts.models import User
from backend.accounts.selectors import divisions_of
from backend.content.law_changes import items_with_outdated, may_settle, settle_still_right
from backend.content.models import ContentCitation, ContentItem
from backend.errors import Refusal
from backend.statutes.differences import parts
from backend.statutes.models import Outdated
from backend.statutes.rules import quote

NAME = "law_changes"
ROWS = 20


class LawChangesView(WagtailAdminTemplateMixin, TemplateView):
    """The queue, oldest first, each item with the old and the new text of what it cites."""

    page_title = "法条变动"
    header_icon = "warning"
    template_name = "content/law_changes.html"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Only for those who may see content at all; of which divisions, their roles say."""
        if not request.user.has_perm("content.view_contentitem"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def codes(self) -> list[str]:
        """The divisions that the viewer acts for."""
        return divisions_of(self.request.user)

    @property
    def _view(self) -> str:
        """Where an item leads: to the editor, for reviewers to the reading page."""
        return "edit" if self.request.user.has_perm("content.change_contentitem") else "inspect"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Behind the console's first page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = Paginator(items_with_outdated(self.codes), ROWS).get_page(self.request.GET.get("p"))
        return {**context, "page": page, "rows": [self._row(item) for item in page]}

    def _row(self, item: Any) -> dict[str, Any]:
        cited = [_cited(citation) for citation in item.outdated_citations]
        return {
            "item": item,
            "panel": f"item-{item.pk}",
            "url": reverse(ContentItem.snippet_viewset.get_url_name(self._view), args=[item.pk]),
            "since": item.waits_since,
            "cited": cited,
            "seen": max((one["change"].pk for one in cited if one["change"]), default=0),
            "may_settle": may_settle(self.request.user, item, self.codes),
        }


def _cited(citation: ContentCitation) -> dict[str, Any]:
    """A citation with the newest change of its article, the two texts compared."""
    article = citation.article
    change = next(iter(article.changes.all()), None)
    return {
        "quote": quote(article.version.law.short_name, article.label, citation.paragraph, citation.item),
        "fate": Outdated(citation.outdated).label,
        "change": change,
        "parts": parts(change.before, change.after) if change else [],
    }


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that an item is still right, with the note of the form; a form sent again changes nothing."""
    back = redirect(NAME)
    item = get_object_or_404(items_with_outdated(divisions_of(request.user)), pk=pk)
    if request.method != "POST":
        return back
    seen = request.POST.get("seen", "")
    try:
        settle_still_right(
            item=item,
            by=cast("User", request.user),
            note=request.POST.get("note", ""),
            seen=int(seen) if seen.isdecimal() else -1,
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return back
    messages.success(request, f"已记录：《{item}》在法条变动后仍然正确，读者不再看到提示")
    return back


class LawChangesMenuItem(MenuItem):
    """In the sidebar of those who may see content."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Wagtail's hook."""
        return request.user.has_perm("content.view_contentitem")


def law_changes_menu() -> MenuItem:
    """The way to the page."""
    return LawChangesMenuItem("法条变动", reverse(NAME), name="law-changes", icon_name="warning", order=120)


def law_changes_urls() -> list[URLPattern]:
    """The page and its one action."""
    return [
        path("law-changes/", LawChangesView.as_view(), name=NAME),
        path("law-changes/<int:pk>/", settle, name=f"{NAME}_settle"),
    ]
