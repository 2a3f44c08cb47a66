"""Recordings and videos made clean: what remains, how long it lasts, and what is refused."""

import random
import struct
from collections.abc import Callable
from io import BytesIO

import pytest

from backend.errors import Refusal
from media import ogg, rules
from media.errors import RecordingRefused, UnsupportedMediaType
from media.recordings import clean_recording
from tests.media import sounds

HOURS = 7200
SEED = 20_261_124


def clean(data: bytes, content_type: str, max_seconds: int = HOURS) -> tuple[bytes, int, int | None, int | None]:
    """The clean bytes, how long they last in milliseconds, and a video's size."""
    with clean_recording(BytesIO(data), content_type, max_seconds=max_seconds) as found:
        assert found.content_type == content_type
        return found.file.read(), found.duration_ms, found.width, found.height


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def boxes(data: bytes) -> list[bytes]:
    """The kinds of the boxes at the top."""
    found, position = [], 0
    while position < len(data):
        size, kind = struct.unpack(">I4s", data[position : position + 8])
        found.append(kind)
        position += size
    return found


WHOLE = {
    "mp3": (sounds.MP3, rules.MP3, (1080, None, None)),
    "m4a": (sounds.M4A, rules.M4A, (1064, None, None)),
    "ogg": (sounds.OGG, rules.OPUS, (1014, None, None)),
    "mp4": (sounds.MP4, rules.MP4, (1064, 64, 36)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_but_sound_and_pictures_remains(name: str) -> None:
    data, content_type, facts = WHOLE[name]
    assert any(mark in data for mark in sounds.MARKS), "the sample gives its maker away"
    found, *rest = clean(data, content_type)
    assert tuple(rest) == facts
    assert not [mark for mark in (*sounds.MARKS, b"Secret", b"104.07", b"Lavf") if mark in found]
    assert rules.sniff(found) == rules.sniff(data)
    again, *rest = clean(found, content_type)
    assert (again, tuple(rest)) == (found, facts), "what is clean stays as it is"


def test_an_mp3_is_its_frames() -> None:
    """Tags ahead (two of them), behind, and rubbish between."""
    frames, duration, *_ = clean(sounds.MP3, rules.MP3)
    assert frames[:1] == b"\xff"
    middle = len(frames) // 2
    position = frames.index(frames[:2], middle)
    tag = b"ID3\x04\0\0\0\0\0\x05" + b"\xff\xfb\x90\x00\xff"
    dirty = tag * 2 + frames[:position] + b"SecretName-77" + frames[position:] + b"TAG" + b"SecretName-77".ljust(125)
    assert clean(dirty, rules.MP3)[:2] == (frames, duration)


def test_a_frame_that_tells_the_length_is_not_counted() -> None:
    frames = sounds.MP3[sounds.MP3.index(b"\xff\xf3") :]
    told = frames.index(b"Info")
    assert told < 48
    untold = frames[:told] + b"\0\0\0\0" + frames[told + 4 :]
    assert clean(untold, rules.MP3)[1] - clean(frames, rules.MP3)[1] == pytest.approx(36, abs=1)


@pytest.mark.parametrize(
    "data",
    [
        b"ID3",
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(100),
        b"\xff\xfb" + bytes(5000),
        b"\xff" * 5000,
        sounds.MP3[:400],
        b"ID3\x04\0\0\0\0\0\0" + bytes(len(sounds.MP3) * 2) + sounds.MP3,
    ],
    ids=["three bytes", "a tag without end", "zeros", "all bits", "too few frames", "mostly something else"],
)
def test_what_is_no_mp3(data: bytes) -> None:
    with pytest.raises(RecordingRefused):
        clean(data, rules.MP3)


# Ogg.


def page(body: bytes, *, flags: int = 0, serial: int = 7, number: int = 0) -> bytes:
    target = BytesIO()
    lacing = bytes([255] * (len(body) // 255) + [len(body) % 255])
    ogg._write(target, ogg._Page(flags, 0, serial, lacing, body), number)
    return target.getvalue()


HEAD = page(b"OpusHead\x01\x01\x38\x01\x80\x3e\0\0\0\0\0", flags=2)
#: Twenty milliseconds of silence at most: one frame of it, by its first byte.
SILENCE = page(b"\x08\0\0")


def test_comments_over_many_pages_are_one_empty_list() -> None:
    cover = b"OpusTags" + bytes(8) + b"SecretName-77" * 9000
    first, rest = cover[: 255 * 200], cover[255 * 200 :]
    target = BytesIO()
    ogg._write(target, ogg._Page(0, 0, 7, bytes([255] * 200), first), 1)
    data = HEAD + target.getvalue() + page(rest[: 255 * 200 + 5], flags=1) + SILENCE * 3
    found, duration, *_ = clean(data, rules.OPUS)
    assert (duration, len(found)) == (round((3 * 960 - 0x138) / 48), len(HEAD) + 28 + 16 + 3 * len(SILENCE))
    numbers = [number for number in range(len(found)) if found[number : number + 4] == b"OggS"]
    assert [found[at + 18] for at in numbers] == [0, 1, 2, 3, 4]


TAGS = page(b"OpusTags" + bytes(8))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (page(b"\x01vorbis" + bytes(23), flags=2) + TAGS + SILENCE, UnsupportedMediaType),
        (TAGS + SILENCE, UnsupportedMediaType),
        (b"OggS", RecordingRefused),
        (HEAD, RecordingRefused),
        (HEAD + TAGS, RecordingRefused),
        (HEAD + SILENCE * 3, RecordingRefused),
        (HEAD + TAGS + SILENCE * 3 + b"rubbish", RecordingRefused),
        (HEAD + TAGS + page(b"\x08\0\0", serial=8), RecordingRefused),
        (HEAD + TAGS + SILENCE * 3 + HEAD + TAGS + SILENCE * 3, RecordingRefused),
        (HEAD + TAGS + SILENCE[:-1] + b"\x01", RecordingRefused),
    ],
    ids=[
        "vorbis",
        "no head",
        "four bytes",
        "no comments",
        "no sound",
        "sound for comments",
        "rubbish behind",
        "another stream",
        "two streams",
        "a wrong checksum",
    ],
)
def test_what_is_no_opus(data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        clean(data, rules.OPUS)


# MP4.


def test_boxes_that_are_not_needed_are_blank_where_they_lie() -> None:
    xmp = box(b"uuid", b"SecretName-77" * 10)
    found, *_ = clean(sounds.MP4 + xmp + box(b"meta", sounds.MARKS[1]), rules.MP4)
    assert len(found) == len(sounds.MP4) + len(xmp) + 8 + len(sounds.MARKS[1])
    assert set(boxes(found)) == {b"ftyp", b"moov", b"mdat", b"free"}
    assert found[-len(sounds.MARKS[1]) :] == bytes(len(sounds.MARKS[1]))
    assert b"udta" not in found


def test_neither_times_nor_names_of_tracks_remain() -> None:
    data = bytearray(sounds.MP4)
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = data.index(kind) + 8
        data[at : at + 8] = b"\xe3\x21\x54\x76" * 2
    name = data.index(b"hdlr") + 28
    data[name : name + 5] = b"Xiao!"
    found, *_ = clean(bytes(data), rules.MP4)
    assert b"\xe3\x21\x54\x76" not in found
    assert b"Xiao!" not in found


def test_a_phone_held_upright() -> None:
    data = bytearray(sounds.MP4)
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    assert clean(bytes(data), rules.MP4)[2:] == (36, 64)


def altered(old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in sounds.MP4
    return sounds.MP4.replace(old, new, count)


@pytest.mark.parametrize(
    ("data", "content_type", "sentence"),
    [
        (sounds.MOV, rules.MP4, "MOV"),
        (sounds.IN_PIECES, rules.MP4, "分段"),
        (sounds.OLD_CODEC, rules.MP4, "H.264"),
        (altered(b"mp4a", b"ac-3"), rules.MP4, "AAC"),
        (sounds.M4A, rules.MP4, "画面"),
        (sounds.MP4, rules.M4A, "一条声音"),
        (altered(b"soun", b"text"), rules.MP4, "轨道"),
        (altered(b"url \0\0\0\1", b"url \0\0\0\0"), rules.MP4, "轨道"),
        (altered(b"\0\x40\0\x24", b"\x40\0\0\x24"), rules.MP4, "像素"),
        (sounds.MP4[:-1], rules.MP4, "损坏"),
        (sounds.MP4[: len(sounds.MP4) // 2], rules.MP4, "损坏"),
        (altered(b"moov", b"wide"), rules.MP4, "损坏"),
        (altered(b"stts", b"free", 1), rules.MP4, "损坏"),
        (sounds.MP4[:8] + b"isom", rules.MP4, "损坏"),
        (sounds.MP4 + b"\0\0\0\x08free" * 2000, rules.MP4, "损坏"),
        (sounds.MP4 + b"\0\0\0\x04free", rules.MP4, "损坏"),
        (b"", rules.MP4, "空的"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_is_no_mp4_for_a_phone(data: bytes, content_type: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean(data, content_type)
    assert sentence in refused.value.message


@pytest.mark.parametrize("name", WHOLE)
def test_longer_than_allowed(name: str) -> None:
    data, content_type, _ = WHOLE[name]
    with pytest.raises(RecordingRefused, match="时长不能超过"):
        clean(data, content_type, max_seconds=1)


# Damaged files by the hundred.


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 3, 10, 100])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def _extreme(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) - 4)
    data[start : start + 4] = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1"])


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.choice([8, 100, 3000])]


DAMAGES: list[Callable[[bytearray, random.Random], None]] = [_flip, _cut, _extreme, _double]


@pytest.mark.parametrize("name", WHOLE)
def test_damaged_files_are_refused_or_clean(name: str) -> None:
    whole, content_type, _ = WHOLE[name]
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - the same damage on every run
    refused = 0
    for number in range(400):
        data = bytearray(whole)
        DAMAGES[number % len(DAMAGES)](data, chance)
        try:
            found, duration, *_ = clean(bytes(data), content_type)
        except Refusal:
            refused += 1
        else:
            assert 0 < duration <= HOURS * 1000
            assert not [mark for mark in sounds.MARKS if mark in found]
    assert refused, "the damage is seen"
