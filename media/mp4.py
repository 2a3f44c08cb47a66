"""MP4 files: everything but pictures and sound becomes blank where it lies, so that nothing needs to move.

Among the streams' own bytes too: what the tables of neither track name is blank. What remains besides: the streams
themselves, among them what an encoder writes into them about its own settings.
Source: ISO/IEC 14496-12 (boxes), 14496-14 (MP4), 14496-15 (H.264 in boxes), 14496-1, 7.2.6 (descriptors).
"""

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from media.errors import RecordingRefused, UnsupportedMediaType
from media.mp4_samples import Table, chunks, length_of

MAX_BOXES = 1000
MIN_SIDE, MAX_SIDE = 16, 4096

_STRANGE = "文件中夹带了画面和声音以外的内容（如字幕、位置轨道），请用常用软件重新导出后再上传"
_PIECES = "不支持分段的 MP4，请导出为普通 MP4 后再上传"
_CODECS = {b"vide": (b"avc1", b"avc3"), b"soun": (b"mp4a",)}
_WRONG_CODEC = {
    b"vide": "视频编码须为 H.264，请转换后再上传",
    b"soun": "声音编码须为 AAC，请转换后再上传",
}
#: What stays, by the box around it.
_KEPT: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"moov", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"dinf", b"stbl"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"stss", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sgpd", b"sbgp", b"sdtp"}
    ),
}
_IN_PIECES = frozenset({b"moof", b"mvex", b"cmov"})
#: Where the boxes inside a description of a stream begin, and which stay.
_DESCRIBED = {b"vide": (78, {b"avcC", b"pasp", b"colr", b"btrt"}), b"soun": (28, {b"esds", b"btrt"})}
#: The compressor's name in the description of pictures.
_COMPRESSOR = slice(42, 74)
_AAC = (0x40, 0x67)


@dataclass(frozen=True, slots=True)
class Facts:
    """How long it lasts in milliseconds, and for a video how large it is shown, in pixels."""

    duration_ms: int
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class _Track:
    """What a track is, facts of it, and where its bytes lie: first and the one behind the last of each chunk."""

    kind: bytes
    facts: Facts
    chunks: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def clean(data: mmap, *, video: bool) -> Facts:
    """Blank what is neither picture nor sound, in place, and tell what remains.

    Raises RecordingRefused where boxes do not fit into each other, or hold something that cannot be blanked;
    UnsupportedMediaType where the streams are not H.264 and AAC, or not those of a video or of a recording.
    """
    file = _File(data)
    top = file.inside(_Box(b"", 0, 0, len(data)))
    if data[8:12] == b"qt  ":
        raise UnsupportedMediaType("不支持 MOV，请转换为 MP4 后再上传")
    _one(top, b"ftyp")
    inner = file.inside(_one(top, b"moov"))
    file.forget_times(_one(inner, b"mvhd"))
    tracks = [_track(file, box) for box in inner if box.kind == b"trak"]
    kinds = sorted(track.kind for track in tracks)
    if kinds not in ([[b"vide"], [b"soun", b"vide"]] if video else [[b"soun"]]):
        raise UnsupportedMediaType("须有且只有一条画面，至多一条声音" if video else "录音中须有且只有一条声音")
    duration = max(track.facts.duration_ms for track in tracks)
    if duration < 1:
        raise RecordingRefused
    _keep_only(file, [box for box in top if box.kind == b"mdat"], sorted(each for one in tracks for each in one.chunks))
    shown = next((track.facts for track in tracks if track.kind == b"vide"), Facts(duration, None, None))
    return Facts(duration, shown.width, shown.height)


def _keep_only(file: "_File", boxes: list[_Box], kept: list[tuple[int, int]]) -> None:
    """Blank what lies in the boxes between the chunks, which come in their order. Every chunk must lie in a box."""
    ahead = deque(kept)
    for box in boxes:
        clear = box.body
        while ahead and ahead[0][0] < box.end:
            start, end = ahead.popleft()
            if start < box.body or end > box.end:
                raise RecordingRefused
            file.zero(clear, start)
            clear = max(clear, end)
        file.zero(clear, box.end)
    if ahead:
        raise RecordingRefused


class _File:
    """Reads and blanks boxes."""

    def __init__(self, data: mmap) -> None:
        self.data = data

    def inside(self, box: _Box, *, skip: int = 0, kept: frozenset[bytes] | None = None) -> list[_Box]:
        """The boxes inside that stay; the others are blanked. `skip` bytes come ahead of them."""
        allowed = _KEPT[box.kind] if kept is None else kept
        found = []
        for each in self._boxes(box.body + skip, box.end):
            if each.kind in _IN_PIECES:
                raise RecordingRefused(_PIECES)
            if each.kind in allowed:
                found.append(each)
            else:
                self._blank(each)
        return found

    def number(self, position: int, size: int) -> int:
        """An unsigned number of so many bytes."""
        return int.from_bytes(self.data[position : position + size], "big")

    def zero(self, start: int, end: int) -> None:
        """Nothing is left of these bytes."""
        for position in range(start, end, 1 << 20):
            stop = min(end, position + (1 << 20))
            self.data[position:stop] = bytes(stop - position)

    def table(self, box: _Box) -> Table:
        """A box with a table, as it is read; nothing is left of what lies behind the table."""
        table = Table(box.kind, self.data[box.body : box.end])
        self.zero(box.body + length_of(table), box.end)
        return table

    def wide(self, box: _Box) -> bool:
        """Whether its times are of 64 bits."""
        if box.end - box.body < 24:  # noqa: PLR2004 - the shortest of those that are asked
            raise RecordingRefused
        return self.data[box.body] == 1

    def forget_times(self, box: _Box) -> None:
        """Nothing is left of when it was made and changed."""
        self.zero(box.body + 4, box.body + (20 if self.wide(box) else 12))

    def _boxes(self, position: int, end: int) -> Iterator[_Box]:
        for _ in range(MAX_BOXES):
            if position == end:
                return
            size, head = self.number(position, 4), 8
            if size == 1:
                size, head = self.number(position + 8, 8), 16
            elif size == 0:
                size = end - position
            if size < head or position + size > end:
                raise RecordingRefused
            kind = self.data[position + 4 : position + 8]
            yield _Box(kind, position, position + head, position + size)
            position += size
        raise RecordingRefused

    def _blank(self, box: _Box) -> None:
        self.data[box.start + 4 : box.start + 8] = b"free"
        self.zero(box.body, box.end)


def _one(boxes: list[_Box], *kinds: bytes) -> _Box:
    found = [box for box in boxes if box.kind in kinds]
    if len(found) != 1:
        raise RecordingRefused
    return found[0]


def _track(file: _File, box: _Box) -> _Track:
    inner = file.inside(box)
    head, media = _one(inner, b"tkhd"), file.inside(_one(inner, b"mdia"))
    times, handler = _one(media, b"mdhd"), _one(media, b"hdlr")
    kind = file.data[handler.body + 8 : handler.body + 12]
    if kind not in _CODECS:
        raise RecordingRefused(_STRANGE)
    # Its name, and whose it is.
    file.zero(handler.body + 12, handler.end)
    file.forget_times(head)
    file.forget_times(times)
    around = file.inside(_one(media, b"minf"))
    _refuse_elsewhere(file, around)
    boxes = file.inside(_one(around, b"stbl"))
    tables = {each.kind: file.table(each) for each in boxes}
    described = _described(file, _one(boxes, b"stsd"), kind)
    scale = file.number(times.body + (20 if file.wide(times) else 12), 4)
    if not scale:
        raise RecordingRefused
    duration = round(_lasts(tables[_one(boxes, b"stts").kind]) * 1000 / scale)
    facts = _sized(file, head, described, duration) if kind == b"vide" else Facts(duration, None, None)
    parts = (_one(boxes, *kinds).kind for kinds in ((b"stsz", b"stz2"), (b"stsc",), (b"stco", b"co64")))
    return _Track(kind, facts, [each for each in chunks(*(tables[part] for part in parts)) if each[0] < each[1]])


def _refuse_elsewhere(file: _File, boxes: list[_Box]) -> None:
    """Refuse a track whose bytes lie in another file or at an address."""
    for box in boxes:
        if box.kind == b"dinf":
            table = _one(file.inside(box, kept=frozenset({b"dref"})), b"dref")
            for entry in file.inside(table, skip=8, kept=frozenset({b"url ", b"urn "})):
                if entry.kind != b"url " or not file.number(entry.body, 4) & 1:
                    raise RecordingRefused(_STRANGE)


def _described(file: _File, table: _Box, kind: bytes) -> _Box:
    """The one description of the track's stream, if it is one that phones play."""
    entries = file.inside(table, skip=8, kept=frozenset(_CODECS[kind]))
    if len(entries) != 1:
        raise UnsupportedMediaType(_WRONG_CODEC[kind])
    skip, kept = _DESCRIBED[kind]
    if entries[0].end - entries[0].body < skip:
        raise RecordingRefused
    inner = file.inside(entries[0], skip=skip, kept=frozenset(kept))
    if kind == b"vide":
        file.zero(entries[0].body + _COMPRESSOR.start, entries[0].body + _COMPRESSOR.stop)
    elif _object_type(file, _one(inner, b"esds")) not in _AAC:
        raise UnsupportedMediaType(_WRONG_CODEC[kind])
    return entries[0]


def _object_type(file: _File, box: _Box) -> int:
    """What the sound's descriptor says that it is; 0 where it is not built as usual."""
    body = file.data[box.body + 4 : min(box.end, box.body + 64)]
    position = _behind_length(body, 0, tag=3)
    if position < 0 or position + 3 > len(body) or body[position + 2] & 0xE0:
        return 0
    position = _behind_length(body, position + 3, tag=4)
    return body[position] if 0 <= position < len(body) else 0


def _behind_length(body: bytes, position: int, *, tag: int) -> int:
    """Where a descriptor's content begins; -1 where there is none of this tag."""
    if position >= len(body) or body[position] != tag:
        return -1
    for place in range(position + 1, min(position + 5, len(body))):
        if not body[place] & 0x80:
            return place + 1
    return -1


def _lasts(table: Table) -> int:
    """The sum of all samples' durations, in the track's units."""
    return sum(number * each for number, each in struct.iter_unpack(">II", table.body[8 : length_of(table)]))


def _sized(file: _File, head: _Box, described: _Box, duration_ms: int) -> Facts:
    """The size as it is shown: a phone that was held upright says so by turning the picture."""
    width, height = file.number(described.body + 24, 2), file.number(described.body + 26, 2)
    matrix = head.body + (52 if file.wide(head) else 40)
    if not (min(width, height) >= MIN_SIDE and max(width, height) <= MAX_SIDE) or matrix + 20 > head.end:
        raise RecordingRefused(f"画面每边须为 {MIN_SIDE} 到 {MAX_SIDE} 像素")
    turned = file.number(matrix, 4) == 0 and file.number(matrix + 16, 4) == 0
    return Facts(duration_ms, *((height, width) if turned else (width, height)))
