"""The console's views of content, where they differ from Wagtail's."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.functional import cached_property
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import TaskState
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.views import snippets

from backend.accounts.models import User
from backend.content import rules
from backend.content.models import ContentItem, ReviewTask
from backend.content.selectors import cited_in
from backend.content.services import withdraw_item
from backend.content.states import State, with_state
from backend.errors import Refusal
from backend.statutes.selectors import Resolved, current_validity
from media.selectors import address_of

STALE = "这篇内容在您打开之后被改过。请重新打开最新版本，把您的修改加进去再保存；本次没有保存任何内容。"


def address(view: str, item: ContentItem, *more: Any) -> str:
    """The console's address of a view of an item."""
    return reverse(item.snippet_viewset.get_url_name(view), args=[item.pk, *more])


class IndexView(snippets.IndexView):
    """The list. Nothing here is done to many at once, so it has no check boxes."""

    @cached_property
    def columns(self) -> list[Any]:
        """Wagtail's columns without the one of check boxes, which comes first."""
        return list(super().columns[1:])


def _check_body(form: Any) -> None:
    """Wagtail reads a body's fields as the editor's scripts count them. Raises BadRequest for any other form."""
    count = form.data.get("body-count", "")
    try:
        # Before Wagtail goes through that many, whether they are there or not.
        if int(count) > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            raise BadRequest("More blocks than a form has fields")
        form["body"].data  # noqa: B018 - reading is the check
    except (MultiValueDictKeyError, ValueError) as error:
        raise BadRequest("Not the editor's form") from error


class CreateView(snippets.CreateView):
    """A new item: whoever makes it is its author, and so never its reviewer."""

    def is_valid(self, form: Any) -> bool:
        """Whether it can be saved."""
        _check_body(form)
        return bool(super().is_valid(form))

    def save_instance(self) -> ContentItem:
        """Save the draft with its author."""
        self.form.instance.author = self.request.user
        item: ContentItem = super().save_instance()
        return item


class EditView(snippets.EditView):
    """The editor."""

    def is_valid(self, form: Any) -> bool:
        """Refuse what would overwrite a version that the writer has not seen, or a version on record."""
        _check_body(form)
        if self.is_out_of_date or self.request.POST.get("overwrite_revision_id"):
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = STALE
            return False
        return bool(super().is_valid(form))

    def get_usage_url(self) -> None:
        """Nothing refers to an item but notices."""


class WithdrawMenuItem(ActionMenuItem):
    """In the editor of a published item."""

    name = "content-withdraw"
    label = "撤下"
    icon_name = "download"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """The page that asks for the reason."""
        return address("unpublish", parent_context["instance"])


class WithdrawView(snippets.UnpublishView):
    """Asks for the reason, then hides the item at once."""

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


class DecideView(snippets.WorkflowActionView):
    """A reviewer's decision, sent from the reading page."""

    def get_task_state(self) -> TaskState:
        """The stage under decision; one of another item is not found here."""
        state = super().get_task_state()
        if state.workflow_state.object_id != str(self.object.pk):
            raise Http404
        return state

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Record the decision with its note."""
        form = self.form_class(request.POST)
        if not form.is_valid():
            for problems in form.errors.values():
                messages.error(request, f"没有记录您的决定：{problems[0]}")
            return redirect(address("inspect", self.object))
        self.task.on_action(self.task_state, request.user, self.action_name, **form.cleaned_data)
        messages.success(request, self._said())
        return redirect(self.redirect_url)

    def get_redirect_url(self) -> str:
        """Reviewers go back to where their work waits; the editor may be closed to them."""
        return reverse("wagtailadmin_home")

    def _said(self) -> str:
        item = with_state(ContentItem.objects.filter(pk=self.object.pk)).get()
        return f"已记录您的决定，《{self.object}》现在是：{State(item.state).label}"


def _shown(found: Resolved) -> dict[str, Any]:
    """What a citation leads to, for people."""
    validity = current_validity(found.article) if found.article else None
    problem = found.problem.value if found.problem else ""
    return {"article": found.article, "validity": validity, "problem": problem, "law": found.ref.law}


class ReadView(snippets.InspectView):
    """The newest text as a reader would get it, what it cites, who did what, and the decision for a reviewer."""

    template_name = "content/read.html"
    page_title = "阅读"
    fields = ["title"]

    def get_object(self, queryset: Any = None) -> ContentItem:
        """The version under review, else the newest: what is published where nothing is newer."""
        self.stored: ContentItem = super().get_object(queryset)
        state = self.stored.current_workflow_task_state
        shown: ContentItem = state.revision.as_object() if state else self.stored.get_latest_revision_as_object()
        return shown

    def get_page_subtitle(self) -> str:
        """The title of the version that is shown."""
        return str(self.object.title)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Withdrawal, for those who may."""
        if self.stored.live and self.request.user.has_perm("content.withdraw_contentitem"):
            return [HeaderButton("撤下", url=address("unpublish", self.stored), icon_name="download")]
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything the template shows."""
        listed = with_state(ContentItem.objects.filter(pk=self.stored.pk)).get()
        context: dict[str, Any] = super().get_context_data(
            state=State(listed.state).label,
            live=self.stored.live,
            audience=list(self.object.audience.all()),
            cover_url=address_of(self.object.cover.shown.key) if self.object.cover else "",
            blocks=self._blocks(),
            decisions=self._decisions(),
            **self._review(),
            **kwargs,
        )
        return context

    def _blocks(self) -> list[dict[str, Any]]:
        """Each block with what it cites, as the law stands today."""
        blocks = list(self.object.body.raw_data)
        texts = dict(rules.passages(blocks))
        cited = cited_in(blocks)
        return [
            {
                "kind": block["type"],
                "text": texts.get(index, block["value"]),
                "cited": [_shown(found) for found in cited.get(index, [])],
            }
            for index, block in enumerate(blocks)
        ]

    def _decisions(self) -> list[TaskState]:
        states = TaskState.objects.for_instance(self.stored).exclude(finished_at=None)
        return list(states.select_related("task", "finished_by").order_by("-finished_at")[:10])

    def _review(self) -> dict[str, Any]:
        """The stage in progress, and what this person may decide at it."""
        flow = self.stored.current_workflow_state
        state = self.stored.current_workflow_task_state
        task = state.task.specific if state else None
        if not isinstance(task, ReviewTask):
            return {"flow": flow}
        actions = [
            {
                "name": name,
                "label": label,
                "url": address("workflow_action", self.stored, name, state.pk),
                "form": task.get_form_for_action(name)(auto_id=f"{name}-%s"),
            }
            for name, label, _ in task.get_actions(self.stored, self.request.user)
        ]
        return {"flow": flow, "stage": task, "actions": actions}
