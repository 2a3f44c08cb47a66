"""The feed and one item, as a client asks for them."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.schema.server.ids import encode_id
from media.services import store_picture
from tests.conftest import Ask
from tests.editorial import (
    BODY,
    COUNTY,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    PROVINCE,
    TOWNSHIP,
    VILLAGE,
    Office,
    draft,
    enact,
    publish,
    shelve,
)

TITLES = """
query F($n: Int, $a: String) { feed(first: $n, after: $a) {
  edges { cursor node { title } } pageInfo { hasNextPage endCursor } } }
"""
WHOLE = """
query F($n: Int) { feed(first: $n) { edges { node {
  id title summary publishedAt
  cover { id url width height bytes }
  body { __typename ... on HeadingBlock { id text } ... on ParagraphBlock { id text }
         ... on StatuteBlock { id text citations { quote article { label law { name } validity } } } }
  citations { quote text article { label text } }
} } } }
"""
ITEM = """
query I($id: ID!) { contentItem(id: $id) { id title publishedAt cover { url width height bytes }
  body { __typename ... on HeadingBlock { id text } ... on ParagraphBlock { id text }
         ... on StatuteBlock { id text citations { quote article { label } } } }
  citations { quote article { label text } } } }
"""


@pytest.fixture
def villager(make_user: Callable[..., User], office: Office) -> User:
    return make_user(village_id=VILLAGE)


def titles(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["title"] for edge in answer["data"]["feed"]["edges"]]


def cover(owner: User) -> Any:
    data = BytesIO()
    Image.new("RGB", (64, 36), "teal").save(data, "PNG")
    return store_picture(owner=owner, purpose="cover", data=data.getvalue())


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_the_feed_is_of_the_viewers_village_newest_first(ask: Ask, office: Office, make_user: Any) -> None:
    for title, audience in [("省", PROVINCE), ("县", COUNTY), ("村", VILLAGE), ("邻村", NEXT_VILLAGE)]:
        publish(office.editor, audience, title=title)
    assert titles(ask(TITLES, make_user(village_id=VILLAGE))) == ["村", "县", "省"]
    assert titles(ask(TITLES, make_user(village_id=NEXT_VILLAGE))) == ["邻村", "县", "省"]
    assert titles(ask(TITLES, make_user(village_id=FAR_VILLAGE))) == ["省"]
    assert titles(ask(TITLES, make_user())) == ["省"]
    assert titles(ask(TITLES)) == ["省"]


def test_items_of_one_instant_are_told_apart_by_their_ids(ask: Ask, villager: User, office: Office) -> None:
    now = timezone.now()
    items = [publish(office.editor, PROVINCE, VILLAGE, title=str(n)) for n in range(5)]
    ContentItem.objects.update(first_published_at=now)
    seen: list[str] = []
    after = None
    for _ in range(3):
        answer = ask(TITLES, villager, n=2, a=after)
        seen += titles(answer)
        after = answer["data"]["feed"]["pageInfo"]["endCursor"]
    assert seen == [item.title for item in reversed(items)]
    assert answer["data"]["feed"]["pageInfo"]["hasNextPage"] is False


def test_an_item_published_between_two_pages_shifts_nothing(ask: Ask, villager: User, office: Office) -> None:
    for n in range(4):
        publish(office.editor, title=str(n))
    first = ask(TITLES, villager, n=2)
    publish(office.editor, title="后来的")
    second = ask(TITLES, villager, n=2, a=first["data"]["feed"]["pageInfo"]["endCursor"])
    assert titles(first) + titles(second) == ["3", "2", "1", "0"]


def test_an_article_shows_its_blocks_cover_and_citations(ask: Ask, villager: User, office: Office) -> None:
    enact()
    item = publish(office.editor, cover=cover(office.editor))
    answer = ask(ITEM, villager, id=encode_id("ContentItem", item.pk))["data"]["contentItem"]
    assert answer["id"] == encode_id("ContentItem", item.pk)
    assert answer["cover"]["width"] == 64
    assert answer["cover"]["bytes"] > 0
    assert [(block["__typename"], block["text"]) for block in answer["body"]] == [
        ("HeadingBlock", BODY[0][1]),
        ("ParagraphBlock", BODY[1][1]),
        ("StatuteBlock", BODY[2][1]["citation"]),
    ]
    assert len({block["id"] for block in answer["body"]}) == 3
    assert [row["article"]["label"] for row in answer["body"][2]["citations"]] == ["第一千零六十二条"]
    assert [row["article"]["label"] for row in answer["citations"]] == ["第一千零六十三条", "第一千零六十二条"]
    assert answer["citations"][1]["article"]["text"] == "夫妻对共同财产，有平等的处理权。"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (TITLES, 1),
        ("query F($n: Int) { feed(first: $n) { edges { node { title summary body { __typename } } } } }", 1),
        ("query F($n: Int) { feed(first: $n) { edges { node { title cover { url } } } } }", 2),
        ("query F($n: Int) { feed(first: $n) { edges { node { ... on ContentItem { citations { quote } } } } } }", 2),
        (WHOLE, 4),
    ],
)
def test_the_feed_costs_the_same_statements_for_20_and_100_items(
    ask: Ask, villager: User, office: Office, django_assert_num_queries: Any, query: str, number: int
) -> None:
    shelve(100, office.editor, cover(office.editor), enact()[1062])
    for size in (20, 100):
        with django_assert_num_queries(number):
            answer = ask(query, villager, n=size)
        assert len(answer["data"]["feed"]["edges"]) == size


def test_what_is_not_asked_for_is_not_read(ask: Ask, villager: User, office: Office) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    publish(office.editor)
    with CaptureQueriesContext(connection) as asked:
        ask(TITLES, villager)
    assert '"body"' not in asked[0]["sql"]
    with CaptureQueriesContext(connection) as asked:
        ask("{ feed { edges { node { body { __typename } } } } }", villager)
    assert '"body"' in asked[0]["sql"]


def test_an_item_for_the_neighbours_a_draft_and_a_withdrawn_one_are_null(
    ask: Ask, villager: User, office: Office
) -> None:
    withdrawn = publish(office.editor, TOWNSHIP)
    withdrawn.unpublish()
    for item in (publish(office.editor, FAR_VILLAGE), draft(office.editor), withdrawn):
        answer = ask(ITEM, villager, id=encode_id("ContentItem", item.pk))
        assert answer == {"data": {"contentItem": None}}


@pytest.mark.parametrize("bad", ["", "x", "Q29udGVudEl0ZW06", "TWVzc2FnZTox", "Q29udGVudEl0ZW06LTE="])
def test_a_malformed_id_is_refused(ask: Ask, villager: User, bad: str) -> None:
    answer = ask(ITEM, villager, id=bad)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_ID", "field": "id"}


def forged(*values: Any) -> str:
    """A cursor of the feed's own form, with values of somebody's choice."""
    return base64.urlsafe_b64encode(json.dumps(["ContentItemConnection", *values]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "values",
    [("0001-01-01T00:00:00+23:00", 1), ("9999-12-31T23:59:59-23:00", 1), ("2026-01-01T00:00:00+00:00\x00", 1)],
    ids=["before the first day", "after the last day", "NUL"],
)
def test_a_forged_cursor_is_refused(ask: Ask, villager: User, values: tuple[Any, ...]) -> None:
    answer = ask(TITLES, villager, n=2, a=forged(*values))
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize(
    "bad", ["x", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIngiXQ", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwxXQ"]
)
def test_a_cursor_that_the_feed_did_not_give_is_refused(ask: Ask, villager: User, bad: str) -> None:
    answer = ask(TITLES, villager, n=2, a=bad)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


def test_an_article_that_was_repealed_since_says_so(ask: Ask, villager: User, office: Office) -> None:
    articles = enact()
    publish(office.editor)
    article = articles[1062]
    article.validity = "repealed"
    article.save()
    node = ask(WHOLE, villager, n=1)["data"]["feed"]["edges"][0]["node"]
    cited = node["body"][2]["citations"][0]["article"]
    assert cited["validity"] == "REPEALED"


def test_the_time_of_publication_is_the_first(ask: Ask, villager: User, office: Office) -> None:
    item = publish(office.editor)
    earlier = timezone.now() - timedelta(days=3)
    ContentItem.objects.filter(pk=item.pk).update(first_published_at=earlier)
    item.refresh_from_db()
    item.save_revision(user=office.editor).publish(skip_permission_checks=True)
    answer = ask("{ feed { edges { node { publishedAt } } } }", villager)
    assert answer["data"]["feed"]["edges"][0]["node"]["publishedAt"] == earlier.isoformat()


def test_a_notice_opens_what_its_link_names(ask: Ask, villager: User, office: Office) -> None:
    publish(office.editor, title="甲")
    [edge] = ask("{ inbox { edges { node { link } } } }", villager)["data"]["inbox"]["edges"]
    kind, _, item = edge["node"]["link"].partition("/")
    assert kind == "content"
    assert ask("query I($id: ID!) { contentItem(id: $id) { title } }", villager, id=item) == {
        "data": {"contentItem": {"title": "甲"}}
    }


def test_a_refusal_leaves_the_rest_of_an_answer(ask: Ask, villager: User) -> None:
    answer = ask('{ feed(first: 0) { edges { cursor } } contentItem(id: "x") { id } unreadCount }', villager)
    assert answer["data"] == {"feed": None, "contentItem": None, "unreadCount": 0}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_PAGE", "INVALID_ID"]
