"""Demo content, written for this project in data/demo: imported, then taken through the real review."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import transaction
from wagtail.models import WorkflowState

from backend.accounts.models import User
from backend.content.editing import submit_text
from backend.content.errors import NotReady
from backend.content.files.entries import Entry
from backend.content.files.folders import read_folder
from backend.content.files.importing import import_entries
from backend.content.models import ContentItem
from backend.operations.demo_pictures import cover

FOLDER = settings.BASE_DIR / "data" / "demo"

#: Colours of the covers by topic, then by kind.
_COLOURS = {
    "topic-family": "#b3423a",
    "topic-wages": "#c2752b",
    "topic-land": "#4c7a3d",
    "topic-safe-village": "#35618f",
    "topic-constitution": "#9c2f2f",
    "case": "#6a5a8c",
    "qa": "#2f7d7a",
    "course": "#7a5c3e",
}
_OTHER = "#5b6b57"
#: What leans on what is published already comes after it.
_ORDER = (ContentItem.Kind.TOPIC, ContentItem.Kind.CASE)
_LAST = ContentItem.Kind.COURSE


def create(*, editor: str, reviewers: Sequence[str], folder: Path | None = None) -> bool:
    """Write what is missing of the demo as `editor` and have `reviewers` approve it; False where nothing was.

    Each item is published in a transaction of its own: a run that was interrupted leaves whole items, and the next
    goes on. What was published once and is not any more stays as staff left it.
    """
    folder = folder or FOLDER
    missing = _slugs(folder) - set(
        ContentItem.objects.filter(first_published_at__isnull=False).values_list("slug", flat=True)
    )
    if not missing:
        return False
    author = User.objects.get(username=editor)
    approvers = [User.objects.get(username=name) for name in reviewers]
    entries, problems = read_folder(folder)
    wanted = [_with_cover(entry) for entry in entries if entry.slug in missing]
    import_entries(wanted, author=author, problems=problems)
    items = ContentItem.objects.in_bulk([entry.slug for entry in wanted], field_name="slug")
    for item in sorted(items.values(), key=_turn):
        with transaction.atomic():
            _publish(item, author, approvers)
    return True


def _slugs(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/item.md")}


def _turn(item: ContentItem) -> tuple[int, str]:
    """What is read first is published last."""
    turn = _ORDER.index(item.kind) if item.kind in _ORDER else len(_ORDER) + (item.kind == _LAST)
    return turn, item.slug


def _publish(item: ContentItem, author: User, approvers: Sequence[User]) -> None:
    """Submit the newest version, unless it is under review already, and take it through every stage.

    Where staff have arranged the review so that none of these may decide, it waits for theirs, and what leans on it
    stays a draft.
    """
    try:
        flow: WorkflowState = item.current_workflow_state or submit_text(text=item, by=author)
    except NotReady:
        return
    waiting = list(approvers)
    while flow.status == WorkflowState.STATUS_IN_PROGRESS:
        stage = flow.current_task_state
        task = stage.task.specific
        approver = next((one for one in waiting if task.may_decide(item, one)), None)
        if approver is None:
            return
        waiting.remove(approver)
        task.on_action(stage, approver, "approve")
        flow.refresh_from_db()


def _with_cover(entry: Entry) -> Entry:
    """The entry with a drawn cover, where its folder has none."""
    if entry.item.cover:
        return entry
    keys = (entry.slug, *entry.item.topics, entry.item.kind)
    colour = next((_COLOURS[key] for key in keys if key in _COLOURS), _OTHER)
    name = "cover.webp"
    return replace(entry, item=replace(entry.item, cover=name), files={**entry.files, name: cover(colour)})
