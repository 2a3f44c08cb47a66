"""The page 内容日志: who did what when with the texts of one's own divisions, for ever, and to take along."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import ModelLogEntry

from backend.content.console.guard import codes_of
from backend.content.trail import trail_of

NAME = "content_log"
ROWS = 50
#: What a spreadsheet would take for a formula at the beginning of a cell.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_RIGHT = "content.view_contentitem"


def plain(text: Any) -> str:
    """Text for a cell of a spreadsheet, which must not become a formula there."""
    words = str(text)
    return f"'{words}" if words.startswith(_FORMULAS) else words


class LogFilters(WagtailFilterSet):
    """By a part of the title, and by days."""

    label = django_filters.CharFilter(label="标题", lookup_expr="icontains", max_length=80)
    since = django_filters.DateFilter(label="从", field_name="timestamp", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="到", field_name="timestamp", lookup_expr="date__lte")

    class Meta:
        model = ModelLogEntry
        fields: ClassVar[list[str]] = []


def _kind(row: ModelLogEntry) -> str:
    model = row.content_type.model_class() if row.content_type else None
    return str(model._meta.verbose_name) if model else ""  # noqa: SLF001 - Django's documented model API


def _at(row: ModelLogEntry) -> str:
    return timezone.localtime(row.timestamp).strftime("%Y-%m-%d %H:%M:%S")


class LogView(ReportView):
    """Newest first; as CSV or XLSX with `?export=`, under the same filters."""

    page_title = "内容日志"
    header_icon = "history"
    index_url_name = NAME
    index_results_url_name = f"{NAME}_results"
    paginate_by = ROWS
    filterset_class = LogFilters
    is_searchable = False
    export_filename = "content-log"
    list_export = ("timestamp", "who", "label", "kind", "did")
    export_headings: ClassVar[dict[str, str]] = {
        "timestamp": "时间",
        "who": "人员",
        "label": "标题",
        "kind": "类别",
        "did": "操作",
    }
    columns: ClassVar[list[Column]] = [
        Column("timestamp", label="时间", accessor=_at, width="14%"),
        Column("user", label="人员", accessor="user_display_name", width="15%"),
        Column("label", label="标题"),
        Column("content_type", label="类别", accessor=_kind, width="12%"),
        Column("message", label="操作", accessor=lambda row: strip_tags(row.message)),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who may see content."""
        if not request.user.has_perm(_RIGHT):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_base_queryset(self) -> QuerySet[ModelLogEntry]:
        """The entries of the viewer's divisions."""
        return trail_of(codes_of(self.request.user))

    def to_row_dict(self, item: ModelLogEntry) -> dict[str, Any]:
        """One line of an export, its time as the clocks in China showed it."""
        return {
            "timestamp": _at(item),
            "who": plain(item.user_display_name),
            "label": plain(item.label),
            "kind": _kind(item),
            "did": plain(strip_tags(item.message)),
        }


class LogMenuItem(MenuItem):
    """In the sidebar of those who may see content."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Wagtail's hook."""
        return request.user.has_perm(_RIGHT)


def log_menu() -> MenuItem:
    """The way to the page."""
    return LogMenuItem("内容日志", reverse(NAME), name="content-log", icon_name="history", order=130)


def log_urls() -> list[URLPattern]:
    """The page, and its rows alone for another page or other filters."""
    return [
        path("content-log/", LogView.as_view(), name=NAME),
        path("content-log/results/", LogView.as_view(results_only=True), name=f"{NAME}_results"),
    ]
