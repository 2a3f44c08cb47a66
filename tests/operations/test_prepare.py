"""Preparation looks before it does anything, and what is done is found in milliseconds."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from backend.console.setup import ensure_groups
from backend.content.frame import ensure_editorial_setup
from backend.content.models import ContentItem
from backend.operations import demo, demo_content, preparation
from backend.operations.preparation import is_migrated, steps


def test_a_migrated_database_is_recognised_without_loading_a_migration(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("loading the migrations is what takes the time")

    monkeypatch.setattr(MigrationLoader, "build_graph", refuse)
    with pytest.raises(AssertionError, match="what takes the time"):
        MigrationLoader(connection)
    assert is_migrated()


def test_a_single_missing_migration_is_noticed(db: None) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="advisors").first().delete()
    assert not is_migrated()


def test_steps_come_in_the_order_in_which_they_need_each_other(settings) -> None:
    assert [step.title.split()[1] for step in steps()] == [
        "schema",
        "divisions",
        "statutes",
        "search",
        "console",
        "demo",
    ]
    settings.DEVELOPMENT = False
    assert [step.title.split()[1] for step in steps()] == [
        "schema",
        "divisions",
        "statutes",
        "search",
        "console",
        "static",
    ]


def test_divisions_are_not_imported_twice(divisions) -> None:
    step = next(step for step in steps() if "divisions" in step.title)
    assert step.is_done()


def test_a_missing_statutes_package_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "STATUTES_PACKAGE", "no_such_package")
    with pytest.raises(CommandError, match=r"requirements/data\.txt"):
        preparation._import_statutes()


def test_a_demo_that_was_interrupted_is_completed_by_the_next_run(
    divisions, settings, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(demo_content, "FOLDER", tmp_path / "content")
    for slug in ("one", "two", "three"):
        path = tmp_path / "content" / slug / "item.md"
        path.parent.mkdir(parents=True)
        place = "division: 510000000000\naudience: {divisions: [510000000000]}"
        path.write_text(f"---\ntitle: {slug}\nsummary: 摘要\nkind: article\n{place}\n---\n\n正文。\n", encoding="utf-8")
    ensure_editorial_setup()
    ensure_groups()
    assert demo.create() is True
    titles = set(ContentItem.objects.filter(live=True).values_list("title", flat=True))
    assert titles == {"one", "two", "three"}
    ContentItem.objects.order_by("pk").last().delete()
    assert demo.create() is True
    assert set(ContentItem.objects.filter(live=True).values_list("title", flat=True)) == titles
    assert demo.create() is False
    assert any("10000000001" in line for line in demo.banner_lines())
