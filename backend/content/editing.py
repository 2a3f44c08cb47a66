"""What writers and their colleagues do with a text besides writing: submit it, take it back, remark on it.

Every function takes an item or a translation; who may do it is asked by the caller.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from backend.accounts.models import User
from backend.content.errors import NoteRefused, NothingToRecall
from backend.content.models import EditorialNote
from backend.content.models.reviewed import Reviewed

#: The actions under which remarks stand in a text's history.
REMARKED, REMARK_SETTLED = "content.note", "content.note_settled"
_NOTE_CHARACTERS = 1000
#: How much of a remark its place in the history repeats.
_LOGGED_CHARACTERS = 200


def submit_text(*, text: Reviewed, by: User) -> WorkflowState:
    """Submit the newest version to the review, from its first stage; a text that was sent back begins anew.

    Wagtail would go on at the stage that sent it back, so that the earlier stages never see the mended text. Raises
    NotReady where the content check refuses it; then nothing has changed.
    """
    with transaction.atomic():
        if sent_back := text.workflow_states.filter(status=WorkflowState.STATUS_NEEDS_CHANGES).first():
            sent_back.cancel(user=by)
        flow: WorkflowState = text.get_workflow().start(text, by)
    return flow


def recall_text(*, text: Reviewed, by: User) -> None:
    """Take a submission back, as its submitter or the text's author. Raises NothingToRecall."""
    with transaction.atomic():
        flow = review_held(text)
        if flow is None or not may_recall(flow, text, by):
            raise NothingToRecall
        flow.cancel(user=by)


def review_held(text: Reviewed) -> WorkflowState | None:
    """The review that a text is in, locked against decisions until the transaction ends; None where it is in none.

    A decision locks it first, and then what publishing locks: whoever needs both does the same.
    """
    held: WorkflowState | None = (
        text.workflow_states.select_for_update().filter(status=WorkflowState.STATUS_IN_PROGRESS).first()
    )
    return held


def end_review(*, flow: WorkflowState, by: User, reason: str) -> None:
    """End a review, held by `review_held`, because its text was taken down; its stage and the log keep the reason."""
    stage = flow.current_task_state_id
    flow.cancel(user=by)
    flow.task_states.filter(pk=stage).update(comment=f"内容已撤下，理由：{reason}")


def may_recall(flow: WorkflowState, text: Reviewed, user: User) -> bool:
    """Whether the person may take a submission back: who submitted it, or the author."""
    return user.pk in {flow.requested_by_id, text.author_id}


def add_note(*, text: Reviewed, by: User, words: str, block: str = "") -> EditorialNote:
    """Remark on a text, or on the block of this id. Raises NoteRefused for nothing, too much, or no such block."""
    words = words.strip()
    if not words:
        raise NoteRefused(field="text")
    if len(words) > _NOTE_CHARACTERS:
        raise NoteRefused(f"批注不能超过 {_NOTE_CHARACTERS} 字", field="text")
    with transaction.atomic():
        newest = text.get_latest_revision_as_object()
        if block and block not in {one.get("id") for one in newest.body.raw_data}:
            raise NoteRefused("这一块正文已经不在了，请刷新后再批注", field="block")
        note = EditorialNote.objects.create(subject=text, author=by, text=words, block=block)
        log(instance=text, action=REMARKED, user=by, data={"reason": words[:_LOGGED_CHARACTERS]})
    return note


def settle_note(*, text: Reviewed, note_id: int, by: User) -> None:
    """Mark a remark on this text as dealt with; harmless where it is. Raises EditorialNote.DoesNotExist."""
    with transaction.atomic():
        note = notes_on(text).select_for_update().get(pk=note_id)
        if note.settled_at is None:
            note.settled_at, note.settled_by = timezone.now(), by
            note.save(update_fields=["settled_at", "settled_by"])
            log(instance=text, action=REMARK_SETTLED, user=by, data={"reason": note.text[:_LOGGED_CHARACTERS]})


def notes_on(text: Reviewed) -> QuerySet[EditorialNote]:
    """What colleagues have said about a text, oldest first."""
    kind = ContentType.objects.get_for_model(text, for_concrete_model=False)
    return EditorialNote.objects.filter(content_type=kind, object_id=str(text.pk))
