"""What comes out of the picture pipeline, and what never does."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageOps

from media import pictures, rules
from media.errors import PictureRefused, UnsupportedMediaType
from media.pictures import CleanPicture, clean_picture
from tests.media import samples


def opened(picture: CleanPicture) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    image.load()
    assert image.format == "WEBP"
    assert image.mode == "RGB"
    assert image.size == (picture.width, picture.height)
    return image


def close(pixel: object, wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(samples.jpeg(), rules.JPEG), (samples.png(), rules.PNG), (samples.webp(), rules.WEBP)],
)
def test_each_type_becomes_webp(data: bytes, content_type: str) -> None:
    picture = clean_picture(data, content_type)
    image = opened(picture)
    assert image.size == (320, 200)
    assert samples.corners(image) == [0, 1, 2, 3]
    assert samples.chunks_of(picture.data) == [b"VP8 "]


@pytest.mark.parametrize("size", [(4000, 3000), (1281, 10_000), (1500, 40), (1280, 1280), (6000, 20)])
def test_the_longer_side_is_at_most_1280(size: tuple[int, int]) -> None:
    picture = clean_picture(samples.jpeg(*size), rules.JPEG)
    assert (picture.width, picture.height) == rules.fit(*size, 1280)
    assert max(opened(picture).size) <= 1280


def test_a_small_picture_is_not_blown_up() -> None:
    picture = clean_picture(samples.png(17, 16), rules.PNG)
    assert (picture.width, picture.height) == (17, 16)


def secrets(data: bytes) -> set[str]:
    """What of the metadata stands in the bytes."""
    marks = {
        "exif": [b"Exif", b"EXIF"],
        "xmp": [b"XMP", b"xmp", b"xap/1.0"],
        "icc": [b"ICC", b"acsp"],
        "gps": [*samples.gps_marks(), b"GPS"],
        "camera": [samples.CAMERA.encode()],
        "comment": [samples.COMMENT],
        "thumbnail": [b"thumbnail:", b"JFIF"],
    }
    return {name for name, patterns in marks.items() if any(pattern in data for pattern in patterns)}


def test_no_metadata_survives() -> None:
    """Byte by byte: what the phone wrote beside the picture is in the upload and not in the rendition."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extras = {"exif": samples.exif(), "xmp": samples.XMP, "icc_profile": profile}
    uploads = {
        rules.JPEG: samples.jpeg(**extras, comment=samples.COMMENT),
        rules.PNG: samples.png(**extras),
        rules.WEBP: samples.webp(**extras),
    }
    assert secrets(uploads[rules.JPEG]) == {"exif", "xmp", "icc", "gps", "camera", "comment", "thumbnail"}
    for content_type, data in uploads.items():
        # In a PNG the profile is compressed, in a WebP there is no comment: what each has, it loses.
        assert secrets(data) >= {"gps", "camera", "thumbnail"}
        picture = clean_picture(data, content_type)
        assert secrets(picture.data) == set()
        assert samples.chunks_of(picture.data) == [b"VP8 "]
        image = opened(picture)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & image.info.keys()


def test_what_is_appended_does_not_survive() -> None:
    data = samples.jpeg() + b"<script>alert(1)</script>" + bytes(5000)
    assert b"<script>" not in clean_picture(data, rules.JPEG).data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_orientation_is_applied(orientation: int, kind: str) -> None:
    data = samples.encode(samples.scene(), kind, exif=samples.exif(orientation))
    wanted = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    picture = clean_picture(data, f"image/{kind.lower()}")
    image = opened(picture)
    assert image.size == wanted.size
    assert samples.corners(image) == samples.corners(wanted)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow warns of it; made an error, it would refuse
def test_damaged_metadata_does_not_spoil_a_picture() -> None:
    data = samples.jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(20))
    assert samples.corners(opened(clean_picture(data, rules.JPEG))) == [0, 1, 2, 3]


def swapped_profile() -> bytes:
    """sRGB with the primaries of red and blue exchanged, so that obeying it is visible."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile.count(b"rXYZ") == profile.count(b"bXYZ") == 1
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_brought_to_srgb(kind: str) -> None:
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    content_type = f"image/{kind.lower()}"
    plain = clean_picture(samples.encode(red, kind), content_type)
    obeyed = clean_picture(samples.encode(red, kind, icc_profile=swapped_profile()), content_type)
    assert close(opened(plain).getpixel((30, 30)), (255, 0, 0))
    assert close(opened(obeyed).getpixel((30, 30)), (0, 0, 255))


@pytest.mark.parametrize("profile", [b"no profile at all", swapped_profile()[:300], b"\0" * 200])
def test_a_useless_profile_is_as_good_as_none(profile: bytes) -> None:
    red = samples.encode(Image.new("RGB", (64, 64), (255, 0, 0)), "PNG", icc_profile=profile)
    assert close(opened(clean_picture(red, rules.PNG)).getpixel((30, 30)), (255, 0, 0))


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("RGBA", (40, 40), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 128)), (127, 127, 127)),
        (Image.new("LA", (40, 40), (0, 0)), (255, 255, 255)),
        (Image.new("L", (40, 40), 90), (90, 90, 90)),
        (Image.new("1", (40, 40), 1), (255, 255, 255)),
        (Image.new("I;16", (40, 40), 0x8080), (128, 128, 128)),
        (Image.new("RGB", (40, 40), (0, 0, 255)).quantize(4), (0, 0, 255)),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else "",
)
def test_every_kind_of_png(image: Image.Image, wanted: tuple[int, int, int]) -> None:
    picture = clean_picture(samples.encode(image, "PNG"), rules.PNG)
    assert close(opened(picture).getpixel((20, 20)), wanted, 3)


def test_transparent_colours_of_a_palette() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([200, 0, 0, 0, 200, 0])
    for transparency in (0, b"\0\xff"):
        data = samples.encode(image, "PNG", transparency=transparency)
        assert close(opened(clean_picture(data, rules.PNG)).getpixel((20, 20)), (255, 255, 255), 3)


def test_jpegs_of_other_colours() -> None:
    cyan = samples.encode(Image.new("CMYK", (64, 64), (255, 0, 0, 0)), "JPEG")
    assert close(opened(clean_picture(cyan, rules.JPEG)).getpixel((9, 9)), (0, 255, 255))
    grey = samples.encode(Image.new("L", (64, 64), 77), "JPEG")
    assert close(opened(clean_picture(grey, rules.JPEG)).getpixel((9, 9)), (77, 77, 77), 3)


def test_a_phones_jpeg_with_a_second_picture_is_a_picture() -> None:
    """Depth maps and the like come as an MPO file; the first picture is the one that was taken."""
    data = samples.encode(samples.scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (320, 200))])
    assert Image.open(BytesIO(data)).n_frames == 2
    assert samples.corners(opened(clean_picture(data, rules.JPEG))) == [0, 1, 2, 3]


# What is refused.


@pytest.mark.parametrize("declared", [rules.JPEG, rules.PNG, rules.WEBP])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(60),
        samples.encode(samples.scene(), "GIF"),
        samples.encode(samples.scene(), "BMP"),
        samples.encode(samples.scene(), "TIFF"),
    ],
    ids=["nothing", "svg", "xml", "html", "pdf", "zip", "gif", "bmp", "tiff"],
)
def test_other_types_are_refused(data: bytes, declared: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        clean_picture(data, declared)


def test_a_picture_of_another_type_than_declared_is_refused() -> None:
    files = {rules.JPEG: samples.jpeg(), rules.PNG: samples.png(), rules.WEBP: samples.webp()}
    for content_type, data in files.items():
        for declared in files.keys() - {content_type}:
            with pytest.raises(UnsupportedMediaType):
                clean_picture(data, declared)
    with pytest.raises(UnsupportedMediaType):
        clean_picture(files[rules.PNG], "image/svg+xml")


@pytest.mark.parametrize(
    ("magic", "content_type"),
    [(b"\xff\xd8\xff", rules.JPEG), (b"\x89PNG\r\n\x1a\n", rules.PNG), (b"RIFF\0\1\0\0WEBPVP8 ", rules.WEBP)],
)
def test_html_behind_the_right_first_bytes_is_refused(magic: bytes, content_type: str) -> None:
    with pytest.raises(PictureRefused):
        clean_picture(magic + b"<html><script>alert(1)</script></html>" * 20, content_type)


def test_a_picture_that_is_a_zip_too_is_refused() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.html", "<script>alert(1)</script>")
    for data, content_type in [(samples.jpeg(), rules.JPEG), (samples.png(), rules.PNG)]:
        with pytest.raises(PictureRefused, match="夹带"):
            clean_picture(data + archive.getvalue(), content_type)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(samples.jpeg(), rules.JPEG), (samples.png(), rules.PNG), (samples.webp(), rules.WEBP)],
)
@pytest.mark.parametrize("kept", [0.01, 0.3, 0.6, 0.9])
def test_truncated_files_are_refused(data: bytes, content_type: str, kept: float) -> None:
    with pytest.raises(PictureRefused):
        clean_picture(data[: int(len(data) * kept) + 12], content_type)


def test_moving_pictures_are_refused() -> None:
    frames = {"save_all": True, "append_images": [Image.new("RGB", (320, 200))], "duration": 100}
    for data, content_type in [(samples.png(**frames), rules.PNG), (samples.webp(**frames), rules.WEBP)]:
        with pytest.raises(PictureRefused, match="动图"):
            clean_picture(data, content_type)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (samples.png_claiming(50_000, 50_000), rules.PNG),
        (samples.png_claiming(2**31 - 1, 2**31 - 1), rules.PNG),
        (samples.png_claiming(6000, 4001), rules.PNG),
        (samples.webp_claiming(16_383, 16_383), rules.WEBP),
        (samples.webp_claiming(9000, 9000), rules.WEBP),
        (samples.jpeg_with_scans(200), rules.JPEG),
    ],
)
def test_bombs_are_refused_before_they_are_decoded(
    data: bytes, content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exploded(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(pictures, "_plain", exploded)
    with pytest.raises(PictureRefused):
        clean_picture(data, content_type)


def test_a_jpeg_over_50_million_pixels_is_refused() -> None:
    data = samples.encode(Image.new("L", (10_000, 5_001)), "JPEG", quality=1)
    with pytest.raises(PictureRefused, match="5000 万像素"):
        clean_picture(data, rules.JPEG)


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (400, 15)])
def test_tiny_pictures_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused, match="太小"):
        clean_picture(samples.encode(Image.new("RGB", size), "PNG"), rules.PNG)
