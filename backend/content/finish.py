"""What the last approval does. Wagtail imports this while its own models are being defined: it imports none."""

from typing import Any

from django.utils import timezone

#: Three reviews are three people 三审三校.
REVIEWS = 3


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish exactly the revision that was approved, on the approver's record.

    Nobody holds Wagtail's model-wide `publish` permission, since whoever did could publish past the review; the
    approval itself is the permission. However a workflow is arranged, it takes REVIEWS people who each approved this
    revision at a stage of ours. Raises ReviewIncomplete, and WindowPassed for a text that has expired meanwhile.
    """
    from backend.content.errors import ReviewIncomplete, WindowPassed  # noqa: PLC0415 - see above

    last = workflow_state.current_task_state
    approvals = workflow_state.task_states.filter(
        status="approved", revision=last and last.revision_id, task__content_type__model="reviewtask"
    )
    if len(set(approvals.values_list("finished_by", flat=True)) - {None}) < REVIEWS:
        raise ReviewIncomplete
    expires = last.revision.as_object().expire_at
    if expires and expires <= timezone.now():
        raise WindowPassed
    last.revision.publish(user=user, skip_permission_checks=True)
