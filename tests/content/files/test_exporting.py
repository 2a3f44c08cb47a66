"""Exports: the round trip, which items, and what of an earlier one they replace."""

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Revision

from backend.content.files.exporting import export_folder
from backend.content.files.folders import read_folder, write_folder
from backend.content.files.importing import import_folder
from backend.content.files.problems import FolderRefused
from backend.content.models import ContentItem, ContentTranslation
from media.disk import DiskStorage
from media.models import MediaFile
from tests.content.files.folders import Folder, content_of
from tests.editorial import COUNTY, PREFECTURE, Office
from tests.media import samples, sounds


def rows() -> dict[str, Any]:
    """What is stored of content, without the keys of a database."""
    found: dict[str, Any] = {}
    for item in ContentItem.objects.order_by("slug"):
        draft = item.get_latest_revision_as_object()
        found[item.slug] = (
            (draft.kind, draft.title, draft.summary, draft.question, draft.division_id, draft.case_category),
            (draft.case_facts, draft.pinned_until, draft.go_live_at, draft.expire_at, draft.live),
            sorted(place.pk for place in draft.audience.all()),
            sorted(topic.slug for topic in draft.topics.all()),
            [each.lesson.slug for each in draft.lessons.order_by("sort_order")],
            [(raw["type"], _value(raw["value"])) for raw in draft.body.raw_data],
            [(text.language, text.title) for text in item.translations.order_by("language")],
        )
    return found


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [step["value"] for step in value]
    if not isinstance(value, dict):
        return value
    known = dict(value)
    if "media" in known:
        known["media"] = MediaFile.objects.get(pk=known["media"]).shown.digest
    if "item" in known:
        known["item"] = ContentItem.objects.get(pk=known["item"]).slug
    return known


def test_a_folder_comes_back_byte_for_byte(ready: Office, whole: Folder, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    import_folder(whole.root, author=ready.editor)
    assert export_folder(first) == 5
    assert content_of(first) == whole.content()
    before = rows()
    assert import_folder(first, author=ready.editor).unchanged == 6
    _forget()
    import_folder(first, author=ready.editor)
    assert rows() == before
    export_folder(second)
    assert content_of(second) == content_of(first)


def _forget() -> None:
    """Empty the library and the store's rows, as if this were another installation."""
    ContentTranslation.objects.all().delete()
    for item in ContentItem.objects.order_by("-kind"):
        item.delete()
    MediaFile.objects.all().delete()
    assert not Revision.objects.exists()


def test_an_export_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    ready: Office, folder: Folder, tmp_path: Path
) -> None:
    folder.write("one", head="cover: cover.png\n", files={"cover.png": samples.png(320, 180)})
    import_folder(folder.root, author=ready.editor)
    out = tmp_path / "out"
    export_folder(out)
    (out / "notes.txt").write_text("mine")
    assert (out / "one" / "cover.webp").exists()
    folder.write("one")
    (folder.root / "one" / "cover.png").unlink()
    import_folder(folder.root, author=ready.editor)
    export_folder(out)
    assert set(content_of(out)) == {"one/item.md", "notes.txt"}
    (out / "one" / "item.md").unlink()
    with pytest.raises(FolderRefused, match="不是一篇内容"):
        export_folder(out)
    assert (out / "one").is_dir()


def test_an_export_can_be_of_one_office_or_of_what_readers_see(ready: Office, folder: Folder, tmp_path: Path) -> None:
    folder.write("of-the-county", division=COUNTY, audience=COUNTY)
    folder.write("of-the-province")
    import_folder(folder.root, author=ready.editor)
    assert export_folder(tmp_path / "a", division=PREFECTURE) == 1
    assert set(content_of(tmp_path / "a")) == {"of-the-county/item.md"}
    assert export_folder(tmp_path / "b", live=True) == 0
    item = ContentItem.objects.get(slug="of-the-province")
    item.latest_revision.publish(skip_permission_checks=True)
    folder.write("of-the-province", title="还没有审过的标题")
    import_folder(folder.root, author=ready.editor)
    assert export_folder(tmp_path / "c", live=True) == 1
    assert "还没有审过" not in (tmp_path / "c" / "of-the-province" / "item.md").read_text(encoding="utf-8")
    export_folder(tmp_path / "d")
    assert "还没有审过" in (tmp_path / "d" / "of-the-province" / "item.md").read_text(encoding="utf-8")


def test_an_export_that_fails_leaves_what_was_there(ready: Office, folder: Folder, tmp_path: Path) -> None:
    folder.write("one", head="recording: voice.mp3\n", files={"voice.mp3": sounds.MP3})
    import_folder(folder.root, author=ready.editor)
    out = tmp_path / "out"
    export_folder(out)
    before = content_of(out)
    for path in (tmp_path / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(FileNotFoundError):
        export_folder(out)
    assert content_of(out) == before
    assert [path.name for path in out.iterdir()] == ["one"]


def test_an_export_puts_the_old_folder_aside_until_the_new_one_is_there(
    ready: Office, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between its two steps, it has lost nothing, and the next one goes on from there."""
    folder.write("one")
    [entry], _ = read_folder(folder.root)
    out = tmp_path / "out"
    write_folder(out, entry)
    before = content_of(out)
    rename = Path.rename

    def cut_off(path: Path, target: Path) -> Path:
        if path.name == ".one.new":
            raise OSError("no power")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", cut_off)
    with pytest.raises(OSError, match="no power"):
        write_folder(out, entry)
    assert {path.relative_to(out).parts[1:]: path.read_bytes() for path in (out / ".one.old").iterdir()} == {
        ("item.md",): before["one/item.md"]
    }
    monkeypatch.undo()
    write_folder(out, entry)
    assert content_of(out) == before
    assert [path.name for path in out.iterdir()] == ["one"]


def test_an_export_follows_no_link(ready: Office, folder: Folder, tmp_path: Path) -> None:
    folder.write("one")
    [entry], _ = read_folder(folder.root)
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write_folder(elsewhere, entry)
    out.mkdir()
    (out / "one").symlink_to(elsewhere / "one")
    with pytest.raises(FolderRefused):
        write_folder(out, entry)
    assert (elsewhere / "one" / "item.md").is_file()


def test_files_are_never_whole_in_memory(
    ready: Office, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("one", head="recording: voice.mp3\n", files={"voice.mp3": sounds.MP3})
    import_folder(folder.root, author=ready.editor)
    monkeypatch.setattr(DiskStorage, "read", lambda *_, **__: pytest.fail("the file was read whole"))
    export_folder(tmp_path / "out")
    assert (tmp_path / "out" / "one" / "recording-1.mp3").stat().st_size
