"""Taking down what readers see: from the list, the editor and the reading page, always with a reason."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.widgets.button import Button
from wagtail.snippets.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.snippets.views import snippets

from backend.accounts.models import User
from backend.content.console.guard import codes_of
from backend.content.console.views import address
from backend.content.editing import may_recall
from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.rights import covers, division_of
from backend.content.services import withdraw_item
from backend.errors import Refusal

_TEXTS = (ContentItem, ContentTranslation)
#: What Wagtail's menu offers and this product does otherwise, or not at all.
_NOT_OURS = frozenset({"action-publish", "action-unpublish", "action-restart-workflow"})


def may_take_down(user: Any, text: Reviewed) -> bool:
    """Whether there is something to take down, now or scheduled, and the person may."""
    policy = text.snippet_viewset.permission_policy
    shown = text.live or text.scheduled_revision is not None
    return shown and policy.user_has_permission(user, "withdraw") and covers(codes_of(user), division_of(text))


class WithdrawMenuItem(ActionMenuItem):
    """In the editor of a published text."""

    name = "content-withdraw"
    label = "撤下"
    icon_name = "download"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """The page that asks for the reason."""
        return address("unpublish", parent_context["instance"])


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Always to the first stage; Wagtail would name the one that sent it back."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """What the template shows."""
        return {**super().get_context_data(parent_context), "label": "提交内容审核"}


class WithdrawView(snippets.UnpublishView):
    """Asks for the reason, then hides the text at once."""

    permission_required = "withdraw"
    page_title = "撤下"
    template_name = "content/withdraw.html"

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Withdraw, or say why not."""
        try:
            withdraw_item(item=self.object, by=cast("User", request.user), reason=request.POST.get("reason", ""))
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(self.get_unpublish_url())
        messages.success(request, f"《{self.object}》已撤下，读者已看不到")
        return redirect(self.get_next_url())


def keep_publishing_out(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take "publish" and its like from the editor's menu: Wagtail offers them to superusers, policy or not."""
    if context["model"] not in _TEXTS:
        return
    text = context.get("instance")
    flow = text.current_workflow_state if text is not None else None
    left_out = set(_NOT_OURS)
    if flow is None or not may_recall(flow, cast("Reviewed", text), cast("User", request.user)):
        left_out.add("action-cancel-workflow")
    kept = [item for item in menu_items if item.name not in left_out]
    menu_items[:] = [SubmitMenuItem(order=item.order) if item.name == "action-submit" else item for item in kept]
    if text is not None and may_take_down(request.user, text):
        menu_items.append(WithdrawMenuItem(order=20))


def withdraw_button(text: Any, user: Any, next_url: str | None = None) -> Any:  # noqa: ARG001 - Wagtail's hook
    """In the list, beside each text that readers see."""
    if isinstance(text, _TEXTS) and text.live and may_take_down(user, text):
        yield Button("撤下", url=address("unpublish", text), icon_name="download", priority=30)
