"""An item of legal education, in Chinese, and what belongs to it whatever the language."""

import secrets
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.models import Orderable, Revision

from backend.content.cases import CATEGORIES
from backend.content.models.reviewed import Reviewed
from backend.regions.models import Division
from media.models import MediaFile


def new_slug() -> str:
    """A name for an item that nobody named."""
    return f"item-{secrets.token_hex(6)}"


class ContentItem(Reviewed):
    """One item in Chinese (zh-Hans), which is always there; `ContentTranslation` has it in other languages."""

    class Kind(models.TextChoices):
        """What sort of thing it is, which decides what it must have."""

        ARTICLE = "article", "图文"
        RECORDING = "recording", "音频"
        VIDEO = "video", "视频"
        QA = "qa", "问答"
        COMIC = "comic", "漫画海报"
        CASE = "case", "案例"
        COURSE = "course", "课程"
        TOPIC = "topic", "专题"
        COMMENTARY = "commentary", "以案释法"

    kind = models.CharField("类型", max_length=12, choices=Kind, default=Kind.ARTICLE)
    slug = models.SlugField(
        "文件夹名", max_length=80, unique=True, default=new_slug, help_text="Names it in an export and an import."
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发布单位所在区划",
        help_text="受众不能超出这个区划；只有这个区划及其上级的工作人员能在管理平台看到和修改。",
    )
    cover = models.ForeignKey(MediaFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="封面")
    video = models.ForeignKey(MediaFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="视频")
    audience = ParentalManyToManyField(
        Division,
        related_name="+",
        verbose_name="受众区划",
        help_text="住在所选区划内的村民会看到。可选省、市（州）、县、乡镇或村，可多选。",
    )
    # Sets of backend.accounts.models.ReaderRole and PeopleGroup as the sum of their bits: one column to filter by.
    audience_roles = models.PositiveSmallIntegerField("受众角色", default=0, help_text="Bits; 0 means everyone.")
    audience_groups = models.PositiveSmallIntegerField("受众人群", default=0, help_text="Bits; 0 means everyone.")
    topics = ParentalManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        limit_choices_to={"kind": Kind.TOPIC},
        related_name="topic_items",
        verbose_name="所属专题",
    )
    case_category = models.CharField("案例类别", max_length=32, choices=CATEGORIES, blank=True)
    case_facts = models.JSONField("案例要素", default=dict, blank=True)
    pinned_until = models.DateField("置顶至", null=True, blank=True, help_text="到这一天为止（含）排在首页最前。")
    edition = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="The edition of its last change for readers."
    )

    READ: ClassVar[frozenset[str]] = Reviewed.READ | {
        "kind",
        "cover",
        "video",
        "audience_roles",
        "audience_groups",
        "case_category",
        "case_facts",
        "pinned_until",
    }

    class Meta:
        verbose_name = "内容"
        verbose_name_plural = "内容"
        permissions = [("withdraw_contentitem", "可以撤下内容")]
        indexes = [
            models.Index(fields=["-first_published_at", "-id"], condition=Q(live=True), name="content_live_newest"),
            # A rare kind is not looked for among everything that is newer.
            models.Index(
                fields=["kind", "-first_published_at", "-id"], condition=Q(live=True), name="content_live_newest_kind"
            ),
            models.Index(fields=["edition"], condition=Q(live=True), name="content_live_edition"),
            models.Index(fields=["pinned_until"], condition=Q(live=True), name="content_live_pinned"),
        ]
        constraints = [
            models.CheckConstraint(
                name="content_live_has_its_date", condition=Q(live=False) | Q(first_published_at__isnull=False)
            ),
            models.CheckConstraint(
                name="content_case_has_its_category", condition=~Q(kind="case", live=True, case_category="")
            ),
        ]

    def with_content_json(self, content: dict[str, Any]) -> "ContentItem":
        """The item as a version on record has it (Wagtail's contract); what is no part of any version stays."""
        version: ContentItem = super().with_content_json(content)
        version.slug, version.edition = self.slug, self.edition
        if "division" not in content:
            version.division_id = self.division_id
        return version

    @transaction.atomic
    def publish(self, revision: Revision, **options: Any) -> None:
        """As `Reviewed.publish`; who saw the item before and does not any more is on record for offline packs."""
        with _noting(self):
            super().publish(revision, **options)

    @transaction.atomic
    def unpublish(self, *values: Any, **options: Any) -> None:
        """As `Reviewed.unpublish`, on record for offline packs."""
        with _noting(self):
            super().unpublish(*values, **options)

    @transaction.atomic
    def delete(self, *values: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """As `Reviewed.delete`, on record for offline packs."""
        with _noting(self):
            return super().delete(*values, **options)


def _noting(item: ContentItem) -> AbstractContextManager[None]:
    from backend.content.departures import noting_departures  # noqa: PLC0415 - it needs this model

    return noting_departures(item.pk)


class ContentLesson(Orderable):
    """One lesson of a course: another item, at its place."""

    course = ParentalKey(ContentItem, on_delete=models.CASCADE, related_name="lessons", verbose_name="课程")
    lesson = models.ForeignKey(ContentItem, models.CASCADE, related_name="+", verbose_name="课时")

    class Meta(Orderable.Meta):
        verbose_name = "课时"
        verbose_name_plural = "课时"
        constraints = [
            models.UniqueConstraint(fields=["course", "lesson"], name="content_lesson_once_a_course"),
            models.CheckConstraint(name="content_lesson_is_another", condition=~Q(course=F("lesson"))),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.sort_order}"
