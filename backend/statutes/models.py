"""Laws 法律法规, their versions and articles, and what a citation points at."""

from django.db import models
from django.utils import timezone

from backend.statutes import rules


class Validity(models.TextChoices):
    """Whether a text may be relied on."""

    IN_FORCE = rules.Validity.IN_FORCE.value, "现行有效"
    AMENDED = rules.Validity.AMENDED.value, "已被修改"
    REPEALED = rules.Validity.REPEALED.value, "已废止"
    NOT_YET = rules.Validity.NOT_YET.value, "尚未生效"


#: What a source can say. NOT_YET is worked out from the dates when it is read, so that it cannot go stale.
STORED_VALIDITIES = [choice for choice in Validity.choices if choice[0] != Validity.NOT_YET.value]


class Law(models.Model):
    """A law through all its versions, known by its full name."""

    name = models.CharField("名称", max_length=200, unique=True)
    short_name = models.CharField(
        "简称", max_length=200, db_index=True, help_text="Without 中华人民共和国; see rules.canonical_name."
    )
    kind = models.CharField("类型", max_length=20)
    issuing_body = models.CharField("制定机关", max_length=100, blank=True)
    department = models.CharField("法律部门", max_length=30, blank=True)

    class Meta:
        verbose_name = "法律法规"
        verbose_name_plural = "法律法规"

    def __str__(self) -> str:
        return self.name


class LawVersion(models.Model):
    """The text of a law as promulgated or revised at one time.

    `effective_on` is the source's date, often that of the law and not of this text; the text holds from `starts_on`
    (see rules.starts_on) until the day before `ends_on`, when the next version that is known takes over.
    """

    law = models.ForeignKey(Law, models.CASCADE, related_name="versions", verbose_name="法律法规")
    source_id = models.CharField(max_length=32, unique=True, help_text="Identity in the imported source.")
    published_on = models.DateField("公布日期")
    effective_on = models.DateField("施行日期")
    starts_on = models.DateField("本文本施行日期")
    ends_on = models.DateField("被取代日期", null=True, blank=True)
    validity = models.CharField("来源所注时效", max_length=10, choices=STORED_VALIDITIES)
    compared_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="已比对的版本",
        help_text="The later version that this one's articles were last compared with, once it was over.",
    )

    class Meta:
        verbose_name = "法律版本"
        verbose_name_plural = "法律版本"
        ordering = ["law", "-starts_on", "-published_on", "-source_id"]

    def __str__(self) -> str:
        return f"{self.law}（{self.published_on}）"


class Article(models.Model):
    """One 第…条 of one version. Its primary key stays through every import: citations point at it."""

    version = models.ForeignKey(LawVersion, models.CASCADE, related_name="articles", verbose_name="版本")
    position = models.PositiveIntegerField("次序", help_text="Order within the version, from 1.")
    number = models.PositiveIntegerField(
        "条", null=True, help_text="100 for 第一百条; empty where the source has none."
    )
    suffix = models.PositiveSmallIntegerField("之", default=0, help_text="1 for 第…条之一, else 0.")
    label = models.CharField("条号", max_length=40)
    chapter = models.CharField("章", max_length=100, blank=True)
    section = models.CharField("节", max_length=100, blank=True)
    text = models.TextField("条文")
    validity = models.CharField("来源所注时效", max_length=10, choices=STORED_VALIDITIES)
    withdrawn = models.BooleanField(
        "来源已撤回", default=False, help_text="The source no longer has it; kept because something cites it."
    )

    class Meta:
        verbose_name = "法条"
        verbose_name_plural = "法条"
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], condition=models.Q(withdrawn=False), name="article_position_unique"
            )
        ]
        indexes = [models.Index(fields=["version", "number", "suffix"])]

    def __str__(self) -> str:
        return f"{self.version.law}{self.label}"


class ArticleChange(models.Model):
    """That an article is not the law any more as it was, or is it again: written when an import or a day brings it.

    `successor` is the article that now says it, where that is another one. `old_text` is what the article itself said
    before, where its own words changed, and `new_text` what was the law from then on: later changes do not touch it.
    """

    class Kind(models.TextChoices):
        """What happened to it."""

        CORRECTED = "corrected", "来源更正"
        AMENDED = "amended", "已修改"
        REPEALED = "repealed", "已废止"
        RESTORED = "restored", "恢复原文"

    article = models.ForeignKey(Article, models.CASCADE, related_name="changes", verbose_name="法条")
    kind = models.CharField("变动", max_length=10, choices=Kind)
    successor = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="现行条文"
    )
    noticed_at = models.DateTimeField("发现时间", default=timezone.now, db_index=True)
    old_text = models.TextField("原条文", blank=True)
    new_text = models.TextField("新条文", blank=True, help_text="Empty where nothing took the article's place.")

    class Meta:
        verbose_name = "法条变动"
        verbose_name_plural = "法条变动"
        ordering = ["-noticed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.article} {self.get_kind_display()}"

    @property
    def before(self) -> str:
        """What the article said when it was cited."""
        return self.old_text or self.article.text

    @property
    def after(self) -> str:
        """What was the law from then on; empty where nothing took its place."""
        return self.new_text


class Outdated(models.TextChoices):
    """What became of an article after somebody had cited it."""

    AMENDED = "amended", "已修改"
    REPEALED = "repealed", "已废止"


class Citation(models.Model):
    """A reference to an article as it stood when it was made; domains add what cites.

    `paragraph` (款) and `item` (项) count from 1; 0 means the whole. `outdated` is set by imports and by the day on
    which a new text takes over (see changes), and is empty while the cited text is the law.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="+", verbose_name="法条")
    paragraph = models.PositiveSmallIntegerField("款", default=0)
    item = models.PositiveSmallIntegerField("项", default=0)
    position = models.PositiveSmallIntegerField("次序", help_text="Order within the citing text, from 0.")
    outdated = models.CharField(
        "所引条文变动", max_length=10, choices=Outdated, blank=True, default="", db_default="", editable=False
    )

    class Meta:
        abstract = True
