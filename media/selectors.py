"""Reads, limited to what the viewer may see."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from backend.accounts.models import User
from backend.errors import NotFound
from media.errors import MediaNotReady, PictureRefused
from media.models import MediaFile, Rendition
from media.storage import storage


def own_media(owner_id: int) -> QuerySet[MediaFile]:
    """The person's own uploads, in whatever state."""
    return MediaFile.objects.filter(owner=owner_id)


def own_file(media_id: UUID | str, owner: User, *, field: str = "mediaId") -> MediaFile:
    """One upload of the person's own. Raises NotFound, also for one of someone else and for what is no id."""
    try:
        media = own_media(owner.pk).filter(pk=media_id).first()
    except ValidationError:
        media = None
    if media is None:
        raise NotFound("没有找到这个文件", field=field)
    return media


def ready_picture(media_id: UUID | str, owner: User, purpose: str, *, field: str = "mediaId") -> MediaFile:
    """The person's own checked picture, to be attached where `purpose` says.

    READY is final, so the answer stays true until the caller's transaction commits. Raises NotFound where it
    is not theirs or was uploaded for something else, MediaNotReady where waiting helps, and PictureRefused with
    the reason where it did not pass.
    """
    media = own_file(media_id, owner, field=field)
    if media.purpose != purpose:
        raise NotFound("没有找到这个文件", field=field)
    if media.state == MediaFile.State.REFUSED:
        raise PictureRefused(media.refusal, field=field)
    if media.state != MediaFile.State.READY:
        raise MediaNotReady(field=field)
    return media


def own_upload(owner_id: int, media_id: UUID) -> QuerySet[MediaFile]:
    """One upload of a person's own: a queryset of one row or none."""
    return own_media(owner_id).filter(pk=media_id)


def shown_first() -> QuerySet[Rendition]:
    """The clean copies, of each file the best one first. Only checked files have any."""
    return Rendition.objects.order_by("-width")


def address_of(key: str) -> str:
    """Where a clean copy can be read: for ever if public, else for an hour. Give it only to those who may see it."""
    return storage().url(key)
