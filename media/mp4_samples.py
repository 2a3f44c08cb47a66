"""Where the bytes of a track lie in an MP4 file, by its tables. Source: ISO/IEC 14496-12, 8.7.3 to 8.7.5."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from media.errors import RecordingRefused

#: A table is read up to so many entries; two hours of sound, or of frames that each differ, have fewer.
MAX_ENTRIES = 500_000
_HEAD = 8
_FORMS = {b"stsc": ">III", b"stco": ">I", b"co64": ">Q", b"stts": ">II", b"ctts": ">II", b"stss": ">I"}
#: Bits of one size, by the box's field; see `_sizes`.
_NARROW = (4, 8, 16)


class Table(NamedTuple):
    """A box with a table: its kind and its body."""

    kind: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many samples there are, and how many bytes lie in those ahead of a sample."""

    count: int
    ahead: Callable[[int], int]


def length_of(table: Table) -> int:
    """How much of the body is the table; what lies behind it says nothing. All of it for boxes of other kinds.

    Raises RecordingRefused where the table does not fit, or has too many entries.
    """
    kind, body = table
    if kind in _FORMS:
        end = _HEAD + _count(body, 4) * struct.calcsize(_FORMS[kind])
    elif kind == b"stsz":
        end = 12 + (0 if _number(body, 4, 4) else 4 * _count(body, 8))
    elif kind == b"stz2":
        end = 12 + (_number(body, 7, 1) * _count(body, 8) + 7) // 8
    else:
        return len(body)
    if end > len(body):
        raise RecordingRefused
    return end


def chunks(sizes: Table, runs: Table, places: Table) -> Iterator[tuple[int, int]]:
    """First byte of each chunk of samples in the file, and the one behind its last, in the order of the table.

    `sizes` is stsz or stz2, `runs` is stsc, `places` is stco or co64. Raises RecordingRefused where they contradict
    each other.
    """
    samples, told = _sizes(sizes), _entries(runs)
    if [first for first, *_ in told[:1]] != [1]:
        raise RecordingRefused
    told.reverse()
    done = each = 0
    for number, (place,) in enumerate(_entries(places), start=1):
        if told and told[-1][0] == number:
            each = told.pop()[1]
        upto = min(done + each, samples.count)
        yield place, place + samples.ahead(upto) - samples.ahead(done)
        done = upto
    if done < samples.count:
        raise RecordingRefused


def _entries(table: Table) -> list[tuple[int, ...]]:
    return list(struct.iter_unpack(_FORMS[table.kind], table.body[_HEAD : length_of(table)]))


def _sizes(table: Table) -> _Sizes:
    body = table.body[: length_of(table)]
    count = _number(body, 8, 4)
    if table.kind == b"stsz":
        each = _number(body, 4, 4)
        if each:
            return _Sizes(count, lambda sample: sample * each)
        values = [size for (size,) in struct.iter_unpack(">I", body[12:])]
    else:
        values = _narrow(body, _number(body, 7, 1))[:count]
    sums = [0, *accumulate(values)]
    return _Sizes(count, sums.__getitem__)


def _narrow(body: bytes, bits: int) -> list[int]:
    if bits not in _NARROW:
        raise RecordingRefused
    if bits == _NARROW[0]:
        return [size for byte in body[12:] for size in (byte >> 4, byte & 15)]
    return [size for (size,) in struct.iter_unpack(">B" if bits == _NARROW[1] else ">H", body[12:])]


def _count(body: bytes, position: int) -> int:
    count = _number(body, position, 4)
    if count > MAX_ENTRIES:
        raise RecordingRefused
    return count


def _number(body: bytes, position: int, size: int) -> int:
    if len(body) < position + size:
        raise RecordingRefused
    return int.from_bytes(body[position : position + size], "big")
