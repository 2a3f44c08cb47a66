"""What staff do to a text from its reading page: decide, take back, remark; and looking at its versions."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from wagtail.admin.views.generic.base import BaseObjectMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import TaskState
from wagtail.snippets.views import snippets

from backend.accounts.models import User
from backend.content.console.views import address
from backend.content.editing import add_note, recall_text, settle_note
from backend.content.models import EditorialNote
from backend.content.models.reviewed import Reviewed
from backend.content.states import State, with_state
from backend.errors import Refusal


class _OfThisText:
    """Wagtail finds any stage by its number, and asks for the right to the text of the address."""

    object: Reviewed

    def get_task_state(self) -> TaskState:
        """The stage under decision; one of another text is not found here."""
        state: TaskState = super().get_task_state()  # type: ignore[misc]  # a mixin
        flow = state.workflow_state
        if (flow.object_id, flow.base_content_type) != (str(self.object.pk), self.object.get_base_content_type()):
            raise Http404
        return state


class DecideView(_OfThisText, snippets.WorkflowActionView):
    """A reviewer's decision, sent from the reading page."""

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Record the decision with its note."""
        form = self.form_class(request.POST)
        if not form.is_valid():
            for problems in form.errors.values():
                messages.error(request, f"没有记录您的决定：{problems[0]}")
            return redirect(address("inspect", self.object))
        try:
            self.task.on_action(self.task_state, request.user, self.action_name, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(address("inspect", self.object))
        messages.success(request, self._said())
        return redirect(self.redirect_url)

    def get_redirect_url(self) -> str:
        """Reviewers go back to where their work waits; the editor may be closed to them."""
        return reverse("wagtailadmin_home")

    def _said(self) -> str:
        text = with_state(self.model.objects.filter(pk=self.object.pk)).get()
        return f"已记录您的决定，《{self.object}》现在是：{State(text.state).label}"


class CollectDecisionView(_OfThisText, snippets.CollectWorkflowActionDataView):
    """The editor's way to ask for a note."""


class _Desk(BaseObjectMixin, View):
    """A form of the reading page: it takes a POST, tells what became of it, and goes back to the page."""

    http_method_names = ("post",)
    object: Reviewed

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not."""
        try:
            messages.success(request, self.do(cast("User", request.user), **kwargs))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect(address("inspect", self.object))

    def do(self, user: User, **kwargs: Any) -> str:
        """What is done; a sentence that says so."""
        raise NotImplementedError


class RecallView(_Desk):
    """Takes a submission back."""

    def do(self, user: User, **_: Any) -> str:
        """As its submitter or the text's author."""
        recall_text(text=self.object, by=user)
        return f"《{self.object}》已撤回送审，可以继续修改"


class NoteView(_Desk):
    """A remark on the text or on one of its blocks, by anyone who may read it."""

    def do(self, user: User, **_: Any) -> str:
        """Keep the remark."""
        words, block = (self.request.POST.get(name, "") for name in ("text", "block"))
        add_note(text=self.object, by=user, words=words, block=block)
        return "批注已保存"


class SettleNoteView(_Desk):
    """A remark is dealt with."""

    def do(self, user: User, **named: Any) -> str:
        """Mark it; a remark on another text is not found here."""
        try:
            settle_note(text=self.object, note_id=named["note_id"], by=user)
        except EditorialNote.DoesNotExist:
            raise Http404 from None
        return "批注已标为处理完毕"


class RevisionView(snippets.PreviewRevisionView):
    """A version on a phone, for everyone who may read it."""

    permission_required = "view"


class CompareView(snippets.RevisionsCompareView):
    """Two versions side by side, for everyone who may read them."""

    permission_required = "view"
    edit_label = "阅读"

    def get_edit_url(self) -> str:
        """Those who only read have no use for the editor."""
        return address("inspect", self.object)


class HistoryView(snippets.HistoryView):
    """Who did what when, for everyone who may read the text."""

    any_permission_required = ("add", "change", "delete", "view")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Back to the reading page; those who only read have no use for the editor."""
        return [HeaderButton("阅读", url=address("inspect", self.object), icon_name="doc-full")]


class ReviewHistoryView(snippets.WorkflowHistoryView):
    """The submissions of a text."""

    permission_required = "view"


class ReviewHistoryDetailView(snippets.WorkflowHistoryDetailView):
    """One submission, stage by stage."""

    permission_required = "view"


class LockView(snippets.LockView):
    """Keeps others from editing; also a superuser needs to be told that a text under review is locked already."""

    def user_has_permission(self, permission: str) -> bool:
        """Wagtail's rule without its exception for superusers under review."""
        if self.object.workflow_in_progress:
            return False
        return bool(super().user_has_permission(permission))


class CancellationView(snippets.ConfirmWorkflowCancellationView):
    """Asks before a publication that would end a review; nobody publishes so, but the address is there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only for those who write."""
        if not self.object.snippet_viewset.permission_policy.user_has_permission(request.user, "change"):
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer
