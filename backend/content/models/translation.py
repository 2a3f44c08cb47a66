"""An item in another language than Chinese."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backend.content.models.item import ContentItem
from backend.content.models.reviewed import Reviewed


class ContentTranslation(Reviewed):
    """One item in one language, with a review of its own. Readers see it only while the item itself is live."""

    class Language(models.TextChoices):
        """Every item is in zh-Hans already."""

        BO = "bo", "藏语"
        II = "ii", "彝语"

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="translations", verbose_name="内容")
    language = models.CharField("语言", max_length=10, choices=Language)

    READ: ClassVar[frozenset[str]] = Reviewed.READ | {"item", "language"}

    class Meta:
        verbose_name = "其他语言版本"
        verbose_name_plural = "其他语言版本"
        permissions = [("withdraw_contenttranslation", "可以撤下其他语言版本")]
        constraints = [
            models.UniqueConstraint(fields=["item", "language"], name="content_translated_once"),
            models.CheckConstraint(
                name="translation_live_has_its_date", condition=Q(live=False) | Q(first_published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.get_language_display()}）"
