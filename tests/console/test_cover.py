"""The cover in the editor."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from backend.content.models import ContentItem
from media.models import MediaFile
from tests.editorial import Office, address, at_desk, draft, editor_form


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(kind: str = "JPEG") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (80, 45), "teal").save(data, kind)
    return SimpleUploadedFile("cover.jpg", data.getvalue(), "image/jpeg")


def newest(item: ContentItem) -> ContentItem:
    item.refresh_from_db()
    return item.get_latest_revision_as_object()


def test_a_file_becomes_the_cover_and_stays_until_it_is_changed_or_removed(office: Office) -> None:
    item = draft(office.editor)
    desk, path = at_desk(office.editor), address("edit", item.pk)
    desk.post(path, {**editor_form(), "cover_upload": picture()})
    cover = newest(item).cover
    assert (cover.purpose, cover.state, cover.owner) == ("cover", "ready", office.editor)
    assert "当前封面" in desk.get(path).text
    assert cover.shown.key in desk.get(path).text

    desk.post(path, editor_form(title="别的标题"))
    assert newest(item).cover == cover
    desk.post(path, {**editor_form(), "cover_upload": picture("PNG")})
    assert newest(item).cover not in {cover, None}
    desk.post(path, {**editor_form(), "cover_upload-clear": "on"})
    assert newest(item).cover is None


def test_a_cover_may_come_with_a_new_item(office: Office) -> None:
    at_desk(office.editor).post(address("add"), {**editor_form(action="submit"), "cover_upload": picture()})
    assert ContentItem.objects.get().cover.state == "ready"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"GIF89a" + b"x" * 100, "只支持 JPEG、PNG、WebP 图片"), (b"\xff\xd8\xff" + b"x" * 100, "图片已损坏")],
)
def test_what_is_no_picture_is_refused_and_nothing_is_saved(office: Office, data: bytes, sentence: str) -> None:
    item = draft(office.editor)
    upload = SimpleUploadedFile("cover.jpg", data, "image/jpeg")
    answer = at_desk(office.editor).post(
        address("edit", item.pk), {**editor_form(title="不该保存"), "cover_upload": upload}
    )
    assert answer.status_code == 200
    assert sentence in answer.text
    assert (newest(item).title, item.revisions.count(), MediaFile.objects.count()) == ("夫妻共同财产", 1, 0)


def test_a_file_that_is_too_large_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.content.console.forms._COVER_LIMIT", 100)
    item = draft(office.editor)
    answer = at_desk(office.editor).post(address("edit", item.pk), {**editor_form(), "cover_upload": picture()})
    assert "文件太大" in answer.text
    assert not MediaFile.objects.exists()


def test_a_form_with_another_error_stores_no_picture(office: Office) -> None:
    item = draft(office.editor)
    form = {**editor_form(action="submit", audience=[]), "cover_upload": picture()}
    assert at_desk(office.editor).post(address("edit", item.pk), form).status_code == 200
    assert not MediaFile.objects.exists()
