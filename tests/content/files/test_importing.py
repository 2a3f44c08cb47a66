"""Imports: drafts for the review, the same again changes nothing, and what is not overwritten."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone
from wagtail.models import Revision

from backend.accounts.models import User
from backend.content.files import folders as reading
from backend.content.files.checks import problems_of
from backend.content.files.importing import import_folder
from backend.content.files.problems import FolderRefused
from backend.content.models import ContentItem, ContentTranslation
from media.disk import DiskStorage
from media.models import MediaFile, Rendition
from tests.content.files.folders import Folder
from tests.editorial import Office, submit
from tests.media import samples, sounds
from tests.media.uploads import bytes_of


def test_what_is_imported_is_a_draft_of_its_author(ready: Office, whole: Folder) -> None:
    done = import_folder(whole.root, author=ready.editor)
    assert (done.created, done.updated, done.unchanged) == (6, 0, 0)
    assert set(done.slugs) == {"a-case", "asked", "bride-price", "family", "lessons"}
    item = ContentItem.objects.get(slug="bride-price")
    assert not item.live
    assert item.author == ready.editor
    assert [revision.user for revision in item.revisions] == [ready.editor]
    draft = item.get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == [
        *("heading", "recording", "paragraph", "quote", "picture", "statute", "case", "steps", "call", "table")
    ]
    assert draft.body[2].value.source == "<p>一段<b>话</b><br/>下一行</p>"
    assert draft.body[4].value["media"].purpose == MediaFile.Purpose.PICTURE
    assert draft.body[6].value["item"] == ContentItem.objects.get(slug="a-case")
    assert list(draft.body[7].value) == ["第一步", "第二步"]
    for block in draft.body:
        if block.block_type != "case":  # one that is not published yet, which the check before the review tells
            block.block.clean(block.value)
    assert draft.cover.shown.size
    assert draft.recording == draft.body[1].value["media"]
    assert draft.recording.shown.duration_ms
    assert [topic.slug for topic in draft.topics.all()] == ["family"]
    translation = ContentTranslation.objects.get(item=item, language="bo")
    assert translation.author == ready.editor
    assert not translation.live
    course = ContentItem.objects.get(slug="lessons").get_latest_revision_as_object()
    assert [each.lesson.slug for each in course.lessons.all()] == ["bride-price", "a-case"]


def test_what_was_imported_can_be_submitted_like_anything_else(ready: Office, whole: Folder) -> None:
    import_folder(whole.root, author=ready.editor)
    stage = submit(ContentItem.objects.get(slug="a-case"), ready.editor)
    stage.task.specific.on_action(stage, ready.reviewer, "approve")


def test_importing_again_changes_nothing(ready: Office, whole: Folder) -> None:
    import_folder(whole.root, author=ready.editor)
    before, files = list(Revision.objects.values_list("pk", flat=True)), MediaFile.objects.count()
    done = import_folder(whole.root, author=ready.both)
    assert (done.created, done.updated, done.unchanged) == (0, 0, 6)
    assert list(Revision.objects.values_list("pk", flat=True)) == before
    assert MediaFile.objects.count() == files


def test_a_changed_text_is_a_new_version_and_what_readers_see_stays(ready: Office, folder: Folder) -> None:
    folder.write("one", body="不变的一段。\n\n旧的一段。\n")
    folder.write("two")
    import_folder(folder.root, author=ready.editor)
    item = ContentItem.objects.get(slug="one")
    item.latest_revision.publish(skip_permission_checks=True)
    item.refresh_from_db()
    kept = item.body.raw_data[0]["id"]
    folder.write("one", title="新的标题", body="不变的一段。\n\n新的一段。\n")
    done = import_folder(folder.root, author=ready.both)
    assert (done.created, done.updated, done.unchanged) == (0, 1, 1)
    item.refresh_from_db()
    assert (item.live, item.title, item.author) == (True, "标题", ready.editor)
    assert item.latest_revision.user == ready.both
    draft = item.get_latest_revision_as_object()
    assert draft.title == "新的标题"
    assert [raw["value"] for raw in draft.body.raw_data] == ["<p>不变的一段。</p>", "<p>新的一段。</p>"]
    assert draft.body.raw_data[0]["id"] == kept


def test_another_picture_under_the_same_name_is_a_change(ready: Office, folder: Folder) -> None:
    folder.write("one", head="cover: cover.png\n", files={"cover.png": samples.png(320, 180)})
    import_folder(folder.root, author=ready.editor)
    folder.write("one", head="cover: cover.png\n", files={"cover.png": samples.png(300, 200)})
    assert import_folder(folder.root, author=ready.editor).updated == 1
    draft = ContentItem.objects.get().get_latest_revision_as_object()
    assert (draft.cover.shown.width, draft.cover.shown.height) == (300, 200)


def test_a_recording_loses_its_tags_and_is_known_again(ready: Office, folder: Folder) -> None:
    folder.write("one", head="recording: voice.mp3\n", files={"voice.mp3": sounds.MP3})
    import_folder(folder.root, author=ready.editor)
    kept = bytes_of(ContentItem.objects.get().recording)
    assert not any(mark in kept for mark in sounds.MARKS)
    assert import_folder(folder.root, author=ready.editor).unchanged == 1
    folder.write("one", head="recording: voice.mp3\n", files={"voice.mp3": kept})
    assert import_folder(folder.root, author=ready.editor).unchanged == 1


def test_what_is_under_review_or_locked_is_not_overwritten(ready: Office, folder: Folder) -> None:
    folder.write("one")
    folder.write("two")
    import_folder(folder.root, author=ready.editor)
    submit(ContentItem.objects.get(slug="one"), ready.editor)
    ContentItem.objects.filter(slug="two").update(locked=True, locked_by=ready.both, locked_at=timezone.now())
    assert import_folder(folder.root, author=ready.editor).unchanged == 2
    before = list(Revision.objects.values_list("pk", flat=True))
    folder.write("one", title="改过")
    folder.write("two", title="改过")
    folder.write("three")
    with pytest.raises(FolderRefused) as refusal:
        import_folder(folder.root, author=ready.editor)
    assert [problem.file for problem in refusal.value.problems] == ["one/item.md", "two/item.md"]
    assert list(Revision.objects.values_list("pk", flat=True)) == before
    assert not ContentItem.objects.filter(slug="three").exists()


def test_what_is_scheduled_is_not_overwritten(ready: Office, folder: Folder) -> None:
    """The text that was approved would go live, and the newer one would seem to be what readers see."""
    folder.write("one", head="go_live_at: 2090-01-01T00:00:00+08:00\n")
    folder.translate("one", "bo", "只为测试\n")
    import_folder(folder.root, author=ready.editor)
    item = ContentItem.objects.get()
    item.latest_revision.publish(skip_permission_checks=True)
    assert ContentItem.objects.get().approved_schedule
    assert import_folder(folder.root, author=ready.editor).unchanged == 2
    before = list(Revision.objects.values_list("pk", flat=True))
    folder.write("one", head="go_live_at: 2090-01-01T00:00:00+08:00\n", title="改过")
    with pytest.raises(FolderRefused, match=r"one/item\.md：已经定好上线时间"):
        import_folder(folder.root, author=ready.editor)
    assert list(Revision.objects.values_list("pk", flat=True)) == before
    assert ContentItem.objects.get().approved_schedule


def test_files_are_cleaned_and_stored_ahead_of_the_transaction(
    ready: Office, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths: list[int] = []
    save = DiskStorage.save

    def noted(store: DiskStorage, key: str, data: Any) -> None:
        depths.append(len(connection.savepoint_ids))
        save(store, key, data)

    monkeypatch.setattr(DiskStorage, "save", noted)
    files = {"cover.png": samples.png(320, 180), "picture.webp": samples.webp(320, 180), "voice.mp3": sounds.MP3}
    folder.write("one", head="cover: cover.png\nrecording: voice.mp3\n", body="![图](picture.webp)\n", files=files)
    import_folder(folder.root, author=ready.editor)
    assert depths == [len(connection.savepoint_ids)] * 3
    assert MediaFile.objects.count() == 3


def test_a_row_that_cannot_be_written_leaves_no_bytes(
    ready: Office, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(Rendition, "save", lost)
    folder.write("one", head="recording: voice.mp3\n", files={"voice.mp3": sounds.MP3})
    with pytest.raises(IntegrityError):
        import_folder(folder.root, author=ready.editor)
    assert (ContentItem.objects.count(), MediaFile.objects.count()) == (0, 0)
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


def test_a_window_that_ends_today_is_told_by_the_clock_of_the_import(ready: Office, folder: Folder) -> None:
    folder.write("one", head="expire_at: 2090-01-01T00:00:00+08:00\n")
    late = timezone.now().replace(year=2090) + timedelta(days=1)
    with pytest.raises(FolderRefused, match="已经过去"):
        import_folder(folder.root, author=ready.editor, now=late)
    assert import_folder(folder.root, author=ready.editor).created == 1


def test_items_of_any_number_cost_the_checks_the_same(
    ready: Office, folder: Folder, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        folder.write(f"item-{number}", body=":law[《民法典》第一千零六十二条]\n")
    entries, problems = reading.read_folder(folder.root)
    assert not problems
    for some in (entries[:1], entries):
        author = User.objects.get(pk=ready.editor.pk)
        with django_assert_num_queries(8):
            assert problems_of(some, author=author, now=timezone.now()) == []


def test_the_commands_say_what_they_did(ready: Office, whole: Folder, tmp_path: Path, capsys: Any) -> None:
    call_command("import_content", str(whole.root), "--author", ready.editor.username)
    call_command("export_content", str(tmp_path / "out"))
    said = capsys.readouterr().out
    assert "内容：新增 6，更新 0，未变 0" in said
    assert "内容：导出 5 篇" in said
    for arguments, told in (
        (["import_content", str(whole.root), "--author", "nobody"], "没有用户名为 nobody 的人"),
        (["import_content", str(tmp_path / "none"), "--author", ready.editor.username], "没有这个目录"),
        (["export_content", str(tmp_path / "out"), "--division", "519999000000"], "没有代码为 519999000000"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command(*arguments)
