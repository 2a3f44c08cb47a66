"""Damaged files by the hundred: each is refused or becomes a clean picture, and never as another type."""

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from media import rules
from media.errors import PictureRefused, UnsupportedMediaType
from media.pictures import CleanPicture, clean_picture
from tests.media import samples

# Pillow warns of damaged metadata. Made errors, as the suite does, its warnings would refuse what production takes.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

SEED = 20_260_701


def _flip_some(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 3, 10, 100])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _flip_in_the_head(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 2, 5])):
        data[chance.randrange(min(len(data), 700))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _cut_out(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice([1, 2, 16, 500])]


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = chance.randbytes(chance.choice([1, 2, 16, 500]))


def _blank(data: bytearray, chance: random.Random) -> None:
    start, length = chance.randrange(len(data)), chance.choice([4, 64, 1000])
    data[start : start + length] = bytes([chance.choice([0, 255])]) * len(data[start : start + length])


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.choice([8, 100, 3000])]


def _lengths(data: bytearray, chance: random.Random) -> None:
    """Numbers in headers made extreme."""
    start = chance.randrange(min(len(data) - 4, 700))
    data[start : start + 4] = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1"])


DAMAGES: list[Callable[[bytearray, random.Random], None]] = [
    _flip_some,
    _flip_in_the_head,
    _cut,
    _cut_out,
    _insert,
    _blank,
    _double,
    _lengths,
]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EXTRAS = {"exif": samples.exif(6), "icc_profile": PROFILE}
WHOLE = {
    "jpeg": (samples.jpeg(200, 150, **EXTRAS), rules.JPEG),
    "progressive": (samples.jpeg(200, 150, progressive=True, **EXTRAS), rules.JPEG),
    "png": (samples.png(200, 150, **EXTRAS), rules.PNG),
    "palette": (samples.encode(samples.scene(200, 150).quantize(32), "PNG", transparency=3), rules.PNG),
    "webp": (samples.webp(200, 150, **EXTRAS), rules.WEBP),
    "lossless": (samples.webp(200, 150, lossless=True), rules.WEBP),
}


def outcome(data: bytes, content_type: str) -> CleanPicture | None:
    """The clean picture, or None where it was refused; anything else fails the test."""
    try:
        return clean_picture(data, content_type)
    except (PictureRefused, UnsupportedMediaType):
        return None


@pytest.mark.parametrize("name", WHOLE)
def test_damaged_files(name: str) -> None:
    whole, content_type = WHOLE[name]
    assert outcome(whole, content_type) is not None
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - the same damage on every run
    outcomes = set()
    for n in range(120):
        data = bytearray(whole)
        DAMAGES[n % len(DAMAGES)](data, chance)
        picture = outcome(bytes(data), content_type)
        outcomes.add(picture is None)
        if picture is not None:
            assert samples.chunks_of(picture.data) == [b"VP8 "], (n, "metadata survived")
            image = Image.open(BytesIO(picture.data))
            image.load()
            assert max(image.size) <= 1280
        for other in {rules.JPEG, rules.PNG, rules.WEBP} - {content_type}:
            assert outcome(bytes(data), other) is None, (n, "passed as another type")
    # Some damage is seen; some of it hits only colours or metadata.
    assert outcomes == {True, False}


def test_noise_behind_every_signature() -> None:
    chance = random.Random(SEED)  # noqa: S311 - as above
    for magic, content_type in [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\0", rules.JPEG),
        (b"\xff\xd8\xff\xda", rules.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", rules.PNG),
        (b"RIFF\x00\x08\0\0WEBPVP8X\x0a\0\0\0", rules.WEBP),
        (b"RIFF\x00\x08\0\0WEBPVP8L", rules.WEBP),
    ]:
        for _ in range(40):
            assert outcome(magic + chance.randbytes(2000), content_type) is None
