"""Pictures of the demo, drawn for this project: covers when the demo is made, and the scenes of its picture stories.

The scenes lie in data/demo, so that its folders are whole; `python -m backend.operations.demo_pictures` draws them
anew.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (960, 540)
_PAPER, _INK, _RED, _WARM = "#f4ead5", "#3b3a36", "#b3423a", "#e9b44c"
_NIGHT, _WALL, _GREEN = "#27374d", "#d9b48f", "#4c7a3d"

Scene = Callable[[ImageDraw.ImageDraw], None]


def drawn(scene: Scene, background: str = _PAPER) -> bytes:
    """A scene as a WebP file."""
    picture = Image.new("RGB", SIZE, background)
    scene(ImageDraw.Draw(picture))
    data = BytesIO()
    picture.save(data, "WEBP", quality=80)
    return data.getvalue()


def cover(colour: str) -> bytes:
    """A plain cover: hills under a sun, in one colour."""

    def scene(draw: ImageDraw.ImageDraw) -> None:
        draw.ellipse((688, 72, 832, 216), fill=_WARM)
        draw.polygon([(0, 540), (0, 344), (304, 192), (608, 540)], fill=colour)
        draw.polygon([(336, 540), (664, 264), (960, 376), (960, 540)], fill=colour)
        draw.line([(664, 264), (960, 376)], fill=_PAPER, width=4)
        draw.line([(0, 480), (960, 512)], fill="#ffffff", width=5)

    return drawn(scene)


def _cross(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((640, 40, 920, 320), outline=_RED, width=22)
    draw.line([(684, 84), (876, 276)], fill=_RED, width=22)


def _cup_and_key(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 420, 960, 540), fill="#a97b50")
    draw.polygon([(180, 180), (420, 180), (380, 420), (220, 420)], fill="#ffffff", outline=_INK, width=6)
    draw.polygon([(193, 256), (407, 256), (380, 417), (220, 417)], fill=_WARM)
    draw.ellipse((690, 110, 790, 210), outline=_INK, width=20)
    draw.line([(740, 210), (740, 300)], fill=_INK, width=20)
    draw.line([(740, 250), (790, 250)], fill=_INK, width=16)
    draw.line([(740, 292), (780, 292)], fill=_INK, width=16)
    _cross(draw)


def _motorcycle(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 440, 960, 540), fill="#8c8c84")
    for left in range(40, 960, 160):
        draw.rectangle((left, 484, left + 80, 496), fill="#ffffff")
    for left in (120, 400):
        draw.ellipse((left, 290, left + 160, 450), outline=_INK, width=18)
        draw.ellipse((left + 66, 356, left + 94, 384), fill=_INK)
    draw.line([(200, 370), (300, 270), (430, 270), (480, 370)], fill=_RED, width=20, joint="curve")
    draw.line([(300, 270), (350, 370), (480, 370)], fill=_INK, width=14, joint="curve")
    draw.line([(430, 270), (450, 190), (510, 190)], fill=_INK, width=14, joint="curve")
    draw.rounded_rectangle((210, 236, 360, 270), 16, fill=_INK)
    draw.polygon([(730, 110), (830, 110), (812, 240), (748, 240)], fill=_WARM, outline=_INK, width=5)
    _cross(draw)


def _home_at_night(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((760, 60, 860, 160), fill=_WARM)
    draw.ellipse((795, 45, 885, 135), fill=_NIGHT)
    for x, y in ((90, 80), (240, 130), (420, 60), (620, 120), (900, 220)):
        draw.ellipse((x, y, x + 8, y + 8), fill="#ffffff")
    draw.rectangle((0, 440, 960, 540), fill=_GREEN)
    draw.rectangle((240, 250, 720, 470), fill=_WALL)
    draw.polygon([(200, 250), (480, 110), (760, 250)], fill=_RED)
    draw.rectangle((440, 340, 520, 470), fill="#7a5c3e")
    for left in (290, 580):
        draw.rectangle((left, 310, left + 90, 390), fill=_WARM, outline="#7a5c3e", width=8)
        draw.line([(left + 45, 310), (left + 45, 390)], fill="#7a5c3e", width=6)


#: By path below the folder of the demo: what is drawn, and on what.
SCENES: dict[str, tuple[Scene, str]] = {
    "comic-drink-driving/picture-1.webp": (_cup_and_key, _PAPER),
    "comic-drink-driving/picture-2.webp": (_motorcycle, _PAPER),
    "comic-drink-driving/picture-3.webp": (_home_at_night, _NIGHT),
}


def redraw(folder: Path) -> None:
    """Draw every scene anew into the folder of the demo."""
    for name, (scene, background) in SCENES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(drawn(scene, background))


if __name__ == "__main__":
    redraw(Path(__file__).resolve().parents[2] / "data" / "demo")
