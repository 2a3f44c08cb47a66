"""What readers had and lost, for phones that keep a pack of content."""

from django.db import models

from backend.regions.models import Division


class Departure(models.Model):
    """An item left the readers of a division: withdrawn, expired, deleted, or for others now.

    `item` is a number and no foreign key, since the item itself may be gone. `edition` is the newest one in which it
    left; a phone that has an older pack must look whether it may still keep the item.
    """

    division = models.ForeignKey(Division, models.CASCADE, related_name="+", verbose_name="区划")
    item = models.BigIntegerField("内容")
    edition = models.PositiveBigIntegerField("版次")

    class Meta:
        verbose_name = "下架记录"
        verbose_name_plural = "下架记录"
        constraints = [models.UniqueConstraint(fields=["division", "item"], name="content_departed_once")]
        indexes = [models.Index(fields=["division", "edition"], name="content_departed_since")]

    def __str__(self) -> str:
        return f"{self.item} ✕ {self.division_id}"
