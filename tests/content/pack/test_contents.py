"""What is in a pack, and what makes it begin again."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from backend.accounts.models import ReaderRole, User
from backend.ids import encode_id
from backend.schema.endpoint import engine
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from tests.conftest import Ask
from tests.content.pack.phones import QUERY, Publish, picture, retarget, sound, taken, titles, translate
from tests.editorial import COUNTY, NEXT_VILLAGE, PROVINCE, VILLAGE

pytestmark = pytest.mark.django_db


def test_a_first_pack_holds_what_the_reader_may_see(ask: Ask, reader: User, make_item: Publish):
    for title, audience in (("省", PROVINCE), ("县", COUNTY), ("村", VILLAGE), ("邻村", NEXT_VILLAGE)):
        make_item(audience, title=title)
    make_item(VILLAGE, title="顾问的", audience_roles=ReaderRole.ADVISOR.value)
    make_item(VILLAGE, title="撤下的").unpublish()
    mine = taken(ask, reader)
    assert titles(mine) == ["省", "县", "村"]
    assert (mine["reset"], mine["hasMore"], mine["deleted"], mine["itemCount"]) == (True, False, [], 3)
    assert titles(taken(ask, None)) == ["省"]


def test_a_pack_tells_what_came_changed_and_went(ask: Ask, reader: User, make_item: Publish):
    stays, changes, goes, narrows = (make_item(COUNTY, title=title) for title in "留改走窄")
    first = taken(ask, reader)
    retarget(changes, COUNTY, title="改了")
    goes.unpublish()
    retarget(narrows, NEXT_VILLAGE)
    make_item(VILLAGE, title="新")
    second = taken(ask, reader, first["cursor"])
    assert (titles(second), second["reset"]) == (["改了", "新"], False)
    assert sorted(second["deleted"]) == sorted(encode_id("ContentItem", item.pk) for item in (goes, narrows))
    third = taken(ask, reader, second["cursor"])
    assert (third["entries"], third["deleted"], third["hasMore"]) == ([], [], False)
    assert stays.title in titles(first)


def test_what_was_taken_back_and_published_again_is_there(ask: Ask, reader: User, make_item: Publish):
    item = make_item(VILLAGE, title="来来去去")
    cursor = taken(ask, reader)["cursor"]
    item.unpublish()
    retarget(item, VILLAGE, title="回来了")
    again = taken(ask, reader, cursor)
    assert (titles(again), again["deleted"]) == (["回来了"], [])


def test_what_is_for_other_roles_now_is_deleted_for_the_rest_alone(
    ask: Ask, reader: User, make_item: Publish, make_user: Callable[..., User]
):
    advisor = make_user(village_id=VILLAGE, reader_roles=ReaderRole.VILLAGER | ReaderRole.ADVISOR)
    item = make_item(VILLAGE)
    cursors = {person: taken(ask, person)["cursor"] for person in (reader, advisor)}
    retarget(item, VILLAGE, audience_roles=ReaderRole.ADVISOR.value)
    assert taken(ask, reader, cursors[reader])["deleted"] == [encode_id("ContentItem", item.pk)]
    kept = taken(ask, advisor, cursors[advisor])
    assert (kept["deleted"], kept["itemCount"]) == ([], 1)


def test_translations_change_the_pack_of_their_language(ask: Ask, reader: User, make_item: Publish):
    reader.language = "bo"
    item = make_item(VILLAGE, title="汉语")
    seen = taken(ask, reader)
    assert titles(seen) == ["汉语"]
    text = translate(item)
    seen = taken(ask, reader, seen["cursor"])
    assert titles(seen) == ["བོད་ཡིག"]
    text.unpublish()
    assert titles(taken(ask, reader, seen["cursor"])) == ["汉语"]


def test_a_topic_that_goes_or_comes_changes_what_belongs_to_it(ask: Ask, reader: User, make_item: Publish):
    topic = make_item(VILLAGE, kind="topic", title="专题")
    item = make_item(VILLAGE, title="一篇", topics=[topic])
    seen = taken(ask, reader)
    assert seen["entries"][1]["item"]["topics"] == [{"id": encode_id("ContentItem", topic.pk)}]
    topic.unpublish()
    seen = taken(ask, reader, seen["cursor"])
    assert [(entry["item"]["title"], entry["item"]["topics"]) for entry in seen["entries"]] == [("一篇", [])]
    retarget(topic, VILLAGE)
    seen = taken(ask, reader, seen["cursor"])
    assert {entry["item"]["title"] for entry in seen["entries"]} == {"一篇", "专题"}
    assert item.pk


@pytest.mark.usefixtures("_media")
def test_the_files_of_a_pack_are_listed_once_with_their_sizes(ask: Ask, reader: User, writer: User, make_item: Publish):
    cover, shown = picture(writer, "cover"), picture(writer)
    told, heard, seen = sound(writer, "recording"), sound(writer, "recording"), sound(writer, "video")
    body = [
        ("picture", {"media": str(shown.pk), "alt": "村口", "caption": ""}),
        ("picture", {"media": str(shown.pk), "alt": "又一次", "caption": ""}),
        ("recording", {"media": str(heard.pk), "title": "讲解"}),
        ("video", {"media": str(seen.pk), "title": "短片"}),
        ("picture", {"media": str(uuid4()), "alt": "不在了", "caption": ""}),
    ]
    for _ in range(2):
        make_item(VILLAGE, cover=cover, recording=told, video=seen, body=body)
    first = taken(ask, reader)
    found = {file["id"]: (file["bytes"], file["contentType"]) for file in first["media"]}
    assert len(found) == len(first["media"]) == 5
    assert found[encode_id("Picture", cover.pk)] == (cover.shown.size, "image/webp")
    assert found[encode_id("Picture", shown.pk)] == (shown.shown.size, "image/webp")
    assert found[encode_id("Recording", told.pk)] == found[encode_id("Recording", heard.pk)] == (1_000, "audio/mpeg")
    assert found[encode_id("Video", seen.pk)] == (1_000, "video/mp4")
    assert first["mediaBytes"] == sum(size for size, _ in found.values())
    item = first["entries"][0]["item"]
    named = [item["cover"]["id"], item["recording"]["id"], item["video"]["id"], item["body"][0]["picture"]["id"]]
    assert set(named) <= found.keys()
    assert taken(ask, reader, first["cursor"])["media"] == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "picture", "value": {"media": "abc", "alt": "", "caption": ""}},
        {"type": "picture", "value": {"media": 7, "alt": "", "caption": ""}},
        {"type": "recording", "value": {"title": "讲解"}},
        {"type": "video", "value": "text"},
        {"type": "picture", "value": None},
        {"type": "picture", "value": ["media"]},
        {"type": "picture"},
    ],
    ids=["no UUID", "a number", "no file", "a text", "nothing", "a list", "no value"],
)
@pytest.mark.usefixtures("_media")
def test_a_broken_block_costs_a_pack_that_block_alone(
    ask: Ask, reader: User, writer: User, make_item: Publish, block: dict[str, Any]
):
    shown = picture(writer)
    whole = {"media": str(shown.pk), "alt": "村口", "caption": ""}
    broken = make_item(VILLAGE, title="坏")
    make_item(VILLAGE, title="好", body=[("picture", whole)])
    stored = orjson.dumps([{"id": "1", **block}, {"id": "2", "type": "heading", "value": "还在"}]).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentitem SET body = %s WHERE id = %s", [stored, broken.pk])
    pack = taken(ask, reader)
    assert titles(pack) == ["坏", "好"]
    assert [file["id"] for file in pack["media"]] == [encode_id("Picture", shown.pk)]
    assert [each["text"] for each in pack["entries"][0]["item"]["body"]] == ["还在"]


def test_a_pack_is_answered_by_plan_and_by_graphql_core_alike(ask: Ask, reader: User, make_item: Publish):
    for n in range(3):
        make_item(VILLAGE, title=str(n))
    document = engine().documents.load(QUERY)
    answers = []
    for root in (None, object()):
        context = Context(Identity(viewer=reader), address="192.0.2.1")
        answers.append(engine().execute(document, context, root=root))
        assert context.seen.planned is (root is None)
    assert encode(answers[0]) == encode(answers[1])
