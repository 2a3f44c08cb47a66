"""Content in the console: the list, the editor, the reading and review page, withdrawal."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet

from backend.content import console_views as views
from backend.content.console_forms import edit_handler
from backend.content.models import ContentItem
from backend.content.states import State, with_state


class ContentPolicy(ModelPermissionPolicy):
    """Django's permissions, but publishing is nobody's: not a superuser's either. The last approval publishes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do it to content."""
        return action != "publish" and bool(super().user_has_permission(user, action))


class ContentFilters(WagtailFilterSet):
    """The list's filter by state."""

    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")

    class Meta:
        model = ContentItem
        fields: list[str] = []


class StateColumn(Column):
    """Where the item stands, as a coloured label."""

    cell_template_name = "content/state_cell.html"

    def get_value(self, instance: ContentItem) -> dict[str, Any]:
        """What the cell's template shows."""
        return {"label": State(instance.state).label, "live": instance.live}


class ContentViewSet(SnippetViewSet):
    """Every view of content under /console/content/."""

    model = ContentItem
    icon = "doc-full"
    menu_label = "内容"
    menu_name = "content"
    menu_order = 100
    add_to_admin_menu = True
    base_url_path = "content"
    copy_view_enabled = False
    inspect_view_enabled = True
    list_display = ["title", Column("author", label="作者"), StateColumn("state", label="状态"), UpdatedAtColumn()]
    ordering = "-_updated_at"
    filterset_class = ContentFilters
    search_fields = ["title", "summary"]
    search_backend_name = None
    index_view_class = views.IndexView
    index_template_name = "wagtailadmin/generic/index.html"
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    inspect_view_class = views.ReadView
    unpublish_view_class = views.WithdrawView
    workflow_action_view_class = views.DecideView
    edit_handler = edit_handler

    @property
    def permission_policy(self) -> ContentPolicy:
        """See ContentPolicy."""
        return ContentPolicy(self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentItem]:  # noqa: ARG002 - Wagtail's signature
        """What the list shows, with its states, in one statement."""
        return with_state(ContentItem.objects.select_related("author").defer("body"))


def keep_publishing_out(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take "publish" and "unpublish" from the editor's menu: Wagtail offers them to superusers, policy or not."""
    if context["model"] is not ContentItem:
        return
    menu_items[:] = [item for item in menu_items if item.name not in {"action-publish", "action-unpublish"}]
    item = context.get("instance")
    if item is not None and item.live and request.user.has_perm("content.withdraw_contentitem"):
        menu_items.append(views.WithdrawMenuItem(order=20))


def withdraw_button(item: Any, user: Any, next_url: str | None = None) -> Any:  # noqa: ARG001 - Wagtail's hook
    """In the list, beside each item that readers see."""
    if isinstance(item, ContentItem) and item.live and user.has_perm("content.withdraw_contentitem"):
        yield Button("撤下", url=views.address("unpublish", item), icon_name="download", priority=30)
