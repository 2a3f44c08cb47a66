"""What an installation had written before items had kinds, divisions and rich text."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from backend.content.models import ContentItem
from tests.editorial import FAR_VILLAGE, NEXT_VILLAGE, PREFECTURE, TOWNSHIP, VILLAGE, Office, draft

upgrade: Any = import_module("backend.content.migrations.0003_what_stands")
pytestmark = pytest.mark.django_db
OLD = [
    {"type": "heading", "value": "甲 < 乙", "id": "1"},
    {"type": "paragraph", "value": "一 < 二 & <b>三</b>\n四", "id": "2"},
]


class Editor:
    """What a migration is given."""

    connection = connection


def as_before(item: ContentItem) -> None:
    """The item as the first release stored it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentitem SET body = %s WHERE id = %s", [json.dumps(OLD), item.pk])
    revision = item.latest_revision
    revision.content = {**revision.content, "body": json.dumps(OLD)}
    for key in ("kind", "slug", "division", "topics", "lessons"):
        revision.content.pop(key)
    revision.save()


def test_plain_passages_become_rich_text_that_says_the_same(office: Office):
    item = draft(office.editor, VILLAGE)
    as_before(item)
    upgrade.enrich_passages(apps, Editor)
    item = ContentItem.objects.get(pk=item.pk)
    for version in (item, item.latest_revision.as_object()):
        blocks = list(version.body.raw_data)
        assert blocks[0]["value"] == "甲 < 乙"
        assert blocks[1]["value"] == "<p>一 &lt; 二 &amp; &lt;b&gt;三&lt;/b&gt;<br/>四</p>"


def test_a_version_from_before_keeps_what_it_did_not_know(office: Office):
    item = draft(office.editor, VILLAGE)
    ContentItem.objects.filter(pk=item.pk).update(division=TOWNSHIP)
    as_before(item)
    upgrade.enrich_passages(apps, Editor)
    item = ContentItem.objects.get(pk=item.pk)
    old = item.latest_revision.as_object()
    assert (old.slug, old.division_id, old.kind) == (item.slug, TOWNSHIP, ContentItem.Kind.ARTICLE)


@pytest.mark.parametrize(
    ("audience", "division"),
    [([VILLAGE], VILLAGE), ([VILLAGE, NEXT_VILLAGE], TOWNSHIP), ([VILLAGE, FAR_VILLAGE], PREFECTURE)],
    ids=["one village", "one township", "one prefecture"],
)
def test_an_item_belongs_to_the_smallest_division_around_its_audience(
    office: Office, audience: list[str], division: str
):
    item = draft(office.editor, *audience)
    ContentItem.objects.update(division=None)
    upgrade.find_divisions(apps, Editor)
    item.refresh_from_db()
    assert item.division_id == division


def test_folders_get_different_names(office: Office):
    for _ in range(3):
        draft(office.editor, VILLAGE)
    upgrade.name_folders(apps, Editor)
    assert ContentItem.objects.values("slug").distinct().count() == 3
