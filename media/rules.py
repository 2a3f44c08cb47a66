"""What may be uploaded for what, and what the first bytes of a file say; nothing here touches a store."""

import re
from dataclasses import dataclass

from media.models import MediaFile

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"

#: File name endings by content type. Keys carry them, so that a store on disk needs no other record of the
#: type.
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp"}
_TYPES = {ending: content_type for content_type, ending in ENDINGS.items()}

#: Uploads wait here for their check; nobody can read them.
UPLOADS = "uploads"
#: Anyone who knows the name may read these.
PUBLIC = "public"
#: Readable with a signed, short-lived address only.
PRIVATE = "private"

MEBIBYTE = 1 << 20

# Real encoders write about ten scans and some dozens of segments. Files with thousands of either are made to
# keep a decoder busy for minutes.
MAX_JPEG_SCANS = 64
MAX_JPEG_SEGMENTS = 2000

_KEY = re.compile(rf"(?:{UPLOADS}|{PUBLIC}|{PRIVATE})/[0-9a-f]{{32,64}}\.(?:{'|'.join(ENDINGS.values())})", re.ASCII)
_JPEG_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_MARKERS_WITHOUT_LENGTH = frozenset({0x01, 0xD8})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one purpose takes. `max_bytes` is the size of the upload, not of what is made of it."""

    max_bytes: int
    content_types: frozenset[str]
    public: bool


_PICTURES = frozenset({JPEG, PNG, WEBP})
LIMITS = {
    MediaFile.Purpose.COVER: Limits(10 * MEBIBYTE, _PICTURES, public=True),
    MediaFile.Purpose.MESSAGE: Limits(10 * MEBIBYTE, _PICTURES, public=False),
}


def is_key(text: str) -> bool:
    """Whether the text has the one form of stored objects' names; such a name cannot leave a folder."""
    return _KEY.fullmatch(text) is not None


def is_public(key: str) -> bool:
    """Whether the object may be read by anyone who has its address."""
    return key.startswith(f"{PUBLIC}/")


def content_type_of(key: str) -> str:
    """The content type that a key's ending stands for. Raises KeyError for an ending that no key has."""
    return _TYPES[key.rpartition(".")[2]]


def sniff(data: bytes) -> str | None:
    """The content type that the first bytes say, whatever a header says; None where it is none of ours.

    Source: the signatures in ISO/IEC 10918-1 (JPEG), ISO/IEC 15948 (PNG) and RFC 9649 (WebP).
    """
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    return None


def is_sane_jpeg(data: bytes) -> bool:
    """Whether a JPEG has as many scans and segments as an encoder would write, up to its end marker.

    A scan of a few bytes makes the decoder walk the whole picture again, so their number decides the time it
    takes.
    """
    scans = segments = 0
    position = 2
    while found := _JPEG_MARKER.search(data, position):
        marker = found[1][0]
        if marker == _END_OF_IMAGE:
            break
        segments += 1
        scans += marker == _START_OF_SCAN
        if scans > MAX_JPEG_SCANS or segments > MAX_JPEG_SEGMENTS:
            return False
        position = found.end()
        if marker not in _MARKERS_WITHOUT_LENGTH:
            position += int.from_bytes(data[position : position + 2], "big")
    return True


def fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size in pixels, of the same proportions, with no side over `longest`; never larger, never 0."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
