"""What colleagues say about a draft."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class EditorialNote(models.Model):
    """A remark on a text or on one block of it; it is settled, never deleted."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=32)
    subject = GenericForeignKey("content_type", "object_id")
    block = models.CharField("正文块", max_length=36, blank=True, help_text="Id of the block; empty for the whole.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批注人")
    text = models.CharField("批注", max_length=1000)
    created_at = models.DateTimeField("时间", default=timezone.now)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )

    class Meta:
        verbose_name = "批注"
        verbose_name_plural = "批注"
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="note_of_text")]

    def __str__(self) -> str:
        return self.text[:40]
