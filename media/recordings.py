"""Makes a clean recording or video of hostile bytes, or says why not. The streams themselves are not decoded."""

import mmap
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from media import mp3, mp4, ogg, rules
from media.errors import RecordingRefused, UnsupportedMediaType

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class CleanRecording:
    """An open file without tags, as long as the `with` that gave it; size in pixels for a video."""

    file: IO[bytes]
    content_type: str
    duration_ms: int
    width: int | None = None
    height: int | None = None


@contextmanager
def clean_recording(source: IO[bytes], content_type: str, *, max_seconds: int) -> Iterator[CleanRecording]:
    """A copy of `source` with nothing but its sound and pictures; neither is ever whole in memory.

    MP3: only the frames. Ogg: no comments. MP4: names, times, positions, covers and whatever else is not needed to
    play are blanked. Raises UnsupportedMediaType or RecordingRefused.
    """
    with TemporaryFile() as target:
        facts = _cleaned(source, target, content_type)
        if facts.duration_ms > max_seconds * MILLISECONDS:
            raise RecordingRefused(f"时长不能超过 {max_seconds // 60} 分钟")
        target.flush()
        target.seek(0)
        yield CleanRecording(target, content_type, max(1, facts.duration_ms), facts.width, facts.height)


def _cleaned(source: IO[bytes], target: IO[bytes], content_type: str) -> mp4.Facts:
    source.seek(0)
    if content_type in (rules.M4A, rules.MP4):
        shutil.copyfileobj(source, target)
        with _mapped(target, mmap.ACCESS_WRITE) as data:
            return mp4.clean(data, video=content_type == rules.MP4)
    cleaners: dict[str, Any] = {rules.MP3: mp3.clean, rules.OPUS: ogg.clean}
    if content_type not in cleaners:
        raise UnsupportedMediaType
    with TemporaryFile() as copy:
        shutil.copyfileobj(source, copy)
        with _mapped(copy, mmap.ACCESS_READ) as data:
            return mp4.Facts(cleaners[content_type](data, target), None, None)


@contextmanager
def _mapped(file: IO[bytes], access: int) -> Iterator[mmap.mmap]:
    """The file's bytes, in the system's memory as they are needed."""
    file.flush()
    if not file.seek(0, 2):
        raise RecordingRefused("文件是空的")
    with mmap.mmap(file.fileno(), 0, access=access) as data:
        yield data
