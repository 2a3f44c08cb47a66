"""Who may decide on what is under review. Imported by the models, so it knows Wagtail's rows only."""

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Revision, TaskState


class SendBackForm(TaskStateCommentForm):
    """What a reviewer says when sending a text back: the writer must learn why."""

    comment = forms.CharField(label="退回理由", max_length=1000, widget=forms.Textarea({"rows": 3}))


class ApprovalForm(TaskStateCommentForm):
    """What a reviewer may note when approving."""

    comment = forms.CharField(
        label="审核意见（可不填）", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


def open_to(states: QuerySet[TaskState], user: AbstractBaseUser) -> QuerySet[TaskState]:
    """Those of the stages in progress on which this person may decide, as far as authorship goes.

    Left out is whatever they wrote any part of (now or in an earlier version), submitted, or already approved at
    an earlier stage of the same submission: three reviews are three people, none of them an author (三审三校).
    """
    wrote = Revision.objects.filter(
        Q(user=user.pk) | Q(content__author=user.pk),
        base_content_type=OuterRef("revision__base_content_type"),
        object_id=OuterRef("revision__object_id"),
    )
    decided = TaskState.objects.filter(
        workflow_state=OuterRef("workflow_state"), finished_by=user.pk, status=TaskState.STATUS_APPROVED
    )
    return (
        states.filter(status=TaskState.STATUS_IN_PROGRESS)
        .exclude(workflow_state__requested_by=user.pk)
        .filter(~Exists(wrote), ~Exists(decided))
    )
