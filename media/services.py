"""Writes: a ticket, the end of an upload, its check, and the sweep of what was left lying.

The order of steps makes each of them safe to repeat. The row says what holds; bytes are written before a row
says that they are there, and taken away after a row says that they are not needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backend.accounts.models import RoleGrant, User
from backend.errors import Forbidden, InvalidInput, Refusal
from backend.jobs import enqueue
from media import rules, selectors
from media.cleaning import Clean, Stored, cleaned, digest_for, save_copy
from media.errors import FileTooLarge, TooManyUploads, UnsupportedMediaType, UploadMissing
from media.models import MediaFile, Rendition
from media.storage import TICKET_SECONDS, Ticket, storage

MAX_OPEN_UPLOADS = 20
UNFINISHED_LIFE = timedelta(days=1)
SWEEP_LIMIT = 200
#: What the server already holds: bytes, or a file open for reading.
Source = bytes | IO[bytes]
#: How many bytes tell what a file is.
SNIFFED = 64

_UNFINISHED = [MediaFile.State.AWAITING, MediaFile.State.CHECKING]
_LOST = "检查未能完成，请重新上传"


@dataclass(frozen=True, slots=True)
class Upload:
    """A new media file, and the POST by which its bytes may come until `expires_at`."""

    media: MediaFile
    ticket: Ticket
    expires_at: datetime


def request_upload(*, owner: User, purpose: str, content_type: str, size: int) -> Upload:
    """Give the person leave to upload `size` bytes at most (declared; the store enforces it).

    Raises UnsupportedMediaType, FileTooLarge, InvalidInput, Forbidden (what becomes public is for staff) or
    TooManyUploads.
    """
    _refuse_by_declaration(purpose, content_type, size)
    if purpose in rules.STAFFS and not _may_publish(owner):
        raise Forbidden("只有普法工作人员可以上传公开的文件", field="purpose")
    now = timezone.now()
    with transaction.atomic():
        # The person's row is locked so that two requests at once cannot both be the last one allowed.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
        if selectors.own_media(owner.pk).filter(state__in=_UNFINISHED).count() >= MAX_OPEN_UPLOADS:
            raise TooManyUploads
        media = MediaFile(owner=owner, purpose=purpose, content_type=content_type, size=size, created_at=now)
        media.upload_key = f"{rules.UPLOADS}/{media.pk.hex}.{rules.ENDINGS[content_type]}"
        media.save(force_insert=True)
        ticket = storage().ticket(media.upload_key, content_type=content_type, size=size)
    return Upload(media, ticket, now + timedelta(seconds=TICKET_SECONDS))


def finish_upload(*, owner: User, media_id: UUID) -> MediaFile:
    """Say that the bytes are there; their check is enqueued once, however often this is said.

    Raises NotFound (also for someone else's) or UploadMissing.
    """
    media = selectors.own_file(media_id, owner)
    if media.state != MediaFile.State.AWAITING:
        return media
    if storage().stat(media.upload_key) is None:
        raise UploadMissing(field="mediaId")
    with transaction.atomic():
        awaiting = MediaFile.objects.filter(pk=media.pk, state=MediaFile.State.AWAITING)
        if awaiting.update(state=MediaFile.State.CHECKING):
            enqueue("media.tasks.check_upload", str(media.pk))
    # Read again: another call may have been first, or the sweep.
    return selectors.own_file(media_id, owner)


def check_upload(*, media_id: UUID) -> None:
    """Settle a finished upload: READY with a clean rendition, or REFUSED with the reason.

    Either way the original, with whatever its metadata tells, is deleted. Does nothing before
    `finish_upload`. Raises what the store raises when it is out of reach; then it has to run again.
    """
    media = MediaFile.objects.filter(pk=media_id).first()
    if media is None or media.state == MediaFile.State.AWAITING:
        return
    if media.state == MediaFile.State.CHECKING:
        try:
            with _fetched(media) as source, cleaned(source, media.purpose, media.content_type) as clean:
                media.digest = digest_for(media.purpose, source)
                _keep(media, clean)
        except Refusal as refusal:
            _refuse(media, refusal.message)
    # Not only after settling: an earlier run may have been killed between the two. `upload_key` stays,
    # because until its end the ticket can bring the bytes back; the sweep deletes once more and clears it.
    if media.upload_key:
        storage().delete(media.upload_key)


def store_bytes(*, owner: User, purpose: str, source: Source, name: str = "") -> Stored:
    """Check a file that the server already holds and put its clean copy in the store; nothing is saved of it yet.

    For whoever saves rows in a transaction that should not last as long as the check. `source` is bytes or a file open
    for reading, which is read from its beginning and stays open. Raises as `store_file`.
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    size = file.seek(0, 2)
    file.seek(0)
    content_type = rules.type_for(purpose, file.read(SNIFFED))
    if content_type is None:
        raise UnsupportedMediaType(f"只支持 {rules.LIMITS[MediaFile.Purpose(purpose)].formats}")
    _refuse_by_declaration(purpose, content_type, size)
    with cleaned(file, purpose, content_type) as clean:
        media = MediaFile(
            owner=owner,
            purpose=purpose,
            content_type=content_type,
            size=size,
            state=MediaFile.State.READY,
            name=rules.name_of(name),
            digest=digest_for(purpose, file),
        )
        return Stored(media, save_copy(media, clean))


def store_file(*, owner: User, purpose: str, source: Source, name: str = "") -> MediaFile:
    """Check a file that the server already holds (console, demo content) and keep its clean copy, at once.

    Whether `owner` may use it so is the caller's to decide. Raises UnsupportedMediaType, InvalidInput, FileTooLarge,
    PictureRefused or RecordingRefused.
    """
    stored = store_bytes(owner=owner, purpose=purpose, source=source, name=name)
    try:
        return stored.save()
    except BaseException:
        stored.discard()
        raise


def store_picture(*, owner: User, purpose: str, data: bytes, name: str = "") -> MediaFile:
    """`store_file` for a picture in memory."""
    return store_file(owner=owner, purpose=purpose, source=data, name=name)


def sweep_uploads(*, now: datetime | None = None) -> int:
    """Delete the bytes of uploads past their time, and tickets that were never finished; how many were swept.

    One run takes a limited number; the next goes on. An upload still unchecked after another day is refused,
    for its job has then been given up.
    """
    now = now or timezone.now()
    unfinished = Q(state=MediaFile.State.AWAITING, created_at__lt=now - UNFINISHED_LIFE)
    settled = Q(created_at__lt=now - 2 * UNFINISHED_LIFE)
    due = MediaFile.objects.filter(unfinished | settled).exclude(upload_key="").order_by("created_at")
    rows = list(due[:SWEEP_LIMIT])
    for media in rows:
        storage().delete(media.upload_key)
        same = MediaFile.objects.filter(pk=media.pk)
        with transaction.atomic():
            same.filter(state=MediaFile.State.AWAITING).delete()
            same.filter(state=MediaFile.State.CHECKING).update(state=MediaFile.State.REFUSED, refusal=_LOST)
            same.update(upload_key="")
    return len(rows)


def _refuse_by_declaration(purpose: str, content_type: str, size: int) -> None:
    limits = rules.LIMITS[MediaFile.Purpose(purpose)]
    if content_type not in limits.content_types:
        raise UnsupportedMediaType(f"只支持 {limits.formats}", field="contentType")
    if size < 1:
        raise InvalidInput("文件是空的", field="size")
    if size > limits.max_bytes:
        raise FileTooLarge(f"文件不能超过 {limits.max_bytes // rules.MEBIBYTE} MB", field="size")


def _may_publish(person: User) -> bool:
    return person.is_superuser or RoleGrant.objects.filter(user=person, role=RoleGrant.Role.STAFF).exists()


@contextmanager
def _fetched(media: MediaFile) -> Iterator[IO[bytes]]:
    """The uploaded bytes, if they are what the ticket was for: not every store enforces its own policy."""
    stat = storage().stat(media.upload_key)
    if stat is None:
        raise UploadMissing("文件已丢失，请重新上传")
    if stat.size > media.size:
        raise FileTooLarge("文件大小与申请上传时不符")
    if stat.content_type != media.content_type:
        raise UnsupportedMediaType("文件类型与申请上传时不符")
    with TemporaryFile() as file:
        try:
            storage().fetch(media.upload_key, file, limit=media.size)
        except FileNotFoundError as error:
            raise UploadMissing("文件已丢失，请重新上传") from error
        yield file


def _keep(media: MediaFile, clean: Clean) -> None:
    """Store the clean copy, then say READY; if the row is settled or gone by then, leave no bytes behind."""
    rendition = save_copy(media, clean)
    with transaction.atomic():
        checking = MediaFile.objects.filter(pk=media.pk, state=MediaFile.State.CHECKING)
        if checking.update(state=MediaFile.State.READY, digest=media.digest):
            rendition.save(force_insert=True)
        elif not Rendition.objects.filter(key=rendition.key).exists():
            storage().delete(rendition.key)


def _refuse(media: MediaFile, reason: str) -> None:
    checking = MediaFile.objects.filter(pk=media.pk, state=MediaFile.State.CHECKING)
    checking.update(state=MediaFile.State.REFUSED, refusal=reason)
