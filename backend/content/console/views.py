"""The console's lists and editors of content and its translations, where they differ from Wagtail's."""

import re
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.snippets.views import snippets

from backend.accounts.models import User
from backend.content.console.guard import codes_of
from backend.content.editing import may_recall, recall_text, submit_text
from backend.content.errors import NotReady
from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.submission import checked
from backend.errors import Refusal
from backend.regions.conditions import within

STALE = "这篇内容在您打开之后被改过。请重新打开最新版本，把您的修改加进去再保存；本次没有保存任何内容。"
#: More digits no key of a row has.
_KEY_DIGITS = 18
#: The fields that say how many blocks a body or a list in it has, and of which kind a block is.
_COUNT = re.compile(r"body(?:-[0-9]+-value)?-count", re.ASCII)
_KIND = re.compile(r"body-[0-9]+-type", re.ASCII)
_SUBMITTING = frozenset({"submit", "restart-workflow"})


def address(view: str, text: Reviewed, *more: Any) -> str:
    """The console's address of a view of an item or a translation."""
    return reverse(text.snippet_viewset.get_url_name(view), args=[text.pk, *more])


class IndexView(snippets.IndexView):
    """The list. Nothing here is done to many at once, so it has no check boxes."""

    @cached_property
    def columns(self) -> list[Any]:
        """Wagtail's columns without the one of check boxes, which comes first."""
        return list(super().columns[1:])


def check_body(form: Any) -> None:
    """Wagtail reads a body's fields as the editor's scripts count them. Raises BadRequest for any other form.

    Wagtail leaves out what it does not know and what the counts do not reach; here that would be a text cut short.
    """
    data, kinds = form.data, form.fields["body"].block.child_blocks
    try:
        # Before Wagtail goes through that many, whether they are there or not.
        counts = [int(data[name]) for name in {"body-count", *filter(_COUNT.fullmatch, data)}]
        if not all(0 <= count <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS for count in counts):
            raise BadRequest("No number of blocks that a form can have")
        if any(data[name] not in kinds for name in filter(_KIND.fullmatch, data)):
            raise BadRequest("A block of no kind")
        form["body"].data  # noqa: B018 - reading is the check
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        # What Wagtail raises for fields that are missing, and for rich text that is JSON of another shape.
        raise BadRequest("Not the editor's form") from error


class Writing:
    """What the editors of new and of old texts share: one transaction a request, and a check before submission."""

    request: HttpRequest
    action: str
    object: Any
    produced_error_code: str
    produced_error_message: str | None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save, and submit where that is asked for: both or nothing."""
        try:
            with transaction.atomic():
                self.hold()
                answer: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
                return answer
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(request.path)

    def hold(self) -> None:
        """Keep others from saving the same text meanwhile."""

    def is_valid(self, form: Any) -> bool:
        """Whether it can be saved, and for a submission whether the content check lets it through."""
        check_body(form)
        if not super().is_valid(form):  # type: ignore[misc]  # a mixin
            return False
        return self.action not in _SUBMITTING or self._is_ready(form)

    def _is_ready(self, form: Any) -> bool:
        problems = checked(form.save(commit=False)).blocking
        if problems:
            self.produced_error_code = "validation_error"
            self.produced_error_message = NotReady(problems).message
        return not problems

    def get_side_panels(self) -> MediaContainer:
        """Wagtail's without the one that measures English: what is wrong with a text says our own check."""
        panels = super().get_side_panels()  # type: ignore[misc]  # a mixin
        return MediaContainer([panel for panel in panels if not isinstance(panel, ChecksSidePanel)])

    def submit_action(self) -> None:
        """To the first stage, also where it was sent back by a later one."""
        submit_text(text=self.object, by=cast("User", self.request.user))

    restart_workflow_action = submit_action

    def cancel_workflow_action(self) -> None:
        """By the author or whoever submitted it."""
        recall_text(text=self.object, by=cast("User", self.request.user))

    def get_available_actions(self) -> list[str]:
        """Wagtail's, but taking back is the writers'."""
        actions = [one for one in super().get_available_actions() if one not in {"publish", "cancel-workflow"}]  # type: ignore[misc]
        flow = self.object.current_workflow_state if self.object else None
        if flow is not None and may_recall(flow, self.object, cast("User", self.request.user)):
            actions.append("cancel-workflow")
        return actions


class CreateView(Writing, snippets.CreateView):
    """A new text: whoever makes it is its author, and so never its reviewer."""

    def save_instance(self) -> Reviewed:
        """Save the draft with its author."""
        self.form.instance.author = self.request.user
        text: Reviewed = super().save_instance()
        return text


class CreateTranslationView(CreateView):
    """A new version in another language, of the item and in the language that the address names."""

    def get_initial(self) -> dict[str, Any]:
        """What the address names; an item of elsewhere is not there."""
        asked, language = (self.request.GET.get(name, "") for name in ("item", "language"))
        rows = ContentItem.objects.filter(within(codes_of(self.request.user)))
        item = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < _KEY_DIGITS else None
        known = language in ContentTranslation.Language.values
        return {"item": item and item.pk, "language": language if known else ""}


class EditView(Writing, snippets.EditView):
    """The editor."""

    def hold(self) -> None:
        """Of two who save at once the second finds out: what counts is the newest version under the lock."""
        row = self.model.objects.select_for_update().values_list("latest_revision", flat=True).get(pk=self.object.pk)
        self.overtaken = row != self.object.latest_revision_id

    def is_valid(self, form: Any) -> bool:
        """Refuse what would overwrite a version that the writer has not seen, or a version on record."""
        # Wagtail takes a form that does not say which version it was opened with for the newest.
        unsaid = self.object.latest_revision_id and not self.request.POST.get("loaded_revision_id")
        if self.overtaken or unsaid or self.is_out_of_date or self.request.POST.get("overwrite_revision_id"):
            check_body(form)
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = STALE
            return False
        return bool(super().is_valid(form))


class _Previewing:
    """The phone beside the editor is sent the same form."""

    def validate_form(self, form: Any) -> bool:
        """Whether it can be shown. Raises BadRequest for what is not the editor's form; nothing sent shows nothing."""
        if form.is_bound:
            check_body(form)
        return bool(super().validate_form(form))  # type: ignore[misc]  # a mixin


class PreviewNewView(_Previewing, snippets.PreviewOnCreateView):
    """A new text on a phone."""


class PreviewView(_Previewing, snippets.PreviewOnEditView):
    """An edited text on a phone."""
