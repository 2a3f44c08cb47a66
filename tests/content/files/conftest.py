"""Folders of content for the tests of their import and export."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from media import rules
from media.cleaning import cleaned
from media.models import MediaFile
from tests.content.files.folders import Folder
from tests.editorial import Office
from tests.media import samples, sounds


@pytest.fixture
def ready(office: Office, settings: Any, tmp_path: Path) -> Office:
    """An office with a store for its files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return office


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder for items."""
    root = tmp_path / "content"
    root.mkdir()
    return Folder(root)


@pytest.fixture
def whole(folder: Folder) -> Folder:
    """A folder with everything that the format knows, in the one form that an export writes."""
    picture = samples.webp(320, 180)
    folder.write("family", kind="topic", body="一家人的事。\n")
    folder.write("a-case", kind="case", head=CASE, body="## 经过\n\n讲和了。\n")
    folder.write(
        "bride-price",
        head="topics:\n- family\ncover: cover.webp\nrecording: recording-1.mp3\n",
        body=BODY,
        files={"cover.webp": picture, "picture-1.webp": picture, "recording-1.mp3": clean_sound()},
    )
    folder.write("lessons", kind="course", head="lessons:\n- bride-price\n- a-case\n", body="先看第一课。\n")
    folder.write(
        "asked",
        kind="qa",
        head="go_live_at: 2090-12-01T08:00:00+08:00\nexpire_at: 2091-01-01T00:00:00+08:00\nquestion: 怎么办？\n",
        body="这样办。\n",
    )
    folder.translate("bride-price", "bo", ":recording[只为测试](recording-1.mp3)\n")
    return folder


def clean_sound() -> bytes:
    """A second of sound without the tags that it came with."""
    with cleaned(BytesIO(sounds.MP3), MediaFile.Purpose.RECORDING, rules.MP3) as clean:
        clean.file.seek(0)
        return clean.file.read()


CASE = "case:\n  category: mediation\n  committee: 某村人民调解委员会\n  dispute: 邻里\n  outcome: 和好\n"
BODY = (
    "## 小标题\n\n:recording[听一听](recording-1.mp3)\n\n一段**话**\\\n下一行\n\n> 引文\n> —— 出处\n\n"
    '![图](picture-1.webp "图注")\n\n:law[《民法典》第一千零六十二条]\n\n'
    ":case[a-case]\n\n1. 第一步\n2. 第二步\n\n:call[打电话](12348)\n\n"
    ":caption[表]\n\n| 甲 | |\n| --- | --- |\n| 丙 | 丁 |\n"
)
