"""Ogg files with one Opus stream: its pages are written anew, with an empty list of comments.

Source: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), RFC 6716, 3.1 (how long a packet lasts).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import BinaryIO

from media.errors import RecordingRefused, UnsupportedMediaType

_PAGE = struct.Struct("<4sBBqIIIB")
_FIRST, _CONTINUED = 2, 1
#: A lacing value below this ends a packet.
_GOES_ON = 255
#: The marks, no vendor, no comments.
_NO_COMMENTS = b"OpusTags" + bytes(8)
_MAX_COMMENT_PAGES = 256
_HEAD = struct.Struct("<8sBBHIhB")
#: Samples at 48 kHz of a frame, by the first five bits of a packet.
_FRAME = (
    *(480, 960, 1920, 2880) * 3,
    *(480, 960) * 2,
    *(120, 240, 480, 960) * 4,
)
_BACKWARDS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Page:
    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes


def clean(data: mmap, target: BinaryIO) -> int:
    """Copy the stream to `target`, without its comments; its duration in milliseconds.

    Raises RecordingRefused where a page is damaged or not of the one stream, UnsupportedMediaType where it is no Opus.
    """
    pages = _pages(data)
    first = next(pages, None)
    if first is None or not first.flags & _FIRST or len(first.body) < _HEAD.size or first.body[:8] != b"OpusHead":
        raise UnsupportedMediaType("Ogg 文件中不是 Opus 声音，请转换后再上传")
    skipped: int = _HEAD.unpack_from(first.body)[3]
    _write(target, first, 0)
    _skip_comments(pages, first.serial)
    _write(target, _Page(0, 0, first.serial, bytes([len(_NO_COMMENTS)]), _NO_COMMENTS), 1)
    samples = 0
    for number, page in enumerate(pages, 2):
        if page.serial != first.serial or page.flags & _FIRST:
            raise RecordingRefused("Ogg 文件中有多段内容，请重新导出后再上传")
        samples += _samples(page)
        _write(target, page, number)
    if samples <= skipped:
        raise RecordingRefused
    return round((samples - skipped) / 48)


def _pages(data: mmap) -> Iterator[_Page]:
    """Every page, each with its checksum checked, and nothing between them."""
    position = 0
    while position < len(data):
        head = data[position : position + _PAGE.size]
        if len(head) < _PAGE.size or head[:5] != b"OggS\0":
            raise RecordingRefused
        _, _, flags, granule, serial, _, checksum, segments = _PAGE.unpack(head)
        lacing = data[position + _PAGE.size : position + _PAGE.size + segments]
        beginning = position + _PAGE.size + segments
        position = beginning + sum(lacing)
        body = data[beginning:position]
        if position > len(data) or _checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != checksum:
            raise RecordingRefused
        yield _Page(flags, granule, serial, lacing, body)


def _skip_comments(pages: Iterator[_Page], serial: int) -> None:
    """Read past the packet of comments, which ends with its last page."""
    for number, page in enumerate(pages):
        begins = number == 0 and page.body[:8] == b"OpusTags"
        if page.serial != serial or number > _MAX_COMMENT_PAGES or not (begins or page.flags & _CONTINUED):
            raise RecordingRefused
        ends = [place for place, length in enumerate(page.lacing, 1) if length < _GOES_ON]
        if ends:
            if ends != [len(page.lacing)]:
                raise RecordingRefused
            return
    raise RecordingRefused


def _samples(page: _Page) -> int:
    """How long the packets last that begin on this page, in samples at 48 kHz."""
    samples = position = 0
    begins = not page.flags & _CONTINUED
    for length in page.lacing:
        if begins and length:
            samples += _lasts(page.body[position : position + 2])
        position += length
        begins = length < _GOES_ON
    return samples


def _lasts(packet: bytes) -> int:
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[packet[0] & 3]
    return _FRAME[packet[0] >> 3] * frames


def _write(target: BinaryIO, page: _Page, number: int) -> None:
    fields = (b"OggS", 0, page.flags, page.granule, page.serial, number)
    rest = page.lacing + page.body
    checksum = _checksum(_PAGE.pack(*fields, 0, len(page.lacing)) + rest)
    target.write(_PAGE.pack(*fields, checksum, len(page.lacing)) + rest)


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial the other way round, begun with 0. Backwards bytes make zlib compute it."""
    backwards = zlib.crc32(page.translate(_BACKWARDS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{backwards:032b}"[::-1], 2)
