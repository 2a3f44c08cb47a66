"""Choosing and uploading files in a real browser."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backend.regions import rules
from backend.regions.models import Division
from media.models import MediaFile
from media.services import store_picture
from tests.conftest import DIVISIONS
from tests.console.test_browser import browser, pytestmark  # noqa: F401 - the same marks
from tests.editorial import PASSWORD, Office, open_office
from tests.media import samples, sounds


@pytest.fixture
def house(transactional_db: None, settings: Any, live_server: Any, disk: Any) -> Office:
    """An office whose editor has a password, at a desk with a form."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_URL = live_server.url
    settings.ROOT_URLCONF = "tests.media.desk_urls"
    for code, name in DIVISIONS.items():
        Division.objects.create(code=code, name=name, level=rules.level_of(code), full_name=name)
    office = open_office()
    office.editor.set_password(PASSWORD)
    office.editor.save()
    return office


def choose(page: Any, noun: str) -> Any:
    page.get_by_role("button", name=f"选择{noun}").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    return dialog


def upload(page: Any, noun: str, file: Path) -> None:
    dialog = choose(page, noun)
    dialog.get_by_role("tab", name=f"上传{noun}").click()
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="上传", exact=True).click()


def chosen(page: Any, field: str, title: str) -> None:
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator(f"#id_{field}-title").get_by_text(title).wait_for()


def test_files_are_chosen_and_uploaded(house: Office, live_server: Any, tmp_path: Path) -> None:
    old = store_picture(owner=house.both, purpose="picture", data=samples.jpeg(), name="旧图.jpg")
    (tmp_path / "录音.mp3").write_bytes(sounds.MP3)
    (tmp_path / "clip.mp4").write_bytes(sounds.MP4)
    (tmp_path / "broken.mp4").write_bytes(sounds.MP4[:2000])
    complaints: list[str] = []

    def story() -> dict[str, str]:
        with browser(live_server.url, complaints) as desk:
            page = desk("editor")
            page.goto(f"{live_server.url}/desk/")
            dialog = choose(page, "图片")
            assert dialog.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
            dialog.get_by_role("link", name="旧图.jpg").click()
            chosen(page, "picture", "旧图.jpg（320×200，9 KB）")
            upload(page, "录音", tmp_path / "录音.mp3")
            chosen(page, "recording", "录音.mp3（0:01，1 KB）")
            upload(page, "视频", tmp_path / "broken.mp4")
            page.get_by_text("录音或视频已损坏或不完整").wait_for()
            page.get_by_role("dialog").locator("input[type=file]").set_input_files(tmp_path / "clip.mp4")
            page.get_by_role("dialog").get_by_role("button", name="上传", exact=True).click()
            chosen(page, "video", "clip.mp4（0:01，4 KB）")
            return {
                name: page.locator(f"input[name={name}]").input_value() for name in ("picture", "recording", "video")
            }

    with ThreadPoolExecutor(1) as thread:
        values = thread.submit(story).result()
    assert complaints == []
    files = {file.purpose: file for file in MediaFile.objects.all()}
    assert values == {name: str(files[name].pk) for name in ("picture", "recording", "video")}
    assert (files["picture"], files["video"].owner) == (old, house.editor)
