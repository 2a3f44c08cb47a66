"""The task of one stage of the review 三审三校."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, TaskState, WorkflowState

from backend.accounts.selectors import divisions_of
from backend.content.review import ApprovalForm, SendBackForm, open_to
from backend.content.rights import covers, division_of, of_texts_within
from backend.regions.models import Division


class ReviewTask(AbstractGroupApprovalTask):
    """One stage of the review 审核. A workflow strings as many together as the rules ask for.

    Whoever wrote any of what is under review, submitted it, or decided an earlier stage of the same submission may
    not decide here, whatever their rights; nobody edits meanwhile, so what was read is what gets published.
    """

    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核区划",
        help_text="留空：由稿件所在区划及其上级的审核员审核。填写：只由负责这个区划的审核员审核，例如一律由省里终审。",
    )

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "division"]

    class Meta:
        verbose_name = "审核环节"
        verbose_name_plural = "审核环节"

    @classmethod
    def get_description(cls) -> str:
        """For the console's list of kinds of tasks."""
        return "所选用户组的成员审核；作者、提交人和前面环节的审核人不能审核"

    def start(self, workflow_state: WorkflowState, user: AbstractBaseUser | None = None) -> TaskState:
        """Begin the stage (Wagtail's contract): the first on the newest version, the others on what the first had.

        Wagtail would take the newest version at each stage, and so publish what the earlier reviewers never saw; and
        on a resubmission the item as it was before the save that came with it. Raises NotReady for a submission that
        the content check refuses, and PermissionDenied where a text that was sent back would go on in the middle.
        """
        from backend.content.submission import check_submission  # noqa: PLC0415 - it needs this model

        text = workflow_state.content_object
        text.refresh_from_db(fields=["latest_revision"])
        first = workflow_state.task_states.order_by("pk").first()
        if first is None:
            check_submission(text)
        elif workflow_state.task_states.filter(status=TaskState.STATUS_REJECTED).exists():
            raise PermissionDenied
        state = super().start(workflow_state, user=user)
        if first is not None and state.revision_id != first.revision_id:
            state.revision = first.revision
            state.save(update_fields=["revision"])
        return state

    def may_decide(self, item: Any, user: AbstractBaseUser) -> bool:
        """Whether the person may decide on the item at this stage now."""
        if not self._works_for(user, item):
            return False
        states = self.task_states.for_instance(item)
        return bool(open_to(states, user).exists())

    def _works_for(self, user: AbstractBaseUser, item: Any) -> bool:
        """Whether the person is in the stage's group, and acts for the region in which this is decided."""
        where = self.division_id or division_of(item)
        return self._user_in_groups(user) and covers(divisions_of(user), where)

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

        The rows of the submission and of the stage are locked, so that of two reviewers who decide at once, or of a
        reviewer and a writer who takes it back, the second finds it settled.
        """
        WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
        item = locked.workflow_state.content_object
        if not (self._works_for(user, item) and open_to(TaskState.objects.filter(pk=locked.pk), user).exists()):
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
        waiting: models.QuerySet[TaskState] = TaskState.objects.none()
        if self._user_in_groups(user):
            waiting = self._of_their_region(open_to(self.task_states.all(), user), user)
        return waiting

    def _of_their_region(
        self, states: models.QuerySet[TaskState], user: AbstractBaseUser
    ) -> models.QuerySet[TaskState]:
        codes = divisions_of(user)
        if self.division_id:
            return states if covers(codes, self.division_id) else states.none()
        return states.filter(of_texts_within(codes))
