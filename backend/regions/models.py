"""The tree of administrative divisions 行政区划."""

from django.db import models

from backend.regions import rules


class Division(models.Model):
    """One node of the tree, keyed by the 12-digit code of the national statistics bureau.

    Level and ancestors follow from the code, so no parent column can disagree with it.
    """

    class Level(models.IntegerChoices):
        """How deep in the tree; the values order from wide to narrow."""

        PROVINCE = 1, "省"
        PREFECTURE = 2, "市（州）"
        COUNTY = 3, "县（市、区）"
        TOWNSHIP = 4, "乡镇（街道）"
        VILLAGE = 5, "村（社区）"

    code = models.CharField("代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=64, db_index=True)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    full_name = models.CharField("全称", max_length=330, help_text="Names from the province down.")

    class Meta:
        verbose_name = "行政区划"
        verbose_name_plural = "行政区划"
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"])]
        constraints = [
            models.CheckConstraint(name="division_code_is_12_digits", condition=models.Q(code__regex=r"^[0-9]{12}$"))
        ]

    def __str__(self) -> str:
        return self.full_name or self.name

    @property
    def prefix(self) -> str:
        """The digits that every code below this division begins with."""
        return rules.prefix_of(self.code)
