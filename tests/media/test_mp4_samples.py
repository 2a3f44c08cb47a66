"""What lies beside the pictures and the sound in an MP4 file's own bytes, and the tables that tell."""

import struct
from typing import Any

import pytest

from media import rules
from media.errors import RecordingRefused
from media.mp4_samples import MAX_ENTRIES, Table, chunks, length_of
from tests.media import sounds
from tests.media.test_recordings import box, clean

SECRET = b"+30.6512+104.0712/ SECRET"


def enlarged(data: bytes, kind: bytes, behind: bytes) -> bytes:
    """The file with more bytes in its first box of a kind."""
    at = data.index(kind) - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    changed = bytearray(data[:end] + behind + data[end:])
    for around in (at, *(data.index(each) - 4 for each in AROUND[kind])):
        size = int.from_bytes(data[around : around + 4], "big") + len(behind)
        changed[around : around + 4] = size.to_bytes(4, "big")
    return bytes(changed)


TABLES = (b"stts", b"stsz", b"stsc", b"stco", b"stss", b"ctts")
#: The boxes around a box; the first of its kind is that of the pictures.
AROUND: dict[bytes, list[bytes]] = {
    b"mdat": [],
    **{kind: [b"moov", b"trak", b"mdia", b"minf", b"stbl"] for kind in TABLES},
}


def test_what_no_table_names_is_blank_among_the_samples() -> None:
    data = enlarged(sounds.MP4, b"mdat", SECRET * 3)
    whole, *facts = clean(sounds.MP4, rules.MP4)
    found, *rest = clean(data, rules.MP4)
    assert (len(found), rest) == (len(data), facts)
    assert SECRET not in found
    end = data.index(SECRET)
    assert found[48:end] == whole[48:end] == sounds.MP4[48:end], "pictures and sound stay"
    assert found[end : end + 3 * len(SECRET)] == bytes(3 * len(SECRET))


def test_more_boxes_of_samples_that_no_table_names_are_blank() -> None:
    found, *_ = clean(sounds.MP4 + box(b"mdat", SECRET * 3) + box(b"mdat", SECRET), rules.MP4)
    assert SECRET not in found
    assert b"SECRET" not in found


def test_what_a_track_that_is_gone_referred_to_is_blank() -> None:
    """A box that is not kept had a track in it; its samples lay among those of the others."""
    data = sounds.M4A
    lies = int.from_bytes(data[(at := data.index(b"stco") + 12) : at + 4], "big")
    gap = box(b"mdat", SECRET)
    moved = data[:28] + gap + data[28:]
    moved = moved.replace(struct.pack(">II", 1, lies), struct.pack(">II", 1, lies + len(gap)))
    found, *facts = clean(moved + box(b"skip", box(b"trak", SECRET)), rules.M4A)
    assert facts == [1064, None, None]
    assert SECRET not in found
    assert found[lies + len(gap) :][:500] == data[lies:][:500]


@pytest.mark.parametrize("kind", TABLES, ids=bytes.decode)
def test_what_lies_behind_a_table_is_blank(kind: bytes) -> None:
    data = enlarged(sounds.MP4, kind, SECRET)
    found, *facts = clean(data, rules.MP4)
    assert facts == [1064, 64, 36]
    assert len(found) == len(data)
    assert SECRET not in found


@pytest.mark.parametrize("place", [0, 39, 2580 - 11, 4000, 1 << 31], ids=str)
def test_samples_lie_among_the_samples(place: int) -> None:
    """Neither the head of the file nor its boxes pass for pictures."""
    at = sounds.MP4.index(b"stco") + 12 + 4 * 3
    data = sounds.MP4[:at] + struct.pack(">I", place) + sounds.MP4[at + 4 :]
    with pytest.raises(RecordingRefused):
        clean(data, rules.MP4)


def test_no_samples_without_their_box() -> None:
    with pytest.raises(RecordingRefused):
        clean(sounds.MP4.replace(b"mdat", b"skip"), rules.MP4)


# The tables.


def table(kind: bytes, *numbers: int, form: str = "I") -> Table:
    """A table of these numbers; its length is told as the number of entries."""
    each = {b"stsc": 3}.get(kind, 1)
    return Table(kind, struct.pack(f">II{len(numbers)}{form}", 0, len(numbers) // each, *numbers))


def sizes(*numbers: int) -> Table:
    return Table(b"stsz", struct.pack(f">III{len(numbers)}I", 0, 0, len(numbers), *numbers))


RUNS = table(b"stsc", 1, 2, 1, 3, 1, 1)
PLACES = table(b"stco", 100, 200, 300)
EXPECTED = [(100, 103), (200, 207), (300, 305)]


@pytest.mark.parametrize(
    "samples",
    [
        sizes(1, 2, 3, 4, 5),
        Table(b"stz2", struct.pack(">III", 0, 16, 5) + struct.pack(">5H", 1, 2, 3, 4, 5)),
        Table(b"stz2", struct.pack(">III", 0, 8, 5) + bytes([1, 2, 3, 4, 5])),
        Table(b"stz2", struct.pack(">III", 0, 4, 5) + bytes([0x12, 0x34, 0x5F])),
    ],
    ids=["32", "16", "8", "4"],
)
@pytest.mark.parametrize("places", [PLACES, table(b"co64", 100, 200, 300, form="Q")], ids=["stco", "co64"])
def test_where_chunks_lie(samples: Table, places: Table) -> None:
    assert list(chunks(samples, RUNS, places)) == EXPECTED
    assert [length_of(each) for each in (samples, RUNS, places)] == [len(each.body) for each in (samples, RUNS, places)]


def test_samples_of_one_size_need_no_table() -> None:
    samples = Table(b"stsz", struct.pack(">III", 0, 10, 5))
    assert list(chunks(samples, RUNS, PLACES)) == [(100, 120), (200, 220), (300, 310)]


@pytest.mark.parametrize(
    "tables",
    [
        (sizes(1, 2, 3, 4, 5, 6), RUNS, PLACES),
        (sizes(1, 2, 3, 4, 5), table(b"stsc"), PLACES),
        (sizes(1, 2, 3, 4, 5), table(b"stsc", 2, 2, 1), PLACES),
        (sizes(1), RUNS, table(b"stco")),
        (Table(b"stsz", b""), RUNS, PLACES),
        (Table(b"stsz", struct.pack(">III", 0, 0, 5)), RUNS, PLACES),
        (Table(b"stz2", struct.pack(">III", 0, 5, 1) + b"\0"), RUNS, PLACES),
        (sizes(1, 2, 3, 4, 5), Table(b"stsc", RUNS.body[:-1]), PLACES),
        (sizes(1, 2, 3, 4, 5), RUNS, Table(b"co64", PLACES.body)),
    ],
    ids=[
        "more samples than places",
        "no runs",
        "no first run",
        "no places",
        "nothing",
        "sizes that are not there",
        "five bits",
        "half a run",
        "half the places",
    ],
)
def test_tables_that_contradict_each_other(tables: tuple[Table, Table, Table]) -> None:
    with pytest.raises(RecordingRefused):
        list(chunks(*tables))


@pytest.mark.parametrize(
    "kind", [b"stts", b"stsc", b"stco", b"co64", b"stss", b"ctts", b"stsz", b"stz2"], ids=bytes.decode
)
def test_no_table_is_read_without_end(kind: bytes) -> None:
    def told(entries: int) -> Any:
        numbers = (0, 0x10, entries) if kind in (b"stsz", b"stz2") else (0, entries)
        numbers = (0, 0, entries) if kind == b"stsz" else numbers
        return Table(kind, struct.pack(f">{len(numbers)}I", *numbers) + bytes(12 * entries))

    assert length_of(told(MAX_ENTRIES)) > MAX_ENTRIES
    with pytest.raises(RecordingRefused):
        length_of(told(MAX_ENTRIES + 1))
