"""MP3 files: only frames of sound are kept, so that no tag, picture or other file beside them comes along.

Source of the header's fields: ISO/IEC 11172-3, 2.4.1.3, and ISO/IEC 13818-3 for the lower sampling rates.
"""

from dataclasses import dataclass
from mmap import mmap
from typing import BinaryIO

from media.errors import RecordingRefused

#: Bytes between frames that may be skipped; players do so too.
MAX_LOST = 65_536
MIN_FRAMES = 10

_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
#: Samples a second by version bits: MPEG-1, MPEG-2 and the unofficial 2.5.
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_3, _NO_BITRATE, _NO_RATE = 1, 15, 3
_ID3_HEADER = 10


@dataclass(frozen=True, slots=True)
class _Frame:
    length: int
    rate: int
    samples: int


def clean(data: mmap, target: BinaryIO) -> int:
    """Copy the frames of sound to `target`; their duration in milliseconds.

    A first frame that only tells players the length stays and is not counted. Raises RecordingRefused where too
    little of the file is sound.
    """
    beginning = position = _behind_tags(data)
    rate = samples = kept = lost = count = 0
    in_step = False
    while lost <= MAX_LOST and position + 4 <= len(data):
        frame = _frame(data, position)
        if frame and (in_step or _confirmed(data, position, frame)) and rate in (0, frame.rate):
            rate, in_step = frame.rate, True
            part = data[position : position + frame.length]
            target.write(part)
            if count or not _is_about_length(part):
                samples += frame.samples
            position, kept, count = position + frame.length, kept + frame.length, count + 1
            continue
        in_step = False
        found = data.find(b"\xff", position + 1)
        lost += (found if found >= 0 else len(data)) - position
        position = found if found >= 0 else len(data)
    if count < MIN_FRAMES or kept * 2 < len(data) - beginning:
        raise RecordingRefused
    return round(samples * 1000 / rate)


def _behind_tags(data: mmap) -> int:
    """Where the ID3v2 tags at the beginning end (source: id3.org, ID3v2.4.0 structure, 3.1)."""
    position = 0
    while data[position : position + 3] == b"ID3" and len(data) >= position + _ID3_HEADER:
        head = data[position : position + _ID3_HEADER]
        size = 0
        for seven in head[6:]:
            size = size << 7 | seven & 0x7F
        footer = _ID3_HEADER if head[5] & 0x10 else 0
        position += _ID3_HEADER + size + footer
    return min(position, len(data))


def _frame(data: mmap, position: int) -> _Frame | None:
    """The whole frame that begins here; None where none does."""
    head = data[position : position + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - eleven bits of sync
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or layer != _LAYER_3 or bitrate in (0, _NO_BITRATE) or rate == _NO_RATE:
        return None
    first = version == max(_RATES)
    samples = 1152 if first else 576
    per_second = _RATES[version][rate]
    length = samples // 8 * _KBITS[first][bitrate] * 1000 // per_second + (head[2] >> 1 & 1)
    return _Frame(length, per_second, samples) if position + length <= len(data) else None


def _confirmed(data: mmap, position: int, frame: _Frame) -> bool:
    """Whether another frame of the kind follows: two bytes alone are found in any file."""
    following = _frame(data, position + frame.length)
    return following is not None and following.rate == frame.rate


def _is_about_length(frame: bytes) -> bool:
    return b"Xing" in frame[:48] or b"Info" in frame[:48]
