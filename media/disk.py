"""The store on local disk, with the contract of a bucket: signed tickets, signed addresses."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.core import signing

from media import rules
from media.storage import CHUNK, PRIVATE_SECONDS, TICKET_SECONDS, Stat, Ticket

_TICKET_SALT = "media.disk.ticket"
_READ_SALT = "media.disk.read"


class DiskStorage:
    """`storage.Storage` below the folder `root`.

    `address` is where `media.urls` is served, with a slash at its end; `base_url`, if given, is where a CDN
    serves the public objects.
    """

    def __init__(self, root: Path, *, address: str, base_url: str = "") -> None:
        self._root = root
        self._address = address
        self._base_url = base_url.rstrip("/")

    def ticket(self, key: str, *, content_type: str, size: int) -> Ticket:
        """See Storage."""
        claims = signing.dumps({"key": key, "type": content_type, "size": size}, salt=_TICKET_SALT)
        return Ticket(f"{self._address}upload?ticket={claims}", {"key": key, "Content-Type": content_type})

    @staticmethod
    def read_ticket(text: str) -> tuple[str, str, int]:
        """Key, content type and greatest size of a ticket that holds.

        Raises django.core.signing.BadSignature.
        """
        claims = signing.loads(text, salt=_TICKET_SALT, max_age=TICKET_SECONDS)
        return claims["key"], claims["type"], claims["size"]

    def stat(self, key: str) -> Stat | None:
        """See Storage."""
        try:
            return Stat(self._path(key).stat().st_size, rules.content_type_of(key))
        except FileNotFoundError:
            return None

    def read(self, key: str, *, limit: int) -> bytes:
        """See Storage."""
        with self._path(key).open("rb") as file:
            return file.read(limit)

    def save(self, key: str, data: bytes | IO[bytes]) -> None:
        """See Storage."""
        part = self._part(key, [data] if isinstance(data, bytes) else _chunks(data))
        part.replace(self._path(key))

    def fetch(self, key: str, file: IO[bytes], *, limit: int) -> None:
        """See Storage."""
        with self._path(key).open("rb") as source:
            while limit > 0 and (chunk := source.read(min(CHUNK, limit))):
                file.write(chunk)
                limit -= len(chunk)

    def part(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """So many bytes from `start` on, some at a time. Raises FileNotFoundError at the first of them."""
        with self._path(key).open("rb") as file:
            file.seek(start)
            while length > 0 and (chunk := file.read(min(CHUNK, length))):
                yield chunk
                length -= len(chunk)

    def receive(self, key: str, chunks: Iterable[bytes]) -> None:
        """Put an upload there. Raises FileExistsError where the key is taken, and changes nothing then."""
        part = self._part(key, chunks)
        try:
            os.link(part, self._path(key))
        finally:
            part.unlink()

    def delete(self, key: str) -> None:
        """See Storage."""
        self._path(key).unlink(missing_ok=True)

    def url(self, key: str) -> str:
        """See Storage."""
        if not rules.is_public(key):
            signature = _reader().sign(key).partition(":")[2]
            return f"{self._address}file/{key}?signature={signature}"
        return f"{self._base_url}/{key}" if self._base_url else f"{self._address}file/{key}"

    @staticmethod
    def may_read(key: str, signature: str) -> bool:
        """Whether the object may be read with the signature that came with its address."""
        if rules.is_public(key):
            return True
        try:
            _reader().unsign(f"{key}:{signature}", max_age=PRIVATE_SECONDS)
        except signing.BadSignature:
            return False
        return True

    def _path(self, key: str) -> Path:
        if not rules.is_key(key):
            raise ValueError(f"not a key: {key!r}")
        return self._root / key

    def _part(self, key: str, chunks: Iterable[bytes]) -> Path:
        """A file beside the key's, written whole and out to the disk, not yet under its name."""
        folder = self._path(key).parent
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as file:
            part = Path(file.name)
            try:
                file.writelines(chunks)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                part.unlink()
                raise
        return part


def _chunks(file: IO[bytes]) -> Iterable[bytes]:
    file.seek(0)
    return iter(lambda: file.read(CHUNK), b"")


def _reader() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_READ_SALT)
