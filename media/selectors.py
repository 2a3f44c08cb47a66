"""Reads, limited to what the viewer may see."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.errors import NotFound
from media import rules
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
    """The clean pictures, of each file the best one first. Only checked files have any."""
    return Rendition.objects.filter(duration_ms__isnull=True).order_by("-width")


def recordings() -> QuerySet[Rendition]:
    """The clean recordings. Only checked files have one."""
    return Rendition.objects.filter(duration_ms__isnull=False, width__isnull=True).order_by("pk")


def videos() -> QuerySet[Rendition]:
    """The clean videos. Only checked files have one."""
    return Rendition.objects.filter(duration_ms__isnull=False, width__isnull=False).order_by("pk")


def choosable(purpose: str) -> QuerySet[MediaFile]:
    """Checked files of a purpose, whoever's they are, newest first, with their clean copies: see `offering.offered`."""
    ready = MediaFile.objects.filter(purpose=purpose, state=MediaFile.State.READY)
    return ready.order_by("-created_at", "pk").prefetch_related("renditions")


def named(files: QuerySet[MediaFile], words: str) -> QuerySet[MediaFile]:
    """Those of the files whose name holds every word."""
    for word in words.split():
        files = files.filter(name__icontains=word)
    return files


def checked_file(purpose: str, media_id: UUID | str | None) -> MediaFile | None:
    """The checked file of the purpose that bears this id, whoever's it is; None for anything else."""
    key = _uuid_or_none(media_id)
    return choosable(purpose).filter(pk=key).first() if key else None


def files_by_id(ids: Iterable[UUID | str]) -> dict[str, MediaFile]:
    """Files by id as text, in one statement; what is no id, or nobody's, is left out."""
    possible = set(uuids_of(ids))
    return {str(key): file for key, file in MediaFile.objects.prefetch_related("renditions").in_bulk(possible).items()}


def uuids_of(ids: Iterable[UUID | str]) -> list[UUID]:
    """Those that have the form of an id."""
    return [key for key in map(_uuid_or_none, ids) if key]


def same_file(purpose: str, digest: str) -> MediaFile | None:
    """The oldest checked file of this purpose that came as these bytes, or whose clean copy is these bytes.

    `digest` is their SHA-256 in hex. None where there is none.
    """
    if not digest:
        return None
    same = MediaFile.objects.filter(Q(digest=digest) | Q(renditions__digest=digest), purpose=purpose)
    return same.filter(state=MediaFile.State.READY).order_by("created_at", "pk").first()


def ending_of(media: MediaFile) -> str:
    """What a file name of the clean copy ends with, such as "webp". Raises ValueError where the file is not READY."""
    return rules.ENDINGS[media.shown.content_type]


def _uuid_or_none(text: UUID | str | None) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(str(text))
    except ValueError:
        return None


def address_of(key: str) -> str:
    """Where a clean copy can be read: for ever if public, else for an hour. Give it only to those who may see it."""
    return storage().url(key)
