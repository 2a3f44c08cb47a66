"""Makes a clean picture of hostile bytes, or says why not."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from media import rules
from media.errors import PictureRefused, UnsupportedMediaType

#: A JPEG is decoded at a fraction of its size. The others are decoded whole, at 5 to 20 bytes a pixel, so that a few
#: bytes could ask for a gigabyte.
MAX_PIXELS = {rules.JPEG: 50_000_000, rules.PNG: 24_000_000, rules.WEBP: 24_000_000}
MIN_SIDE = 16
LONGEST_SIDE = 1280
QUALITY = 78
#: libwebp's effort: 6 % fewer bytes than 2 for twice its time, which only the worker spends.
METHOD = 4
MAX_PROFILE_BYTES = 3 * rules.MEBIBYTE

# The classes themselves, not Image.open: that one warns instead of refusing up to twice its own limit, and
# makes several pictures of a JPEG to which a phone has appended a depth map.
_READERS: dict[str, type[ImageFile.ImageFile]] = {
    rules.JPEG: JpegImageFile,
    rules.PNG: PngImageFile,
    rules.WEBP: WebPImageFile,
}
_ORIENTATION_TAG = 0x0112
#: What undoes each value of EXIF's Orientation (source: CIPA DC-008, 4.6.4).
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A WebP file without any metadata, and its size in pixels."""

    data: bytes
    width: int
    height: int
    content_type: str = rules.WEBP


def clean_picture(data: bytes, content_type: str) -> CleanPicture:
    """Decode `data`, turn it upright, bring it to sRGB and at most 1280 pixels a side, and encode it anew.

    Nothing of the input but its colours reaches the result. Raises UnsupportedMediaType where the content is
    not of `content_type`, PictureRefused where it is damaged, animated, too large to decode or not only a
    picture.
    """
    if content_type not in _READERS or rules.sniff(data) != content_type:
        raise UnsupportedMediaType("文件内容与声明的图片类型不符，只支持 JPEG、PNG、WebP 图片")
    if zipfile.is_zipfile(BytesIO(data)):
        raise PictureRefused("图片中夹带了其他文件")
    if content_type == rules.JPEG and not rules.is_sane_jpeg(data):
        raise PictureRefused("图片结构异常，请重新保存后再上传")
    try:
        return _encoded(_plain(_opened(data, content_type)))
    except (PictureRefused, MemoryError):
        raise
    except Exception as error:
        raise PictureRefused from error


def _opened(data: bytes, content_type: str) -> ImageFile.ImageFile:
    """The picture with only its header read."""
    image = _READERS[content_type](BytesIO(data))
    if image.width * image.height > MAX_PIXELS[content_type]:
        raise PictureRefused(f"图片超过 {MAX_PIXELS[content_type] // 10_000} 万像素，请缩小后再上传")
    if min(image.size) < MIN_SIDE:
        raise PictureRefused(f"图片太小，每边至少 {MIN_SIDE} 像素")
    if getattr(image, "is_animated", False):
        raise PictureRefused("不支持动图，请上传静态图片")
    return image


def _plain(source: ImageFile.ImageFile) -> Image.Image:
    """The picture small, upright, opaque and in sRGB."""
    size = rules.fit(*source.size, LONGEST_SIDE)
    source.draft(None, size)  # A JPEG is decoded at a half, quarter or eighth where that is still large enough.
    source.load()
    profile = source.info.get("icc_profile")
    turn = _UPRIGHT.get(_orientation(source))
    image = _flat(_resizable(source).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    image = _srgb(image, profile)
    return image.transpose(turn) if turn is not None else image


def _orientation(source: ImageFile.ImageFile) -> int:
    """EXIF's Orientation; 1 (upright) where metadata is missing or damaged: that spoils no picture."""
    try:
        value = source.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - as above
        return 1
    return value if isinstance(value, int) else 1


def _resizable(image: Image.Image) -> Image.Image:
    """In a mode whose values can be averaged: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):
        # 16-bit grey; converting it directly would clip at 255.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    """On white, where the picture lets something through."""
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    """In sRGB by the embedded profile; a profile that cannot be used is as good as none."""
    if isinstance(profile, bytes) and 0 < len(profile) <= MAX_PROFILE_BYTES:
        try:
            embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, embedded, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _encoded(image: Image.Image) -> CleanPicture:
    output = BytesIO()
    image.info.clear()
    image.save(output, "WEBP", quality=QUALITY, method=METHOD)
    return CleanPicture(output.getvalue(), *image.size)
