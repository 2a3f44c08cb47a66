"""The feed of one kind, of a topic, pinned, unread; what is related, and the topics."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from backend.content import selectors, standing
from backend.content.models import ContentItem, ReadingMark
from backend.content.reading.rules import GLANCE_SECONDS
from backend.content.reading.services import record_reading
from tests.conftest import Ask
from tests.content.asked import FEED, bind, key, titles
from tests.editorial import COUNTY, FAR_VILLAGE, NEXT_VILLAGE, PROVINCE, VILLAGE, Office, draft, enact, publish


@pytest.fixture
def villager(make_user: Callable[..., User], office: Office) -> User:
    return make_user(village_id=VILLAGE)


def test_kind_topic_and_pinned_narrow_the_feed_and_may_be_joined(ask: Ask, villager: User, office: Office) -> None:
    topic = publish(office.editor, title="专", kind="topic")
    day = timezone.localdate()
    pinned = {"今天": day, "过了": day - timedelta(days=1)}
    for title, until in pinned.items():
        bind(publish(office.editor, title=title, pinned_until=until), topic)
    bind(publish(office.editor, title="问", kind="qa"), topic)
    publish(office.editor, title="别的", kind="qa")
    assert titles(ask(FEED, villager, kind="QA")) == ["别的", "问"]
    assert titles(ask(FEED, villager, topic=key(topic))) == ["问", "过了", "今天"]
    assert titles(ask(FEED, villager, topic=key(topic), kind="QA")) == ["问"]
    assert titles(ask(FEED, villager, pinned=True)) == ["今天"]
    assert titles(ask(FEED, villager, pinned=False)) == ["别的", "问", "过了", "专"]
    assert titles(ask(FEED, villager)) == ["别的", "问", "过了", "今天", "专"]


def test_what_is_no_topic_has_no_items(ask: Ask, villager: User, office: Office) -> None:
    item, other = publish(office.editor), publish(office.editor)
    bind(other, item)
    assert titles(ask(FEED, villager, topic=key(item))) == []
    refused = ask(FEED, villager, topic="x")["errors"][0]["extensions"]
    assert refused == {"code": "INVALID_ID", "field": "topic"}


def test_unread_is_what_the_viewer_has_not_read_and_asks_who_that_is(
    ask: Ask, villager: User, make_user: Callable[..., User], office: Office
) -> None:
    read, begun, untouched = (publish(office.editor, PROVINCE, title=title) for title in ("读", "开", "没"))
    for item, at in ((read, timezone.now()), (begun, None)):
        ReadingMark.objects.create(user=villager, item=item, read_at=at, progress=10)
    ReadingMark.objects.create(user=make_user(), item=untouched, read_at=timezone.now())
    assert titles(ask(FEED, villager, unread=True)) == ["没", "开"]
    assert titles(ask(FEED, villager, unread=False)) == ["没", "开", "读"]
    assert ask(FEED, None, unread=True)["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
    assert titles(ask(FEED, None, unread=False)) == ["没", "开", "读"]


def test_what_was_opened_is_no_longer_unread_and_a_glance_does_not_count(
    ask: Ask, villager: User, office: Office
) -> None:
    opened, glanced = publish(office.editor, title="开了"), publish(office.editor, title="一眼")
    record_reading(user=villager, address="", item_id=opened.pk, progress=5, seconds=GLANCE_SECONDS)
    record_reading(user=villager, address="", item_id=glanced.pk, progress=5, seconds=GLANCE_SECONDS - 1)
    assert titles(ask(FEED, villager, unread=True)) == ["一眼"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("index", "narrowed"),
    [
        ("content_live_newest_kind", {"kind": "case"}),
        ("content_live_pinned", {"pinned_on": date(2026, 11, 24)}),
    ],
    ids=["kind", "pinned"],
)
def test_what_is_rare_is_not_looked_for_among_all_that_is_newer(index: str, narrowed: dict[str, Any]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the statistics of full tables")
    rows = selectors.feed(standing.reach(VILLAGE), **narrowed)
    plan = rows.order_by(*selectors.FEED_ORDER)[:20].explain()
    assert f"USING INDEX {index}" in plan, plan
    assert "SCAN content_contentitem" not in plan, plan


RELATED = "query ($id: ID!) { relatedContent(id: $id) { title } }"


def related(ask: Ask, viewer: User | None, item: ContentItem) -> list[str]:
    return [one["title"] for one in ask(RELATED, viewer, id=key(item))["data"]["relatedContent"]]


def test_related_is_the_newest_of_what_shares_a_topic_or_an_article(ask: Ask, villager: User, office: Office) -> None:
    enact()
    plain = {"body": [("heading", "…")]}
    topic = publish(office.editor, title="专", kind="topic", **plain)
    item = publish(office.editor, title="它")
    bind(item, topic)
    for n in range(4):
        bind(publish(office.editor, title=f"同题{n}", **plain), topic)
    for n in range(4):
        publish(office.editor, title=f"同法{n}")
    publish(office.editor, title="无关", **plain)
    publish(office.editor, FAR_VILLAGE, title="外村")
    draft(office.editor, title="草稿")
    assert related(ask, villager, item) == ["同法3", "同法2", "同法1", "同法0", "同题3", "同题2"]


def test_nothing_is_related_to_what_one_may_not_see(ask: Ask, make_user: Any, villager: User, office: Office) -> None:
    enact()
    item = publish(office.editor, NEXT_VILLAGE)
    publish(office.editor, PROVINCE, title="给大家")
    assert related(ask, make_user(village_id=NEXT_VILLAGE), item) == ["给大家"]
    assert related(ask, villager, item) == related(ask, None, item) == []


def test_topics_are_those_for_the_viewer_newest_first(ask: Ask, villager: User, office: Office) -> None:
    for title, audience in (("省", PROVINCE), ("县", COUNTY), ("外村", FAR_VILLAGE)):
        publish(office.editor, audience, title=title, kind="topic")
    publish(office.editor, PROVINCE, title="不是专题")
    query = "{ topics { title } }"
    assert ask(query, villager)["data"]["topics"] == [{"title": "县"}, {"title": "省"}]
    assert ask(query, None)["data"]["topics"] == [{"title": "省"}]
