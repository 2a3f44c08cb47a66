"""The demo's content: what it holds, that its law is real and in force, and how it reaches readers."""

import csv
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone
from PIL import Image, ImageChops, ImageStat
from wagtail.models import TaskState

from backend.content import cases, checks
from backend.content.files.entries import Entry, cited, used_slugs
from backend.content.files.folders import read_folder
from backend.content.files.importing import import_folder
from backend.content.files.text_files import write_text
from backend.content.models import ContentItem
from backend.content.services import withdraw_item
from backend.operations import demo_content, demo_pictures
from backend.regions import rules as regions
from backend.statutes.citations import parse_citations
from backend.statutes.models import Validity
from backend.statutes.selectors import current_validity, resolve
from backend.statutes.services import import_statutes
from backend.statutes.source import default_path
from tests.editorial import COUNTY, Office, open_office

#: The day on which the texts were held against the law; what is enacted later is for the console to flag.
WRITTEN_ON = date(2026, 11, 24)
LEVELS = {1: "province", 2: "prefecture", 3: "county", 5: "village"}


@pytest.fixture(scope="module")
def demo() -> list[Entry]:
    """The demo as its folder tells it."""
    entries, problems = read_folder(demo_content.FOLDER)
    assert problems == []
    return entries


def passages(entry: Entry) -> Iterator[str]:
    for _, value in entry.item.blocks:
        if isinstance(value, str):
            yield value
        else:
            yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, str):
            yield each
        else:
            yield from _texts(each)


def test_there_is_something_of_every_sort(demo: list[Entry]) -> None:
    kinds = Counter(entry.item.kind for entry in demo)
    assert len(demo) >= 60
    least = {"article": 30, "case": 12, "qa": 8, "topic": 4, "commentary": 3, "course": 3, "comic": 1}
    assert all(kinds[kind] >= number for kind, number in least.items()), kinds
    assert {entry.item.category for entry in demo if entry.item.kind == "case"} == {
        name for name, _ in cases.CATEGORIES
    }
    assert all(3 <= len(entry.item.lessons) <= 5 for entry in demo if entry.item.kind == "course")
    assert len({entry.item.title for entry in demo}) == len(demo)
    reached = {LEVELS[regions.level_of(code)] for entry in demo for code in entry.item.audience}
    assert reached == set(LEVELS.values())
    used = Counter(slug for entry in demo for slug in entry.item.topics)
    assert all(used[entry.slug] >= 1 for entry in demo if entry.item.kind == "topic")


def test_the_files_are_in_the_form_that_an_export_writes(demo: list[Entry]) -> None:
    for entry in demo:
        path = demo_content.FOLDER / entry.slug / "item.md"
        assert path.read_text(encoding="utf-8") == write_text(entry.item), path


def test_every_item_is_as_long_as_one_reads_on_a_phone_and_names_nobody(demo: list[Entry]) -> None:
    for entry in demo:
        text = "".join(passages(entry))
        assert 250 <= len(re.findall(r"[\u4e00-\u9fff]", text)) <= 1000, entry.slug
        assert not checks.personal_data(text + entry.item.title + entry.item.summary + entry.item.question), entry.slug


def test_what_it_refers_to_is_there(demo: list[Entry]) -> None:
    kinds = {entry.slug: entry.item.kind for entry in demo}
    for entry in demo:
        for slug, possible, _ in used_slugs(entry.item):
            assert kinds.get(slug) in possible, (entry.slug, slug)


def test_its_divisions_are_on_the_map(demo: list[Entry]) -> None:
    with lzma.open(configured.BASE_DIR / "data" / "divisions-sichuan.csv.xz", "rt", encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    for entry in demo:
        assert {entry.item.division, *entry.item.audience} <= known, entry.slug
        assert all(regions.contains(entry.item.division, code) for code in entry.item.audience), entry.slug


def test_every_citation_leads_to_an_article_in_force(demo: list[Entry], db: None) -> None:
    import_statutes(default_path())
    places = [
        (entry.slug, words, ref) for entry in demo for words, _ in cited(entry.item) for ref in parse_citations(words)
    ]
    assert {entry.slug for entry in demo} == {slug for slug, _, _ in places}
    for (slug, words, _), found in zip(places, resolve([ref for *_, ref in places], at=WRITTEN_ON), strict=True):
        assert found.problem is None, (slug, words)
        assert current_validity(found.article, WRITTEN_ON) == Validity.IN_FORCE, (slug, words)


@pytest.fixture
def staffed(divisions: Any, settings: Any, tmp_path: Path) -> Office:
    settings.MEDIA_ROOT = tmp_path / "media"
    return open_office()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small demo: a course with a lesson that shows a case."""
    write(tmp_path, "a-course", "course", "lessons: [lesson]")
    write(tmp_path, "lesson", "article", "topics: [topic]", ":case[z-case]\n\n正文。\n")
    facts = "case: {category: notary, matter: 遗嘱, outcome: 办好了}"
    write(tmp_path, "z-case", "case", facts)
    write(tmp_path, "topic", "topic", "")
    return tmp_path / "demo"


def write(root: Path, slug: str, kind: str, head: str, body: str = "正文。\n") -> None:
    path = root / "demo" / slug / "item.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    place = f"division: {COUNTY}\naudience: {{divisions: [{COUNTY}]}}"
    path.write_text(
        f"---\ntitle: {slug}\nsummary: 摘要\nkind: {kind}\n{place}\n{head}\n---\n\n{body}", encoding="utf-8"
    )


def create(office: Office, folder: Path) -> bool:
    reviewers = [person.username for person in office.reviewers]
    return demo_content.create(editor=office.editor.username, reviewers=reviewers, folder=folder)


def test_everything_goes_through_the_real_review_before_anyone_sees_it(staffed: Office, folder: Path) -> None:
    assert create(staffed, folder) is True
    items = {item.slug: item for item in ContentItem.objects.all()}
    assert all(item.live and item.author == staffed.editor for item in items.values())
    for item in items.values():
        decided = TaskState.objects.filter(workflow_state__object_id=str(item.pk), status=TaskState.STATUS_APPROVED)
        assert [state.finished_by for state in decided.order_by("pk")] == list(staffed.reviewers)
    assert len({item.cover_id for item in items.values()}) == 3  # one a colour, not one an item
    assert [each.lesson.slug for each in items["a-course"].lessons.all()] == ["lesson"]
    assert create(staffed, folder) is False


def test_an_interrupted_run_is_completed_by_the_next(
    staffed: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = demo_content._publish

    def fail(item: ContentItem, *rest: Any) -> None:
        if item.slug == "lesson":
            raise KeyboardInterrupt
        publish(item, *rest)

    monkeypatch.setattr(demo_content, "_publish", fail)
    with pytest.raises(KeyboardInterrupt):
        create(staffed, folder)
    assert set(ContentItem.objects.filter(live=True).values_list("slug", flat=True)) == {"topic", "z-case"}
    monkeypatch.setattr(demo_content, "_publish", publish)
    assert create(staffed, folder) is True
    assert not ContentItem.objects.filter(live=False).exists()
    assert [item.revisions.count() for item in ContentItem.objects.all()] == [1] * 4


def test_what_staff_have_withdrawn_does_not_come_back(staffed: Office, folder: Path) -> None:
    create(staffed, folder)
    item = ContentItem.objects.get(slug="a-course")
    withdraw_item(item=item, by=staffed.supervisor, reason="过时了")
    assert create(staffed, folder) is False
    item.refresh_from_db()
    assert not item.live


def test_what_nobody_of_the_demo_may_decide_waits(staffed: Office, folder: Path) -> None:
    names = [staffed.reviewer.username]
    assert demo_content.create(editor=staffed.editor.username, reviewers=names, folder=folder) is True
    assert not ContentItem.objects.filter(live=True).exists()
    assert ContentItem.objects.get(slug="topic").current_workflow_state.current_task_state.task.name == "复审"
    assert ContentItem.objects.get(slug="lesson").current_workflow_state is None


def test_the_demo_can_be_imported_by_hand_after_it_was_made(staffed: Office, folder: Path) -> None:
    import_folder(folder, author=staffed.editor, now=timezone.now())
    assert create(staffed, folder) is True
    assert ContentItem.objects.filter(live=True).count() == 4


def test_its_pictures_are_small_and_told_in_words(demo: list[Entry]) -> None:
    pictures = [value for entry in demo for kind, value in entry.item.blocks if kind == "picture"]
    assert len(pictures) >= 3
    assert all(value["alt"] for value in pictures)
    files = [path for entry in demo for path in entry.files.values() if isinstance(path, Path)]
    assert all(path.stat().st_size < 60_000 for path in files)
    assert {path.relative_to(demo_content.FOLDER).as_posix() for path in files} == set(demo_pictures.SCENES)


def test_the_scenes_can_be_drawn_anew(tmp_path: Path) -> None:
    demo_pictures.redraw(tmp_path)
    for name in demo_pictures.SCENES:
        with Image.open(tmp_path / name) as fresh, Image.open(demo_content.FOLDER / name) as kept:
            assert (fresh.size, fresh.format) == (kept.size, kept.format)
            difference = ImageChops.difference(fresh.convert("RGB"), kept.convert("RGB"))
            assert max(ImageStat.Stat(difference).mean) < 2, name
