"""What published content cites."""

from django.db import models

from backend.content.models.item import ContentItem
from backend.statutes.models import Citation


class ContentCitation(Citation):
    """A statute article that a published item cites, written when it is published."""

    content = models.ForeignKey(ContentItem, models.CASCADE, related_name="citations", verbose_name="内容")
    block = models.PositiveSmallIntegerField("正文块", help_text="Index in the body of the block that cites it.")

    class Meta:
        verbose_name = "内容引用法条"
        verbose_name_plural = "内容引用法条"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["content", "position"], name="content_citation_position")]

    def __str__(self) -> str:
        return f"{self.content_id} → {self.article_id}"
