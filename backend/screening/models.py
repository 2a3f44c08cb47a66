"""The list of sensitive words 敏感词."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from backend.screening.rules import MAX_WORD, normalised


class SensitiveWord(models.Model):
    """One word, stored as it is compared: full-width and half-width alike, without spaces, in small letters."""

    class Level(models.TextChoices):
        """What becomes of a text that has it."""

        FORBIDDEN = "forbidden", "禁止"
        CAUTION = "caution", "提醒"

    word = models.CharField("词", max_length=MAX_WORD, unique=True, error_messages={"unique": "这个词已经在表里了"})
    level = models.CharField(
        "级别",
        max_length=10,
        choices=Level,
        default=Level.CAUTION,
        help_text="禁止：含有这个词的稿件不能送审。提醒：可以送审，检查结果里会列出。",
    )
    note = models.CharField("说明", max_length=200, blank=True, help_text="为什么列入，或者建议改用的说法。")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="添加人",
    )
    updated_at = models.DateTimeField("更新时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "敏感词"
        verbose_name_plural = "敏感词"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def save(self, *values: Any, **options: Any) -> None:
        """Store it in its compared form; the time of the change tells other processes to read the list anew."""
        self.word = normalised(self.word)
        self.updated_at = timezone.now()
        super().save(*values, **options)

    def clean(self) -> None:
        """Bring the word into the form in which it is compared. Raises ValidationError where nothing is left of it."""
        self.word = normalised(self.word)
        if not self.word:
            raise ValidationError({"word": "请填写要查的词"})
