"""Puts the console together: which views it has, what its menu offers, and what is left out of Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, settings_menu
from wagtail.log_actions import LogFormatter
from wagtail.models import ModelLogEntry
from wagtail.snippets.models import register_snippet

from backend.advisors.console import (
    ENDED,
    AdvisorViewSet,
    AppointmentViewSet,
    advisor_suggestions,
    people_suggestions,
)
from backend.console import home
from backend.console.grants import GrantViewSet
from backend.console.people import DeletePeople, keep_who_acted
from backend.content.console.log import log_menu, log_urls
from backend.content.console.suggestions import item_suggestions
from backend.content.console.taking_down import keep_publishing_out, withdraw_button
from backend.content.console.viewset import ContentViewSet, TranslationViewSet
from backend.content.console_figures import figures_menu, readers_urls, reports_menu
from backend.content.console_law_changes import law_changes_menu, law_changes_urls
from backend.content.editing import REMARK_SETTLED, REMARKED
from backend.content.law_changes import STILL_RIGHT
from backend.content.services import WITHDRAWN
from backend.regions.console import division_suggestions
from backend.screening.console import SensitiveWordViewSet
from media import console as media

#: What the sidebar offers; Wagtail's pages, images, documents, reports and help are no part of this product.
MENU = {
    "content",
    "translations",
    "law-changes",
    "content-log",
    "reading-figures",
    "error-reports",
    "sensitive-words",
    "advisors",
    "appointments",
    "system",
}
SYSTEM_MENU = {"users", "groups", "role-grants", "workflows", "workflow-tasks"}


def viewsets() -> list[Any]:
    """Roles, sensitive words, advisors and appointments, and the windows in which files are chosen."""
    return [GrantViewSet(), SensitiveWordViewSet(), AdvisorViewSet(), AppointmentViewSet(), *media.viewsets()]


def suggestions() -> list[URLPattern]:
    """What the type-ahead boxes ask; behind the console's sign-in like every other view."""
    return [
        path("suggest/divisions/", division_suggestions, name="console_divisions"),
        path("suggest/items/", item_suggestions, name="console_items"),
        path("suggest/people/", people_suggestions, name="console_people"),
        path("suggest/advisors/", advisor_suggestions, name="console_advisors"),
    ]


def system_menu() -> MenuItem:
    """People, groups and workflows, for those who hold the rights to them."""
    return SubmenuMenuItem("系统管理", settings_menu, name="system", icon_name="cogs", order=9000)


def only_ours(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what this product does not have."""
    menu_items[:] = [item for item in menu_items if item.name in MENU]


def only_system(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out sites, collections and redirects."""
    menu_items[:] = [item for item in menu_items if item.name in SYSTEM_MENU]


def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """What waits for this person, in place of Wagtail's panels about pages."""
    panels[:] = home.panels(request)


def home_figures(request: HttpRequest, items: list[Any]) -> None:
    """The figures at the top, in place of the number of pages."""
    items[:] = home.figures(request)


class WithReason(LogFormatter):
    """An action of ours as a history shows it: what was done, and why."""

    joint = "，理由："

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Wagtail's hook."""
        return f"{self.label}{self.joint}{log_entry.data['reason']}"


def log_actions(actions: Any) -> None:
    """How our own actions read in a history."""
    for action, label in ((WITHDRAWN, "撤下"), (STILL_RIGHT, "法条变动后确认仍然正确"), (ENDED, "结束聘任")):
        actions.register_action(action)(type("Formatter", (WithReason,), {"label": label}))
    for action, label in ((REMARKED, "批注"), (REMARK_SETTLED, "批注处理完毕")):
        actions.register_action(action)(type("Formatter", (WithReason,), {"label": label, "joint": "："}))


def css() -> SafeString:
    """The product's look."""
    return format_html('<link rel="stylesheet" href="{}">', static("console/console.css"))


register_snippet(ContentViewSet)
register_snippet(TranslationViewSet)
for _name, _function in {
    "construct_snippet_action_menu": keep_publishing_out,
    "register_snippet_listing_buttons": withdraw_button,
    "register_admin_viewset": viewsets,
    "register_admin_urls": suggestions,
    "register_admin_menu_item": system_menu,
    "construct_main_menu": only_ours,
    "construct_settings_menu": only_system,
    "construct_homepage_panels": home_panels,
    "construct_homepage_summary_items": home_figures,
    "register_log_actions": log_actions,
    "insert_global_admin_css": css,
    "before_delete_user": keep_who_acted,
}.items():
    hooks.register(_name, _function)
hooks.register("register_bulk_action", DeletePeople, order=1)  # behind Wagtail's, whose place it takes
hooks.register("register_admin_urls", law_changes_urls)
hooks.register("register_admin_urls", log_urls)
hooks.register("register_admin_menu_item", log_menu)
hooks.register("register_admin_menu_item", law_changes_menu)
hooks.register("register_admin_urls", readers_urls)
hooks.register("register_admin_menu_item", figures_menu)
hooks.register("register_admin_menu_item", reports_menu)
