"""What readers did with an item: their own marks, and figures that say nothing of any one of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from backend.content.models.item import ContentItem
from backend.regions.models import Division


class ReadingMark(models.Model):
    """What one person keeps of one item."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reading_marks", verbose_name="读者", db_index=False
    )
    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="marks", verbose_name="内容")
    bookmarked_at = models.DateTimeField("收藏时间", null=True, blank=True)
    liked_at = models.DateTimeField("点赞时间", null=True, blank=True)
    read_at = models.DateTimeField("首次阅读时间", null=True, blank=True)
    progress = models.PositiveSmallIntegerField("进度", default=0, help_text="Percent.")
    place = models.CharField("位置", max_length=36, blank=True, help_text="Id of the block where they stopped.")
    updated_at = models.DateTimeField("更新时间", default=timezone.now)

    class Meta:
        verbose_name = "阅读记录"
        verbose_name_plural = "阅读记录"
        constraints = [
            models.UniqueConstraint(fields=["user", "item"], name="one_mark_a_reader_and_item"),
            models.CheckConstraint(name="progress_is_percent", condition=Q(progress__lte=100)),
        ]
        indexes = [
            models.Index(
                fields=["user", "-bookmarked_at", "-id"],
                condition=Q(bookmarked_at__isnull=False),
                name="bookmarks_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.item_id}"


class ReadingKind(models.TextChoices):
    """What is counted."""

    READ = "read", "阅读"
    LIKE = "like", "点赞"
    SHARE = "share", "转发"


class ReadingEvent(models.Model):
    """One thing that happened, kept until a job has counted it; who did it is not kept."""

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="+", db_index=False, verbose_name="内容")
    kind = models.CharField("动作", max_length=8, choices=ReadingKind)
    number = models.SmallIntegerField("数量", default=1, help_text="-1 takes a like back.")
    division = models.CharField("县级区划", max_length=12, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "阅读动作"
        verbose_name_plural = "阅读动作"

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class ReadingCount(models.Model):
    """How often something happened to an item on a day (in China) in a county; "" is for people without a village."""

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="+", db_index=False, verbose_name="内容")
    day = models.DateField("日期")
    kind = models.CharField("动作", max_length=8, choices=ReadingKind)
    division = models.CharField("县级区划", max_length=12, blank=True)
    number = models.IntegerField("次数", default=0)

    class Meta:
        verbose_name = "阅读统计"
        verbose_name_plural = "阅读统计"
        constraints = [
            models.UniqueConstraint(fields=["item", "day", "kind", "division"], name="reading_counted_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.day} {self.kind}: {self.number}"


class ContentFigures(models.Model):
    """The totals of an item, as of the last count."""

    item = models.OneToOneField(
        ContentItem, models.CASCADE, primary_key=True, related_name="figures", verbose_name="内容"
    )
    reads = models.PositiveIntegerField("阅读", default=0)
    likes = models.PositiveIntegerField("点赞", default=0)
    shares = models.PositiveIntegerField("转发", default=0)

    class Meta:
        verbose_name = "内容数据"
        verbose_name_plural = "内容数据"

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reads}"


class ErrorReport(models.Model):
    """A reader says that something in an item is wrong; staff of its division answer for it."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "待处理"
        MENDED = "mended", "已更正"
        DISMISSED = "dismissed", "无需更正"

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="error_reports", verbose_name="内容")
    language = models.CharField("语言", max_length=10, default="zh-Hans")
    block = models.CharField("正文块", max_length=36, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="读者"
    )
    division = models.ForeignKey(
        Division, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="读者所在县"
    )
    text = models.CharField("说明", max_length=500)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField("时间", default=timezone.now)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    answer = models.CharField("处理说明", max_length=500, blank=True)

    class Meta:
        verbose_name = "纠错"
        verbose_name_plural = "纠错"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="report_settled_by_someone",
                condition=Q(state="open", settled_at=None) | ~Q(state="open") & Q(settled_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["item"], condition=Q(state="open"), name="reports_open_of_item")]

    def __str__(self) -> str:
        return self.text[:40]
