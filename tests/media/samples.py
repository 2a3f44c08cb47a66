"""Pictures made on the spot, among them such as no honest encoder writes."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

GPS_SECONDS = 54_321  # thousandths; a number that stands nowhere else
CAMERA = "SecretCamera-77"
COMMENT = b"comment-of-the-camera"
XMP = b"<x:xmpmeta><exif:GPSLatitude>30,39.54321N</exif:GPSLatitude></x:xmpmeta>"
CORNERS = [(220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 220, 40)]


def scene(width: int = 320, height: int = 200) -> Image.Image:
    """Four corners of different colours, and some detail."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    draw = ImageDraw.Draw(image)
    half_width, half_height = width // 2, height // 2
    for corner, colour in enumerate(CORNERS):
        left, top = (corner % 2) * half_width, (corner // 2) * half_height
        draw.rectangle((left, top, left + half_width, top + half_height), fill=colour)
    for step in range(0, width, 16):
        draw.line((step, 0, width - step, height), fill=(step % 256, 90, 200))
    return image


def corners(image: Image.Image) -> list[int]:
    """Which of CORNERS is nearest to each corner of the picture, in reading order."""
    width, height = image.size
    places = [(4, 8), (width - 5, 8), (4, height - 9), (width - 5, height - 9)]
    found = [image.convert("RGB").getpixel(place) for place in places]
    return [
        min(range(4), key=lambda n: sum((a - b) ** 2 for a, b in zip(CORNERS[n], pixel, strict=True)))
        for pixel in found
    ]


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def jpeg(width: int = 320, height: int = 200, **options: Any) -> bytes:
    return encode(scene(width, height), "JPEG", **{"quality": 85, **options})


def png(width: int = 320, height: int = 200, **options: Any) -> bytes:
    return encode(scene(width, height), "PNG", **options)


def webp(width: int = 320, height: int = 200, **options: Any) -> bytes:
    return encode(scene(width, height), "WEBP", **options)


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF as a phone writes it: maker, position, and a thumbnail inside the maker's note."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x0110] = CAMERA
    data.get_ifd(0x8769)[0x927C] = b"thumbnail:" + encode(Image.new("RGB", (16, 16)), "JPEG")
    position = data.get_ifd(0x8825)
    position.update({1: "N", 2: (30.0, 39.0, GPS_SECONDS / 1000), 3: "E", 4: (104.0, 6.0, GPS_SECONDS / 1000)})
    return data


def gps_marks() -> list[bytes]:
    """The seconds of the position as EXIF stores them, in either byte order."""
    return [struct.pack(f"{order}II", GPS_SECONDS, 1000) for order in "<>"]


def chunks_of(riff: bytes) -> list[bytes]:
    """The names of a WebP file's chunks."""
    names, position = [], 12
    while position < len(riff):
        names.append(riff[position : position + 4])
        size = int.from_bytes(riff[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return names


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that promise a picture of that size."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(b"\0" * 4096))
    return b"\x89PNG\r\n\x1a\n" + header + data + png_chunk(b"IEND", b"")


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose canvas is that size, around a small picture."""
    inner = webp(32, 32)[12:]
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again so many times."""
    data = jpeg(640, 480, progressive=True)
    start = data.rfind(b"\xff\xc4", 0, data.rfind(b"\xff\xda"))
    return data[:-2] + data[start:-2] * count + data[-2:]
