"""The reading and review page: a text as readers would get it, and what is found, said and done about it."""

from collections.abc import Iterable
from typing import Any, cast

from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import TaskState
from wagtail.snippets.views import snippets

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content.console.fields import labels_of
from backend.content.console.shown import shown_blocks, shown_facts, shown_file, shown_lessons
from backend.content.console.taking_down import may_take_down
from backend.content.console.views import address
from backend.content.editing import may_recall, notes_on
from backend.content.models import ContentItem, ContentTranslation, EditorialNote, ReviewTask
from backend.content.models.reviewed import Reviewed
from backend.content.states import State, with_state
from backend.content.submission import checked
from backend.content.trail import last_withdrawal

_DECISIONS = 30


class ReadView(snippets.InspectView):
    """The newest version, or the one under review; decisions for reviewers, remarks for everyone who may read it."""

    template_name = "content/read.html"
    page_title = "阅读"
    fields = ("title",)
    any_permission_required = ("add", "change", "delete", "view")

    def get_object(self, queryset: Any = None) -> Reviewed:
        """The version under review, else the newest: what is published where nothing is newer."""
        self.stored: Reviewed = super().get_object(queryset)
        state = self.stored.current_workflow_task_state
        shown: Reviewed = state.revision.as_object() if state else self.stored.get_latest_revision_as_object()
        return shown

    def get_page_subtitle(self) -> str:
        """The title of the version that is shown."""
        return str(self.object.title)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Where one goes from here, as far as one may."""
        policy, user, text = self.permission_policy, self.request.user, self.stored
        revision = self._revision_id()
        wanted = [
            ("编辑", "edit", "edit", policy.user_has_permission(user, "change"), ()),
            ("手机预览", "revisions_view", "mobile-alt", revision is not None, (revision,)),
            ("与已发布的比较", "revisions_compare", "resubmit", text.live and revision is not None, ("live", revision)),
            ("历史", "history", "history", True, ()),
            ("撤下", "unpublish", "download", may_take_down(user, text), ()),
        ]
        return [
            HeaderButton(label, url=address(view, text, *more), icon_name=icon, priority=place)
            for place, (label, view, icon, shown, more) in enumerate(wanted)
            if shown
        ]

    def _revision_id(self) -> int | None:
        """The version that is shown."""
        state = self.stored.current_workflow_task_state
        shown: int | None = state.revision_id if state else self.stored.latest_revision_id
        return shown

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything the template shows."""
        text, stored = self.object, self.stored
        model = type(stored)
        listed = with_state(model.objects.filter(pk=stored.pk)).get()
        notes = list(notes_on(stored).select_related("author", "settled_by"))
        context: dict[str, Any] = super().get_context_data(
            state=State(listed.state).label,
            live=stored.live,
            recording=shown_file(text.recording),
            blocks=_with_notes(shown_blocks(text), notes),
            notes=notes,
            facts=shown_facts(text),
            lessons=shown_lessons(text),
            check=checked(text),
            note_url=address("note", stored),
            lock=self._lock(),
            decisions=self._decisions(),
            withdrawal=None if stored.live else last_withdrawal(stored),
            **(
                self._of_item(text)
                if isinstance(text, ContentItem)
                else {"item": stored.item, "item_url": address("inspect", stored.item)}
            ),
            **self._review(),
            **kwargs,
        )
        return context

    def _of_item(self, item: ContentItem) -> dict[str, Any]:
        """What only an item has: its cover and its film, its readers, and its other languages."""
        there = {row.language: row for row in self.stored.translations.all()}
        add = reverse(ContentTranslation.snippet_viewset.get_url_name("add"))
        may_write = self.request.user.has_perm("content.add_contenttranslation")
        return {
            "cover": shown_file(item.cover),
            "video": shown_file(item.video),
            "audience": list(item.audience.all()),
            "roles": labels_of(ReaderRole, item.audience_roles),
            "groups": labels_of(PeopleGroup, item.audience_groups),
            "topics": list(item.topics.all()),
            "languages": [
                {
                    "name": name,
                    "text": there.get(code),
                    "url": address("inspect", there[code]) if code in there else "",
                    "add_url": f"{add}?item={item.pk}&language={code}" if may_write and code not in there else "",
                }
                for code, name in ContentTranslation.Language.choices
            ],
        }

    def _lock(self) -> dict[str, str] | None:
        """The way to lock the text against editing or to open it again, for those who may; None for others."""
        user, text, policy = self.request.user, self.stored, self.permission_policy
        if text.workflow_in_progress:
            return None
        if text.locked:
            may = policy.user_has_permission(user, "unlock") or text.locked_by_id == user.pk
            return {"label": f"解锁（{text.locked_by} 锁定）", "url": address("unlock", text)} if may else None
        may = policy.user_has_permission(user, "lock")
        return {"label": "锁定，不让别人修改", "url": address("lock", text)} if may else None

    def _decisions(self) -> list[TaskState]:
        states = TaskState.objects.for_instance(self.stored).exclude(finished_at=None)
        return list(states.select_related("task", "finished_by").order_by("-finished_at", "-pk")[:_DECISIONS])

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
        recall = flow is not None and may_recall(flow, self.stored, cast("User", self.request.user))
        return {
            "flow": flow,
            "stage": task,
            "actions": actions,
            "recall_url": address("recall", self.stored) if recall else "",
        }


def _with_notes(blocks: list[dict[str, Any]], notes: Iterable[EditorialNote]) -> list[dict[str, Any]]:
    """Each block with the open remarks on it."""
    by_block: dict[str, list[EditorialNote]] = {}
    for note in notes:
        if note.settled_at is None:
            by_block.setdefault(note.block, []).append(note)
    return [{**block, "notes": by_block.get(block["id"], []) if block["id"] else []} for block in blocks]
