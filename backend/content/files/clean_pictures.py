"""Pictures that an export has written are kept byte for byte: encoding them anew would wear them out each time."""

from io import BytesIO
from typing import IO

from backend.accounts.models import User
from media import rules
from media.cleaning import Clean, Stored, digest_for, save_copy
from media.models import MediaFile
from media.pictures import LONGEST_SIDE, clean_picture

_PICTURES = frozenset({MediaFile.Purpose.COVER, MediaFile.Purpose.PICTURE})
#: A WebP file of a single lossy picture: RIFF, its length, WEBP, and one chunk that fills the rest (RFC 9649).
_HEADER, _CHUNK_HEADER = 12, 8
_LOSSY = b"VP8 "


def keep_as_it_is(*, owner: User, purpose: str, source: IO[bytes], name: str) -> Stored | None:
    """Store the bytes of a picture in the very form that clean copies have, as `store_bytes` does.

    None for any other file, which must be cleaned. Raises PictureRefused where it looks like one and is damaged.
    """
    if purpose not in _PICTURES:
        return None
    source.seek(0)
    data = source.read(rules.LIMITS[MediaFile.Purpose(purpose)].max_bytes + 1)
    if not _is_bare(data):
        return None
    picture = clean_picture(data, rules.WEBP)  # decoded whole: a damaged one is refused
    media = MediaFile(
        owner=owner,
        purpose=purpose,
        content_type=rules.WEBP,
        size=len(data),
        state=MediaFile.State.READY,
        name=rules.name_of(name),
        digest=digest_for(purpose, source),
    )
    return Stored(media, save_copy(media, Clean(BytesIO(data), rules.WEBP, picture.width, picture.height)))


def _is_bare(data: bytes) -> bool:
    """Whether a file holds one lossy picture of a size that needs no scaling, and nothing beside it."""
    head = data[: _HEADER + _CHUNK_HEADER]
    if len(head) < _HEADER + _CHUNK_HEADER or head[:4] != b"RIFF" or head[8:16] != b"WEBP" + _LOSSY:
        return False
    whole, chunk = (int.from_bytes(head[at : at + 4], "little") for at in (4, 16))
    if whole + 8 != len(data) or chunk + chunk % 2 + len(head) != len(data):
        return False
    # Fourteen bits each behind the start code of a key frame (RFC 6386, 9.1).
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return data[23:26] == b"\x9d\x01\x2a" and max(width, height) <= LONGEST_SIDE
