"""Uploaded files and what was made of them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property


class MediaFile(models.Model):
    """One upload, from ticket to checked file. Only READY files may be shown."""

    class Purpose(models.TextChoices):
        """What it is for, which decides its limits and who may see it."""

        COVER = "cover", "内容封面"
        MESSAGE = "message", "群消息图片"
        PICTURE = "picture", "正文图片"
        RECORDING = "recording", "录音"
        VIDEO = "video", "视频"

    class State(models.TextChoices):
        """Where it stands; a refused file keeps its reason, never its bytes."""

        AWAITING = "awaiting", "等待上传"
        CHECKING = "checking", "检查中"
        READY = "ready", "可用"
        REFUSED = "refused", "已拒绝"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="上传者")
    purpose = models.CharField("用途", max_length=16, choices=Purpose)
    state = models.CharField("状态", max_length=16, choices=State, default=State.AWAITING)
    content_type = models.CharField("声明类型", max_length=60)
    size = models.PositiveIntegerField("声明大小", help_text="Bytes.")
    upload_key = models.CharField(
        "原始文件",
        max_length=100,
        blank=True,
        help_text="Where the ticket lets bytes be put; empty once none can be there any more.",
    )
    refusal = models.CharField("拒绝原因", max_length=200, blank=True)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    name = models.CharField("文件名", max_length=120, blank=True, help_text="As its owner called it; without a path.")
    digest = models.CharField(
        "原文件摘要", max_length=64, blank=True, help_text="SHA-256 of what came, for content; empty where nobody asks."
    )

    class Meta:
        verbose_name = "媒体文件"
        verbose_name_plural = "媒体文件"
        indexes = [
            models.Index(fields=["purpose", "-created_at"], name="media_newest_by_purpose"),
            models.Index(fields=["digest"], condition=~models.Q(digest=""), name="media_by_digest"),
            models.Index(
                fields=["owner"],
                condition=models.Q(state__in=["awaiting", "checking"]),
                name="media_unfinished_by_owner",
            ),
            models.Index(fields=["created_at"], condition=~models.Q(upload_key=""), name="media_to_sweep"),
        ]
        constraints = [
            models.CheckConstraint(
                name="media_refused_with_a_reason",
                condition=models.Q(state="refused") & ~models.Q(refusal="")
                | ~models.Q(state="refused") & models.Q(refusal=""),
            )
        ]

    def __str__(self) -> str:
        return self.name or f"{self.get_purpose_display()} {self.created_at:%Y-%m-%d}"

    @cached_property
    def shown(self) -> "Rendition":
        """The best clean copy. Costs no statement where `renditions` is prefetched.

        Raises ValueError where there is none, so ask only a file that is READY.
        """
        return max(self.renditions.all(), key=lambda rendition: rendition.width or 0)


class Rendition(models.Model):
    """A clean copy for showing, without metadata: a picture as WebP, a recording, or a video.

    A picture has a width and a height, a recording has a duration, a video has all three.
    """

    media = models.ForeignKey(MediaFile, models.CASCADE, related_name="renditions", verbose_name="媒体文件")
    key = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=60)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels.")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels.")
    duration_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Milliseconds.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of these bytes; empty where nobody asks.")

    class Meta:
        verbose_name = "媒体版本"
        verbose_name_plural = "媒体版本"
        ordering = ["width"]
        indexes = [models.Index(fields=["digest"], condition=~models.Q(digest=""), name="rendition_by_digest")]
        constraints = [
            models.CheckConstraint(
                name="rendition_picture_sound_or_video",
                condition=models.Q(duration_ms__isnull=True, width__isnull=False, height__isnull=False)
                # Said in so many words, since a check that is unknown passes.
                | models.Q(duration_ms__isnull=False, duration_ms__gt=0, width__isnull=True, height__isnull=True)
                | models.Q(duration_ms__isnull=False, duration_ms__gt=0, width__isnull=False, height__isnull=False),
            )
        ]

    def __str__(self) -> str:
        size = f"{self.width}×{self.height}" if self.width else ""
        return f"{self.media_id} {size} {self.duration_ms or ''}".strip()
