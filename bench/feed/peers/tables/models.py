"""The project's tables as a second Django project sees them: only the columns that the two questions need."""

from django.db import models

PROTECT = models.PROTECT


class Division(models.Model):
    """One node of the tree of divisions."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "regions_division"

    def __str__(self) -> str:
        return self.name


class User(models.Model):
    """A person."""

    nickname = models.CharField(max_length=20)
    is_active = models.BooleanField()
    date_joined = models.DateTimeField()
    village = models.ForeignKey(Division, PROTECT, null=True, related_name="+")

    class Meta:
        managed = False
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.nickname


class AccessToken(models.Model):
    """What a phone carries instead of a password."""

    user = models.ForeignKey(User, PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "accounts_accesstoken"

    def __str__(self) -> str:
        return str(self.pk)


class MediaFile(models.Model):
    """A picture."""

    id = models.UUIDField(primary_key=True)

    class Meta:
        managed = False
        db_table = "media_mediafile"

    def __str__(self) -> str:
        return str(self.pk)


class Rendition(models.Model):
    """A copy of a picture, for showing."""

    media = models.ForeignKey(MediaFile, PROTECT, related_name="renditions")
    key = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "media_rendition"
        ordering = ["width"]

    def __str__(self) -> str:
        return self.key


class Law(models.Model):
    """A law."""

    short_name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "statutes_law"

    def __str__(self) -> str:
        return self.short_name


class LawVersion(models.Model):
    """Its text at one time."""

    law = models.ForeignKey(Law, PROTECT, related_name="versions")

    class Meta:
        managed = False
        db_table = "statutes_lawversion"

    def __str__(self) -> str:
        return str(self.pk)


class Article(models.Model):
    """One article of it."""

    version = models.ForeignKey(LawVersion, PROTECT, related_name="articles")
    label = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "statutes_article"

    def __str__(self) -> str:
        return self.label


class ContentItem(models.Model):
    """One illustrated article."""

    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    cover = models.ForeignKey(MediaFile, PROTECT, null=True, related_name="+")
    live = models.BooleanField()
    first_published_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "content_contentitem"

    def __str__(self) -> str:
        return self.title


class Audience(models.Model):
    """That an item is for a division."""

    contentitem = models.ForeignKey(ContentItem, PROTECT, related_name="audiences")
    division = models.ForeignKey(Division, PROTECT, related_name="+")

    class Meta:
        managed = False
        db_table = "content_contentitem_audience"

    def __str__(self) -> str:
        return str(self.pk)


class ContentCitation(models.Model):
    """That an item cites an article."""

    content = models.ForeignKey(ContentItem, PROTECT, related_name="citations")
    article = models.ForeignKey(Article, PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "content_contentcitation"
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.pk)
