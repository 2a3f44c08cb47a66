"""What stands under /console/content/ and /console/translations/."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from backend.content.console import deciding, taking_down, views
from backend.content.console.choosers import ClosedChooserViewSet, PublishedChooserViewSet
from backend.content.console.guard import Guarded
from backend.content.console.handlers import item_handler, translation_handler
from backend.content.console.read import ReadView
from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.states import State, with_state


class StateFilters(WagtailFilterSet):
    """The list's filter by state."""

    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")


class ContentFilters(StateFilters):
    """The filters of the list of items."""

    kind = django_filters.ChoiceFilter(label="类型", choices=ContentItem.Kind.choices, empty_label="全部")

    class Meta:
        model = ContentItem
        fields: ClassVar[list[str]] = []


class TranslationFilters(StateFilters):
    """The filters of the list of other languages."""

    language = django_filters.ChoiceFilter(
        label="语言", choices=ContentTranslation.Language.choices, empty_label="全部"
    )

    class Meta:
        model = ContentTranslation
        fields: ClassVar[list[str]] = []


class StateColumn(Column):
    """Where the text stands, as a coloured label."""

    cell_template_name = "content/state_cell.html"

    def get_value(self, instance: Any) -> dict[str, Any]:
        """What the cell's template shows."""
        return {"label": State(instance.state).label, "live": instance.live}


#: Wagtail's own column is named before the language is known.
_UPDATED = DateColumn("_updated_at", label="更新时间", sort_key="_updated_at")


class TextViewSet(Guarded, SnippetViewSet):
    """Every view of a kind of text."""

    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    ordering = "-_updated_at"
    search_fields = ("title", "summary")
    search_backend_name = None
    index_view_class = views.IndexView
    index_template_name = "wagtailadmin/generic/index.html"
    add_view_class: Any = views.CreateView
    edit_view_class = views.EditView
    preview_on_add_view_class: Any = views.PreviewNewView
    preview_on_edit_view_class: Any = views.PreviewView
    inspect_view_class = ReadView
    unpublish_view_class = taking_down.WithdrawView
    history_view_class = deciding.HistoryView
    revisions_view_class = deciding.RevisionView
    revisions_compare_view_class = deciding.CompareView
    lock_view_class = deciding.LockView
    workflow_action_view_class = deciding.DecideView
    collect_workflow_action_data_view_class = deciding.CollectDecisionView
    confirm_workflow_cancellation_view_class = deciding.CancellationView
    workflow_history_view_class = deciding.ReviewHistoryView
    workflow_history_detail_view_class = deciding.ReviewHistoryDetailView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reviewed]:
        """What the list shows, with its states, in one statement."""
        return with_state(self.of_person(request.user).select_related("author").defer("body"))

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's addresses, and those of the reading page's forms."""
        return [
            *super().get_urlpatterns(),
            path("recall/<int:pk>/", self.construct_view(deciding.RecallView), name="recall"),
            path("note/<int:pk>/", self.construct_view(deciding.NoteView), name="note"),
            path(
                "note/<int:pk>/<int:note_id>/settle/",
                self.construct_view(deciding.SettleNoteView),
                name="settle_note",
            ),
        ]


class ContentViewSet(TextViewSet):
    """Every view of items under /console/content/."""

    model = ContentItem
    icon = "doc-full"
    menu_label = "内容"
    menu_name = "content"
    menu_order = 100
    base_url_path = "content"
    chooser_base_url_path = "content/choose"
    chooser_viewset_class = PublishedChooserViewSet
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("kind", label="类型", accessor="get_kind_display"),
        Column("author", label="作者"),
        StateColumn("state", label="状态"),
        _UPDATED,
    ]
    filterset_class = ContentFilters

    def get_edit_handler(self) -> ObjectList:
        """The editor."""
        return item_handler().bind_to_model(self.model)


class TranslationViewSet(TextViewSet):
    """Every view of items in other languages under /console/translations/."""

    model = ContentTranslation
    path = "item__division"
    icon = "globe"
    menu_label = "藏语、彝语版本"
    menu_name = "translations"
    menu_order = 105
    base_url_path = "translations"
    chooser_base_url_path = "translations/choose"
    chooser_viewset_class = ClosedChooserViewSet
    add_view_class = views.CreateTranslationView
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("language", label="语言", accessor="get_language_display"),
        Column("item", label="汉语版"),
        StateColumn("state", label="状态"),
        _UPDATED,
    ]
    filterset_class = TranslationFilters

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reviewed]:
        """With the items that they belong to."""
        return super().get_queryset(request).select_related("item")

    def get_edit_handler(self) -> ObjectList:
        """The editor."""
        return translation_handler().bind_to_model(self.model)
