"""What may be uploaded, told from names, sizes and first bytes."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import rules
from media.models import MediaFile
from tests.media import samples, sounds

SIDES = st.integers(1, 65_535)


@given(st.text() | st.from_regex(r"(uploads|public|private)/[0-9a-f./\\]*", fullmatch=True))
def test_no_key_leaves_its_folder(text: str) -> None:
    if rules.is_key(text):
        folder, name = text.split("/")
        assert folder in ("uploads", "public", "private")
        assert not {"..", "/", "\\", "\0", "\n"} & set(name)
        assert name.count(".") == 1
        assert name.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "uploads/../secret_key",
        f"uploads/{'a' * 32}.jpg\n",
        f"/uploads/{'a' * 32}.jpg",
        f"uploads/{'a' * 32}.svg",
        f"uploads/{'a' * 32}",
        f"uploads/{'٣' * 32}.jpg",
        f"other/{'a' * 32}.jpg",
        f"uploads/{'a' * 31}.jpg",
    ],
)
def test_what_is_no_key(text: str) -> None:
    assert not rules.is_key(text)


def test_a_key_says_its_type() -> None:
    for content_type, ending in rules.ENDINGS.items():
        key = f"uploads/{uuid.uuid4().hex}.{ending}"
        assert rules.is_key(key)
        assert rules.content_type_of(key) == content_type


def test_every_purpose_has_limits() -> None:
    assert set(rules.LIMITS) == set(MediaFile.Purpose)
    assert set.union(*(set(limits.content_types) for limits in rules.LIMITS.values())) == set(rules.ENDINGS)
    assert {purpose for purpose, limits in rules.LIMITS.items() if not limits.public} == {MediaFile.Purpose.MESSAGE}


def test_sniffing_real_files() -> None:
    assert rules.sniff(samples.jpeg()) == rules.JPEG
    assert rules.sniff(samples.png()) == rules.PNG
    assert rules.sniff(samples.webp()) == rules.WEBP


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><script>",
        b"RIFF\0\0\0\0WAVE",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b" \xff\xd8\xff\xe0",
    ],
)
def test_sniffing_others(data: bytes) -> None:
    assert rules.sniff(data) is None


@given(st.binary(max_size=64))
def test_sniffing_anything(data: bytes) -> None:
    assert rules.sniff(data) in (None, *rules.ENDINGS)


@given(SIDES, SIDES, st.integers(1, 5000))
def test_fitting(width: int, height: int, longest: int) -> None:
    new_width, new_height = rules.fit(width, height, longest)
    assert 1 <= new_width <= width
    assert 1 <= new_height <= height
    assert max(new_width, new_height) == min(longest, max(width, height))
    # Each side is the exact one rounded, so the proportions are kept to half a pixel.
    scale = min(1, longest / max(width, height))
    assert abs(new_width - max(1, width * scale)) <= 0.5
    assert abs(new_height - max(1, height * scale)) <= 0.5


def test_real_jpegs_are_sane() -> None:
    for options in ({}, {"progressive": True}, {"restart_marker_blocks": 1}, {"exif": samples.exif()}):
        assert rules.is_sane_jpeg(samples.jpeg(**options))


def test_too_many_scans_or_segments() -> None:
    assert rules.is_sane_jpeg(samples.jpeg_with_scans(20))
    assert not rules.is_sane_jpeg(samples.jpeg_with_scans(200))
    data = samples.jpeg()
    assert not rules.is_sane_jpeg(data[:2] + b"\xff\xfe\x00\x02" * 3000 + data[2:])


def test_what_follows_the_end_does_not_count() -> None:
    """Phones append films to their pictures, in which any bytes occur."""
    assert rules.is_sane_jpeg(samples.jpeg() + b"\x00\x00" + b"\xff\xda\x00\x02" * 5000)


@given(st.binary(max_size=4000))
def test_sanity_of_anything_is_decided(data: bytes) -> None:
    assert rules.is_sane_jpeg(data) in (True, False)


def test_sniffing_recordings_and_videos() -> None:
    assert rules.sniff(sounds.MP3) == rules.sniff(sounds.MP3[sounds.MP3.index(b"\xff\xf3") :]) == rules.MP3
    assert rules.sniff(sounds.OGG) == rules.OPUS
    assert rules.sniff(sounds.M4A) == rules.sniff(sounds.MP4) == rules.MP4


def test_an_mp4_is_what_the_purpose_takes() -> None:
    found = {purpose: rules.type_for(purpose, sounds.MP4) for purpose in MediaFile.Purpose}
    assert found == {
        MediaFile.Purpose.RECORDING: rules.M4A,
        MediaFile.Purpose.VIDEO: rules.MP4,
        **dict.fromkeys((MediaFile.Purpose.COVER, MediaFile.Purpose.MESSAGE, MediaFile.Purpose.PICTURE)),
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("村口.jpg", "村口.jpg"),
        ("/home/li/../村口.jpg", "村口.jpg"),
        ("C:\\Users\\li\\村口.jpg", "村口.jpg"),
        (" a\tb\n\0c\u202egpj.exe ", "abcgpj.exe"),
        ("a   b", "a b"),
        ("长" * 200 + ".mp3", "长" * 116 + ".mp3"),
        ("../", ""),
        ("", ""),
    ],
    ids=ascii,
)
def test_names_of_files(text: str, name: str) -> None:
    assert rules.name_of(text) == name


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(1, "0:00"), (999, "0:01"), (65_000, "1:05"), (3_599_600, "1:00:00"), (3_723_000, "1:02:03")],
)
def test_durations_as_people_read_them(milliseconds: int, text: str) -> None:
    assert rules.clock(milliseconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(1, "1 KB"), (348_160, "340 KB"), (1 << 20, "1.0 MB"), (31_457_280, "30.0 MB")]
)
def test_sizes_as_people_read_them(size: int, text: str) -> None:
    assert rules.weight(size) == text
