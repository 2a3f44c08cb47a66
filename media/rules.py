"""What may be uploaded for what, and what the first bytes of a file say; nothing here touches a store."""

import re
import unicodedata
from dataclasses import dataclass

from media.models import MediaFile

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
MP3 = "audio/mpeg"
M4A = "audio/mp4"
OPUS = "audio/ogg"
MP4 = "video/mp4"

#: File name endings by content type. Keys carry them, so that a store on disk needs no other record of the
#: type.
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", MP3: "mp3", M4A: "m4a", OPUS: "ogg", MP4: "mp4"}
_TYPES = {ending: content_type for content_type, ending in ENDINGS.items()}

#: Uploads wait here for their check; nobody can read them.
UPLOADS = "uploads"
#: Anyone who knows the name may read these.
PUBLIC = "public"
#: Readable with a signed, short-lived address only.
PRIVATE = "private"

MEBIBYTE = 1 << 20
#: What a name of a file keeps, in characters.
MAX_NAME = 120

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
    """What one purpose takes. `max_bytes` is the size of the upload, not of what is made of it.

    `formats` says in Chinese what is taken. `max_seconds` is 0 where nothing sounds.
    """

    max_bytes: int
    content_types: frozenset[str]
    public: bool
    formats: str
    max_seconds: int = 0


_PICTURES = frozenset({JPEG, PNG, WEBP})
_PICTURE_NAMES = "JPEG、PNG、WebP 图片"
LIMITS = {
    MediaFile.Purpose.COVER: Limits(10 * MEBIBYTE, _PICTURES, public=True, formats=_PICTURE_NAMES),
    MediaFile.Purpose.MESSAGE: Limits(10 * MEBIBYTE, _PICTURES, public=False, formats=_PICTURE_NAMES),
    MediaFile.Purpose.PICTURE: Limits(10 * MEBIBYTE, _PICTURES, public=True, formats=_PICTURE_NAMES),
    MediaFile.Purpose.RECORDING: Limits(
        30 * MEBIBYTE,
        frozenset({MP3, M4A, OPUS}),
        public=True,
        formats="MP3、M4A（AAC）、Ogg（Opus）录音",
        max_seconds=2 * 3600,
    ),
    MediaFile.Purpose.VIDEO: Limits(
        60 * MEBIBYTE, frozenset({MP4}), public=True, formats="MP4（H.264、AAC）视频", max_seconds=3600
    ),
}
_MAGIC = [
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP),
    (re.compile(rb"OggS"), OPUS),
    (re.compile(rb"....ftyp", re.DOTALL), MP4),
    # Tags ahead of the sound, or a frame: eleven bits of sync, any version but the one that is none, layer III.
    (re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), MP3),
]
#: What staff alone may upload: it becomes readable by anyone.
STAFFS = frozenset(purpose for purpose, limits in LIMITS.items() if limits.public)


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

    An MP4 file is called a video here, whatever it holds; see `type_for`.
    Source: the signatures in ISO/IEC 10918-1 (JPEG), ISO/IEC 15948 (PNG), RFC 9649 (WebP), ISO/IEC 11172-3 (MP3),
    RFC 3533 (Ogg) and ISO/IEC 14496-12 (MP4).
    """
    for magic, content_type in _MAGIC:
        if magic.match(data):
            return content_type
    return None


def type_for(purpose: str, data: bytes) -> str | None:
    """The content type of a file for this purpose by its first bytes; None where the purpose does not take it."""
    found = sniff(data)
    # The first bytes of a recording and of a video are alike; what it holds is looked at when it is cleaned.
    if found == MP4 and purpose == MediaFile.Purpose.RECORDING:
        found = M4A
    return found if found in LIMITS[MediaFile.Purpose(purpose)].content_types else None


def what_is_taken(purpose: str) -> str:
    """In Chinese, for the person who chooses a file."""
    limits = LIMITS[MediaFile.Purpose(purpose)]
    longest = f"、{limits.max_seconds // 60} 分钟" if limits.max_seconds else ""
    return f"{limits.formats}，不超过 {limits.max_bytes // MEBIBYTE} MB{longest}。"


def name_of(text: str) -> str:
    """A file's name as it is kept: without path, line breaks and other marks that nobody sees, and not too long."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", text))[-1]
    shown = "".join(letter for letter in name if letter.isprintable())
    return " ".join(shown.split())[-MAX_NAME:].strip()


def clock(milliseconds: int) -> str:
    """A duration as people read it, such as "1:05" or "1:02:03"; to the nearest second."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def weight(size: int) -> str:
    """A number of bytes as people read it, such as "340 KB" or "1.2 MB"."""
    return f"{size / MEBIBYTE:.1f} MB" if size >= MEBIBYTE else f"{max(1, round(size / 1024))} KB"


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
