"""Where bytes lie: one small interface, with an S3 bucket or the local disk behind it.

An upload goes from the phone straight to the store: the ticket says where to POST which form fields, ahead of
the file. Keys have the form that `rules.is_key` knows; what lies below `public/` may be read by anyone who
has its address, all else with a signed address or not at all.
"""

from dataclasses import dataclass
from functools import cache
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

#: How long a ticket takes bytes.
TICKET_SECONDS = 600
#: How long the signed address of a private object opens it. Clients keep pictures by id, not by address.
PRIVATE_SECONDS = 3600
#: So many bytes at a time go to and from files.
CHUNK = 1 << 18
#: Public objects never change under their name.
PUBLIC_CACHE = "public, max-age=31536000, immutable"
PRIVATE_CACHE = f"private, max-age={PRIVATE_SECONDS}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A multipart/form-data POST that the store will take: the fields as given, in any order, then `file`."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stat:
    """What a store knows of an object: its size in bytes, and the content type it would serve it as."""

    size: int
    content_type: str


class Storage(Protocol):
    """A store of bytes by key.

    Every method may raise an OSError or the store's own error when it is out of reach.
    """

    def ticket(self, key: str, *, content_type: str, size: int) -> Ticket:
        """Leave to put 1 to `size` bytes at exactly `key` as exactly `content_type`, for TICKET_SECONDS."""
        ...

    def stat(self, key: str) -> Stat | None:
        """Facts about the object; None where there is none."""
        ...

    def read(self, key: str, *, limit: int) -> bytes:
        """The first `limit` bytes at most. Raises FileNotFoundError."""
        ...

    def save(self, key: str, data: bytes | IO[bytes]) -> None:
        """Put the bytes there, whole or not at all, in place of what was there.

        An open file is read from its beginning, and is never whole in memory.
        """
        ...

    def fetch(self, key: str, file: IO[bytes], *, limit: int) -> None:
        """Write the first `limit` bytes at most into an open file. Raises FileNotFoundError."""
        ...

    def delete(self, key: str) -> None:
        """Take the bytes away; harmless where there are none."""
        ...

    def url(self, key: str) -> str:
        """An absolute address to read the object at; signed, for PRIVATE_SECONDS, unless it is public."""
        ...


@cache
def storage() -> Storage:
    """The store that the settings name: the bucket, or the disk where no bucket is named. One a process."""
    if settings.MEDIA_BUCKET:
        return _s3(settings.MEDIA_BUCKET, settings.S3_ENDPOINT_URL, settings.S3_REGION, settings.MEDIA_BASE_URL)
    # Imported late, both: boto3 costs a quarter of a second, which the embedded server need not wait for.
    disk: Storage = import_string("media.disk.DiskStorage")(
        settings.MEDIA_ROOT,
        address=f"{settings.PUBLIC_URL.rstrip('/')}{settings.MEDIA_URL}",
        base_url=settings.MEDIA_BASE_URL,
    )
    return disk


@receiver(setting_changed)
def _look_again(**_: Any) -> None:
    """Tests change settings; each address would pay for reading five of them otherwise."""
    storage.cache_clear()


@cache
def _s3(bucket: str, endpoint_url: str, region: str, base_url: str) -> Storage:
    """One client a process: making it is dear, and it may be used by many threads."""
    s3: Storage = import_string("media.s3.S3Storage")(
        bucket, endpoint_url=endpoint_url, region=region, base_url=base_url
    )
    return s3
