"""The steps of an upload, for tests that begin in its middle."""

import hashlib
from typing import Any

from django_q.models import OrmQ

from backend.accounts.models import User
from media import rules, services
from media.models import MediaFile, Rendition
from media.storage import storage
from tests.media import samples
from tests.media.conftest import Place

MESSAGE, COVER = MediaFile.Purpose.MESSAGE, MediaFile.Purpose.COVER
DATA = samples.jpeg(1600, 1000, exif=samples.exif())


def request(owner: User, data: bytes = DATA, **changes: Any) -> services.Upload:
    values = {"purpose": MESSAGE, "content_type": rules.JPEG, "size": len(data), **changes}
    return services.request_upload(owner=owner, **values)


def uploaded(place: Place, owner: User, data: bytes = DATA, **changes: Any) -> MediaFile:
    """A file whose bytes are there and whose owner has not said so."""
    upload = request(owner, data, **changes)
    assert place.post(upload.ticket, data) == 204
    return upload.media


def finished(place: Place, owner: User, data: bytes = DATA, **changes: Any) -> MediaFile:
    media = uploaded(place, owner, data, **changes)
    return services.finish_upload(owner=owner, media_id=media.pk)


def rows() -> list[Any]:
    """Everything that this room keeps in the database."""
    return [
        *MediaFile.objects.order_by("pk").values_list(),
        *Rendition.objects.order_by("pk").values_list(),
        OrmQ.objects.count(),
    ]


def bytes_of(media: MediaFile) -> bytes:
    """What the clean copy holds."""
    return storage().read(media.shown.key, limit=media.shown.size)


def digest_of(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()
