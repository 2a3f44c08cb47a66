"""From hostile bytes to a clean copy, whatever they are for; and the copy's place in the store."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.db import transaction
from django.utils.crypto import salted_hmac

from media import rules
from media.models import MediaFile, Rendition
from media.pictures import clean_picture
from media.recordings import clean_recording
from media.storage import CHUNK, storage


@dataclass(frozen=True, slots=True)
class Clean:
    """An open file without metadata, and what is to be known of it; see Rendition for which has which."""

    file: IO[bytes]
    content_type: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A clean copy whose bytes lie in the store, and the rows about it, which are not saved yet."""

    media: MediaFile
    rendition: Rendition

    def save(self) -> MediaFile:
        """Save both rows or neither; the file is READY then."""
        with transaction.atomic():
            self.media.save(force_insert=True)
            self.rendition.save(force_insert=True)
        return self.media

    def discard(self) -> None:
        """Take the bytes away again."""
        storage().delete(self.rendition.key)


@contextmanager
def cleaned(source: IO[bytes], purpose: str, content_type: str) -> Iterator[Clean]:
    """A clean copy of an open file, as long as the `with`.

    Raises UnsupportedMediaType where the content is not of `content_type`, PictureRefused or RecordingRefused.
    """
    limits = rules.LIMITS[MediaFile.Purpose(purpose)]
    if limits.max_seconds:
        with clean_recording(source, content_type, max_seconds=limits.max_seconds) as clean:
            yield Clean(clean.file, clean.content_type, clean.width, clean.height, clean.duration_ms)
        return
    source.seek(0)
    picture = clean_picture(source.read(limits.max_bytes + 1), content_type)
    yield Clean(BytesIO(picture.data), picture.content_type, picture.width, picture.height)


def save_copy(media: MediaFile, clean: Clean) -> Rendition:
    """Put the bytes in the store; the row about them, not saved yet."""
    rendition = Rendition(
        media=media,
        key=_key(media, clean),
        content_type=clean.content_type,
        width=clean.width,
        height=clean.height,
        duration_ms=clean.duration_ms,
        size=clean.file.seek(0, 2),
        digest=digest_for(media.purpose, clean.file),
    )
    storage().save(rendition.key, clean.file)
    return rendition


def digest_for(purpose: str, file: IO[bytes]) -> str:
    """The SHA-256 of an open file in hex, for what becomes public; of private files nothing is kept."""
    if not rules.LIMITS[MediaFile.Purpose(purpose)].public:
        return ""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _key(media: MediaFile, clean: Clean) -> str:
    """The same on every run, so that a repeated check replaces its own bytes; not guessed from the id."""
    folder = rules.PUBLIC if rules.LIMITS[MediaFile.Purpose(media.purpose)].public else rules.PRIVATE
    name = salted_hmac("media.rendition", f"{media.pk.hex}/{clean.width or ''}", algorithm="sha256").hexdigest()
    return f"{folder}/{name}.{rules.ENDINGS[clean.content_type]}"
