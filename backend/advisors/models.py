"""Advisors 法律顾问, their appointments 聘任, village groups and messages."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from backend.accounts.models import ReaderRole
from backend.regions.models import Division
from backend.statutes.models import Citation
from media.models import MediaFile


class Advisor(models.Model):
    """A lawyer or grassroots legal service worker who may be appointed."""

    class Kind(models.TextChoices):
        """The profession on the licence."""

        LAWYER = "lawyer", "律师"
        GRASSROOTS = "grassroots", "基层法律服务工作者"

    class Licence(models.TextChoices):
        """Whether the licence allows practice today."""

        ACTIVE = "active", "正常执业"
        SUSPENDED = "suspended", "停止执业"
        REVOKED = "revoked", "吊销"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="advisor", verbose_name="用户")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    licence_number = models.CharField("执业证号", max_length=20, unique=True)
    licence = models.CharField("执业状态", max_length=12, choices=Licence, default=Licence.ACTIVE)
    office = models.CharField("执业机构", max_length=100)

    class Meta:
        verbose_name = "法律顾问"
        verbose_name_plural = "法律顾问"

    def __str__(self) -> str:
        return f"{self.user}（{self.office}）"

    @transaction.atomic
    def save(self, *values: Any, **options: Any) -> None:
        """Store the row; content for advisors reaches those whose licence holds."""
        super().save(*values, **options)
        self.user.note_reader_role(ReaderRole.ADVISOR, held=self.licence == self.Licence.ACTIVE)


class Appointment(models.Model):
    """One advisor serves one village from a day to a day, both included; at most one is active a village."""

    class State(models.TextChoices):
        """Whether it holds now."""

        ACTIVE = "active", "聘任中"
        ENDED = "ended", "已结束"

    advisor = models.ForeignKey(Advisor, models.PROTECT, related_name="appointments", verbose_name="法律顾问")
    village = models.ForeignKey(Division, models.PROTECT, related_name="appointments", verbose_name="村（社区）")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.ACTIVE)
    ended_at = models.DateTimeField("实际结束时间", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "聘任"
        verbose_name_plural = "聘任"
        constraints = [
            models.UniqueConstraint(
                fields=["village"], condition=Q(state="active"), name="one_active_appointment_a_village"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.advisor}"


class VillageGroup(models.Model):
    """The one chat of a village. `last_seq` is the number of the newest message, given under this row's lock."""

    village = models.OneToOneField(Division, models.PROTECT, related_name="group", verbose_name="村（社区）")
    last_seq = models.PositiveBigIntegerField("最新序号", default=0)
    created_at = models.DateTimeField("创建时间", default=timezone.now)

    class Meta:
        verbose_name = "村法律顾问群"
        verbose_name_plural = "村法律顾问群"

    def __str__(self) -> str:
        return f"{self.village.name}法律顾问群"


class Membership(models.Model):
    """Someone's time in a group. A resident is in one group at a time; an advisor in one per appointment."""

    class Standing(models.TextChoices):
        """As what they are there."""

        RESIDENT = "resident", "村民"
        ADVISOR = "advisor", "法律顾问"

    group = models.ForeignKey(VillageGroup, models.CASCADE, related_name="memberships", verbose_name="群")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="成员")
    standing = models.CharField("身份", max_length=10, choices=Standing)
    joined_at = models.DateTimeField("加入时间", default=timezone.now)
    joined_seq = models.PositiveBigIntegerField(
        "加入时序号", default=0, help_text="Messages up to this one were written before they came."
    )
    left_seq = models.PositiveBigIntegerField("离开时序号", null=True, blank=True)
    left_at = models.DateTimeField("离开时间", null=True, blank=True)
    read_seq = models.PositiveBigIntegerField("已读序号", default=0)

    class Meta:
        verbose_name = "群成员"
        verbose_name_plural = "群成员"
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], condition=Q(left_at=None), name="in_a_group_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(left_at=None, standing="resident"), name="resident_of_one_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.group}"


class Message(models.Model):
    """One line of a group. `seq` rises by one without a gap; `client_key` makes a retry harmless."""

    class Kind(models.TextChoices):
        """What it carries."""

        TEXT = "text", "文字"
        PICTURE = "picture", "图片"

    group = models.ForeignKey(VillageGroup, models.PROTECT, related_name="messages", verbose_name="群")
    seq = models.PositiveBigIntegerField("序号")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作者")
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="以何聘任",
        help_text="Set where the author spoke as the village's advisor.",
    )
    kind = models.CharField("类型", max_length=8, choices=Kind)
    text = models.CharField("内容", max_length=2000, blank=True)
    picture = models.ForeignKey(MediaFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="图片")
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回复")
    client_key = models.CharField("客户端键", max_length=64)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "群消息"
        verbose_name_plural = "群消息"
        ordering = ["group", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["group", "seq"], name="message_seq_unique"),
            models.UniqueConstraint(fields=["group", "author", "client_key"], name="message_client_key_unique"),
            models.CheckConstraint(
                name="message_carries_what_its_kind_says",
                condition=(Q(kind="text", picture=None) & ~Q(text="")) | Q(kind="picture", picture__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}#{self.seq}"


class MessageCitation(Citation):
    """A statute article that a message names."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="citations", verbose_name="消息")

    class Meta:
        verbose_name = "消息引用法条"
        verbose_name_plural = "消息引用法条"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="message_citation_position")]

    def __str__(self) -> str:
        return f"{self.message} → {self.article_id}"
