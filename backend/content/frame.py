"""The editorial frame: groups of staff, and the review in three stages 三审三校 that every text goes through."""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Task, Workflow, WorkflowContentType, WorkflowTask

from backend.accounts.groups import ensure_group
from backend.content.models import ContentItem, ContentTranslation, ReviewTask

EDITORS = "普法编辑"
#: The stages in order, each with the group that decides there.
STAGES = (("初审", "初审员"), ("复审", "复审员"), ("终审", "终审员"))
REVIEWERS = tuple(group for _, group in STAGES)
WORKFLOW = "内容审核"
#: What stood before there were three stages.
_ONE_STAGE, _ONE_GROUP = "审核", "内容审核员"
_TEXTS = (ContentItem, ContentTranslation)

_IN = {"wagtailadmin.access_admin"}
_SEE, _WRITE, _TAKE_DOWN, _LOCK = (
    {f"content.{action}_{model._meta.model_name}" for action in actions for model in _TEXTS}  # noqa: SLF001 - documented
    for actions in (["view"], ["add", "change"], ["withdraw"], ["lock", "unlock"])
)
EDITOR_RIGHTS = frozenset(_IN | _SEE | _WRITE)
REVIEWER_RIGHTS = frozenset(_IN | _SEE | _TAKE_DOWN)
FINAL_REVIEWER_RIGHTS = frozenset(REVIEWER_RIGHTS | _LOCK)
#: What those who answer for what is published may do about it, wherever else they work.
SUPERVISION_RIGHTS = frozenset(_SEE | _TAKE_DOWN | _LOCK)


def ensure_editorial_setup() -> None:
    """Make the editors, the reviewers and the review of content, where they do not stand yet.

    The one stage of earlier versions becomes the first of three, unless staff have arranged it otherwise since; what
    is under review there goes on. Takes Wagtail's model-wide `publish` permission from whoever holds it: it would
    skip the review.
    """
    with transaction.atomic():
        ensure_group(EDITORS, EDITOR_RIGHTS)
        for group in REVIEWERS:
            ensure_group(group, FINAL_REVIEWER_RIGHTS if group == REVIEWERS[-1] else REVIEWER_RIGHTS)
        _bind(_workflow())
        _take_publish_away()
        # Wagtail's migrations bring an example for pages, of which this product has none.
        Workflow.objects.filter(name="Moderators approval").delete()
        Task.objects.filter(name="Moderators approval").delete()


def _workflow() -> Workflow:
    """The workflow that content is bound to, or a new one of three stages."""
    bound = WorkflowContentType.objects.filter(content_type=_kind(ContentItem)).select_related("workflow").first()
    if bound is None:
        workflow = Workflow.objects.create(name=WORKFLOW)
        _string(workflow, [])
        return workflow
    if task := _untouched_single_stage(bound.workflow):
        _promote(bound.workflow, task)
    return bound.workflow


def _untouched_single_stage(workflow: Workflow) -> ReviewTask | None:
    """The one stage that an earlier version made, if nobody has changed anything about it."""
    if workflow.name != WORKFLOW:
        return None
    tasks = list(workflow.tasks)
    task = tasks[0].specific if len(tasks) == 1 else None
    if not (isinstance(task, ReviewTask) and task.active and task.name == _ONE_STAGE and task.division_id is None):
        return None
    return task if [group.name for group in task.groups.all()] == [_ONE_GROUP] else None


def _promote(workflow: Workflow, task: ReviewTask) -> None:
    """Make the one stage the first of three. Its reviewers may work at any, since the review wants three of them."""
    group = task.groups.get()
    task.name = STAGES[0][0]
    task.save()
    task.groups.clear()
    _string(workflow, [task])
    for reviewers in (ensure_group(name, ()) for name in REVIEWERS):
        reviewers.user_set.add(*group.user_set.all())
    group.delete()


def _string(workflow: Workflow, tasks: list[ReviewTask]) -> None:
    """Give the workflow its three stages, of which it has `tasks` already."""
    for order, (name, group) in enumerate(STAGES):
        if order < len(tasks):
            task = tasks[order]
        else:
            task = ReviewTask.objects.create(name=name)
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        task.groups.add(ensure_group(group, ()))


def _bind(workflow: Workflow) -> None:
    """Bind it to what is bound to none: what staff have arranged since stays."""
    for model in _TEXTS:
        WorkflowContentType.objects.get_or_create(content_type=_kind(model), defaults={"workflow": workflow})


def _kind(model: type[ContentItem | ContentTranslation]) -> ContentType:
    return ContentType.objects.get_for_model(model, for_concrete_model=False)


def _take_publish_away() -> None:
    names = [f"publish_{model._meta.model_name}" for model in _TEXTS]  # noqa: SLF001 - documented
    for permission in Permission.objects.filter(content_type__app_label="content", codename__in=names):
        permission.group_set.clear()
        permission.user_set.clear()
