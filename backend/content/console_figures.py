"""The console's pages 阅读统计 and 读者纠错: what readers of one's own divisions did, and what they found wrong."""

from datetime import timedelta
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backend.accounts.models import User
from backend.accounts.selectors import divisions_of
from backend.content.models import ContentItem, ErrorReport
from backend.content.reading import reports, selectors
from backend.content.reading.rules import day_of
from backend.errors import Refusal
from backend.regions.models import Division

FIGURES, REPORTS = "reading_figures", "error_reports"
VIEW, SETTLE = "content.view_contentitem", "content.change_contentitem"
PERIODS = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天", 365: "近一年"}
DEFAULT_DAYS = 30
#: Rows of each table.
ROWS = 50
REPORTS_A_PAGE = 20
_NOWHERE = "未填写所在村"


class ReadersPage(WagtailAdminTemplateMixin, TemplateView):
    """A page for those who may see content; of which divisions, their roles say."""

    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises PermissionDenied for everybody else."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def codes(self) -> list[str]:
        """The divisions that the viewer acts for."""
        return divisions_of(self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Behind the console's first page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class FiguresView(ReadersPage):
    """How much was read, liked and passed on: by item, by county, by day."""

    page_title = "阅读统计"
    header_icon = "order"
    template_name = "content/figures.html"
    periods: ClassVar[dict[int, str]] = PERIODS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows; a fixed number of statements."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked.isdecimal() and int(asked) in PERIODS else DEFAULT_DAYS
        rows = selectors.figures_for(self.codes, day_of(timezone.now()) - timedelta(days=days - 1))
        by_county = list(selectors.totals(rows, "division")[:ROWS])
        names = Division.objects.filter(pk__in=[row["division"] for row in by_county])
        named = dict(names.values_list("pk", "full_name"))
        for row in by_county:
            row["name"] = named.get(row["division"], row["division"] or _NOWHERE)
        return {
            **context,
            "periods": PERIODS.items(),
            "days": days,
            "by_item": selectors.totals(rows, "item", "item__title")[:ROWS],
            "by_county": by_county,
            "by_day": selectors.totals(rows, "day").order_by("-day")[:ROWS],
        }


class ReportsView(ReadersPage):
    """What readers reported of the items of one's own divisions, open reports first."""

    page_title = "读者纠错"
    header_icon = "comment"
    template_name = "content/reports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = Paginator(selectors.reports_for(self.codes), REPORTS_A_PAGE).get_page(self.request.GET.get("p"))
        address = ContentItem.snippet_viewset.get_url_name("inspect")
        return {
            **context,
            "page": page,
            "rows": [{"report": report, "item_url": reverse(address, args=[report.item_id])} for report in page],
            "may_settle": self.request.user.has_perm(SETTLE),
            "states": [(state.value, state.label) for state in ErrorReport.State if state != ErrorReport.State.OPEN],
            "answer_characters": reports.ANSWER_CHARACTERS,
        }


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what became of a report, with the answer that its reader gets."""
    if not request.user.has_perm(SETTLE):
        raise PermissionDenied
    report = get_object_or_404(selectors.reports_for(divisions_of(request.user)), pk=pk)
    state = request.POST.get("state")
    if request.method != "POST" or state not in {ErrorReport.State.MENDED, ErrorReport.State.DISMISSED}:
        return redirect(REPORTS)
    try:
        by, answer = cast("User", request.user), request.POST.get("answer", "")
        reports.settle_report(report_id=report.pk, by=by, state=state, answer=answer)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已处理《{report.item}》的纠错，读者会收到您的答复")
    return redirect(REPORTS)


class ReadersMenuItem(MenuItem):
    """In the sidebar of those who may see content."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Wagtail's hook."""
        return request.user.has_perm(VIEW)


def figures_menu() -> MenuItem:
    """The way to the figures."""
    return ReadersMenuItem("阅读统计", reverse(FIGURES), name="reading-figures", icon_name="order", order=150)


def reports_menu() -> MenuItem:
    """The way to the reports."""
    return ReadersMenuItem("读者纠错", reverse(REPORTS), name="error-reports", icon_name="comment", order=160)


def readers_urls() -> list[URLPattern]:
    """Both pages, and the one action."""
    return [
        path("reading-figures/", FiguresView.as_view(), name=FIGURES),
        path("error-reports/", ReportsView.as_view(), name=REPORTS),
        path("error-reports/<int:pk>/", settle, name=f"{REPORTS}_settle"),
    ]
