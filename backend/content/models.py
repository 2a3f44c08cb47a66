"""Legal education content 普法内容, its audience, what it cites, and the task that reviews it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.forms import TaskStateCommentForm
from wagtail.models import (
    AbstractGroupApprovalTask,
    DraftStateMixin,
    LockableMixin,
    Revision,
    RevisionMixin,
    TaskState,
    WorkflowMixin,
    WorkflowState,
)

from backend.content.blocks import BodyBlock
from backend.content.review import ApprovalForm, SendBackForm, open_to
from backend.editions.services import turn_page
from backend.regions.models import Division
from backend.statutes.models import Citation
from media.models import MediaFile

#: The columns that readers see, or that decide whether they do.
_READ = frozenset({"title", "summary", "cover", "body", "live", "first_published_at"})


class ContentItem(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """One illustrated article 图文. Readers see the row only while `live`; edits live in revisions until approved."""

    title = models.CharField("标题", max_length=80)
    summary = models.CharField("摘要", max_length=200, help_text="显示在列表和通知里，不超过 200 字。")
    cover = models.ForeignKey(MediaFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="封面")
    body = StreamField(BodyBlock(), verbose_name="正文")
    audience = ParentalManyToManyField(
        Division,
        related_name="+",
        verbose_name="受众区划",
        help_text="住在所选区划内的村民会看到。可选省、市（州）、县、乡镇或村，可多选。",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="作者"
    )
    # Wagtail's default is True: a row made without a thought would be public, past every review.
    live = models.BooleanField("已发布", default=False, editable=False)

    class Meta:
        verbose_name = "内容"
        verbose_name_plural = "内容"
        permissions = [("withdraw_contentitem", "可以撤下内容")]
        indexes = [
            models.Index(fields=["-first_published_at", "-id"], condition=Q(live=True), name="content_live_newest")
        ]
        constraints = [
            models.CheckConstraint(
                name="content_live_has_its_date", condition=Q(live=False) | Q(first_published_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *values: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Store the row; where readers may see the difference, that is a new edition of what they read."""
        super().save(*values, update_fields=update_fields, **options)
        if update_fields is None or not _READ.isdisjoint(update_fields):
            turn_page()

    @transaction.atomic
    def delete(self, *values: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Take the row away, from readers too."""
        deleted: tuple[int, dict[str, int]] = super().delete(*values, **options)
        turn_page()
        return deleted

    @transaction.atomic
    def publish(self, revision: Revision, **options: Any) -> None:
        """Make `revision` what readers see, or schedule it (Wagtail's contract).

        Approval, schedule and shell all come through here, and Wagtail's `published` signal is sent inside: the
        text, its citations and its notices stand together or not at all.
        """
        super().publish(revision, **options)

    @transaction.atomic
    def unpublish(self, *values: Any, **options: Any) -> None:
        """Hide the item from readers (Wagtail's contract).

        Expiry and shell come through here, and Wagtail's `unpublished` signal is sent inside: an item that is hidden
        and its notices go together or not at all.
        """
        super().unpublish(*values, **options)


class ContentCitation(Citation):
    """A statute article that a published item cites, written when it is published."""

    content = models.ForeignKey(ContentItem, models.CASCADE, related_name="citations", verbose_name="内容")
    block = models.PositiveSmallIntegerField("正文块", help_text="Index in the body of the block that cites it.")

    class Meta:
        verbose_name = "内容引用法条"
        verbose_name_plural = "内容引用法条"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["content", "position"], name="content_citation_position")]

    def __str__(self) -> str:
        return f"{self.content_id} → {self.article_id}"


class ReviewTask(AbstractGroupApprovalTask):
    """One stage of the review 审核. A workflow strings as many together as the rules ask for.

    Whoever wrote any of what is under review, submitted it, or decided an earlier stage of the same submission may
    not decide here, whatever their rights; nobody edits meanwhile, so what was read is what gets published.
    """

    class Meta:
        verbose_name = "审核环节"
        verbose_name_plural = "审核环节"

    @classmethod
    def get_description(cls) -> str:
        """For the console's list of kinds of tasks."""
        return "所选用户组的成员审核；作者、提交人和前面环节的审核人不能审核"

    def start(self, workflow_state: WorkflowState, user: AbstractBaseUser | None = None) -> TaskState:
        """Begin the stage on the newest version (Wagtail's contract).

        On a resubmission Wagtail holds the item as it was before the save that came with it, and would have the old
        version reviewed.
        """
        workflow_state.content_object.refresh_from_db(fields=["latest_revision"])
        return super().start(workflow_state, user=user)

    def may_decide(self, item: Any, user: AbstractBaseUser) -> bool:
        """Whether the person may decide on the item at this stage now."""
        if not self._user_in_groups(user):
            return False
        states = self.task_states.for_instance(item)
        return bool(open_to(states, user).exists())

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        """Name, label and "asks for a note" of what the person may do: nothing, or send back and approve."""
        if not self.may_decide(obj, user):
            return []
        return [("reject", "退回修改", True), ("approve", "审核通过", True)]

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        """The note that goes with a decision."""
        return SendBackForm if action == "reject" else ApprovalForm

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **details: Any) -> None:
        """Approve or send back. Raises PermissionDenied for anyone who may not, whichever view was used.

        The stage's row is locked, so that of two reviewers who decide at once the second finds it decided.
        """
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if not (self._user_in_groups(user) and open_to(TaskState.objects.filter(pk=locked.pk), user).exists()):
            raise PermissionDenied
        super().on_action(locked.specific, user, action_name, **details)

    def user_can_access_editor(self, _obj: Any, _user: AbstractBaseUser) -> bool:
        """Never because of the review alone: reviewers read, writers write."""
        return False

    def locked_for_user(self, _obj: Any, _user: AbstractBaseUser) -> bool:
        """Always: a text under review does not change under the reviewer's eyes."""
        return True

    def user_can_lock(self, _obj: Any, _user: AbstractBaseUser) -> bool:
        """Never: the review is the lock."""
        return False

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **_: Any) -> models.QuerySet[TaskState]:
        """What waits for this person at this stage."""
        if not self._user_in_groups(user):
            nothing: models.QuerySet[TaskState] = TaskState.objects.none()
            return nothing
        waiting: models.QuerySet[TaskState] = open_to(self.task_states.all(), user)
        return waiting
