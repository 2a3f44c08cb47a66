"""The row that counts changes of what the public reads."""

from django.db import models
from django.db.models import F


class Edition(models.Model):
    """The only row; before the first change there is none."""

    number = models.PositiveBigIntegerField("版次", default=0)

    class Meta:
        verbose_name = "公开内容版次"
        verbose_name_plural = "公开内容版次"

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def raise_number(cls) -> None:
        """By one; the first time the row is made."""
        if not cls.objects.update(number=F("number") + 1):
            _, made = cls.objects.get_or_create(pk=1, defaults={"number": 1})
            if not made:
                cls.objects.update(number=F("number") + 1)
