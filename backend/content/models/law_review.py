"""The queue of items that cite law which has changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from backend.content.models.item import ContentItem
from backend.statutes.models import ArticleChange


class LawReview(models.Model):
    """That someone has to look at a published item because of what it cites; of an item one at most is open.

    `opened_by_change` is the first change that brought it here; there may be more by the time somebody looks.
    """

    class Outcome(models.TextChoices):
        """How it was settled."""

        REVISED = "revised", "已修订"
        STILL_RIGHT = "still_right", "仍然正确"
        RESTORED = "restored", "条文已恢复"

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="law_reviews", verbose_name="内容")
    opened_at = models.DateTimeField("提出时间", default=timezone.now)
    opened_by_change = models.ForeignKey(
        ArticleChange, models.SET_NULL, null=True, related_name="+", verbose_name="起因"
    )
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
        help_text="Empty where publishing the item again, or the law itself, has settled it.",
    )
    outcome = models.CharField("处理结果", max_length=12, choices=Outcome, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "法条变动复核"
        verbose_name_plural = "法条变动复核"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(settled_at=None), name="one_open_law_review_an_item"),
            models.CheckConstraint(
                name="law_review_settled_has_outcome",
                condition=Q(settled_at=None, outcome="", settled_by=None)
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.opened_at:%Y-%m-%d}"
