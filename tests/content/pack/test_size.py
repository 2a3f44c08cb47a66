"""What a pack costs: bytes and statements."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.content import pack
from backend.content.models import ContentCitation, ContentItem
from backend.content.standing import standing_of
from backend.editions.models import Edition
from backend.editions.selectors import current
from backend.schema.endpoint import engine
from backend.schema.server.compression import squeezed
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from bench.pack.texts import Texts, characters
from tests.conftest import Ask
from tests.content.pack.phones import (
    QUERY,
    Phone,
    Publish,
    picture,
    sound,
    taken,
)
from tests.editorial import FAR_VILLAGE, PROVINCE, VILLAGE, enact

pytestmark = pytest.mark.django_db


def shelve_texts(writer: User, number: int, **more: Any) -> list[ContentItem]:
    """So many live items for VILLAGE, each of 600 to 900 characters and with a citation."""
    texts, now, edition = Texts(), timezone.now(), current()
    article = enact()[1062]
    items = ContentItem.objects.bulk_create(
        ContentItem(
            title=texts.title(),
            summary=texts.summary(),
            slug=f"text-{n}",
            body=texts.body(),
            author=writer,
            division_id=PROVINCE,
            live=True,
            edition=edition,
            first_published_at=now - timedelta(minutes=n),
            **more,
        )
        for n in range(number)
    )
    links = ContentItem.audience.through
    links.objects.bulk_create(links(contentitem_id=item.pk, division_id=VILLAGE) for item in items)
    ContentCitation.objects.bulk_create(
        ContentCitation(content=item, article=article, block=len(item.body.raw_data) - 2, position=0) for item in items
    )
    return items


def test_what_did_not_change_costs_next_to_nothing(reader: User, make_item: Publish):
    make_item(VILLAGE)
    Edition.objects.update(number=987_654_321)
    cursor = pack.pack_for(standing_of(reader), since=None, first=200).cursor
    document = engine().documents.load(QUERY)
    context = Context(Identity(viewer=reader), address="192.0.2.1")
    body = encode(engine().execute(document, context, variables={"since": cursor}))
    assert b'"entries":[]' in body
    assert len(body) < 200


def test_two_hundred_items_are_less_than_300_kb_with_gzip(ask: Ask, reader: User, writer: User):
    items = shelve_texts(writer, 200)
    lengths = [characters(json.dumps(list(item.body.raw_data), ensure_ascii=False)) for item in items]
    assert (len(items), min(lengths) >= 600, max(lengths) <= 900) == (200, True, True)
    body = encode(ask(QUERY, reader))
    assert len(body) > 500_000
    assert len(squeezed(body)) < 300_000


@pytest.mark.parametrize("number", [20, 200])
@pytest.mark.usefixtures("_media")
def test_a_pack_costs_the_same_statements_however_much_is_in_it(
    ask: Ask, reader: User, writer: User, make_item: Publish, django_assert_num_queries: Any, number: int
):
    files = {"cover": picture(writer, "cover"), "recording": sound(writer, "recording")}
    items = shelve_texts(writer, number, video=sound(writer, "video"), **files)
    topic = make_item(VILLAGE, kind="topic")
    links = ContentItem.topics.through
    links.objects.bulk_create(links(from_contentitem_id=item.pk, to_contentitem_id=topic.pk) for item in items)
    for _ in range(2):
        with django_assert_num_queries(11):
            answer = ask(QUERY, reader, first=number)
    assert answer["data"]["contentPack"]["itemCount"] == number
    assert (answer["data"]["contentPack"]["hasMore"], len(answer["data"]["contentPack"]["media"])) == (True, 3)
    cursor = Phone(reader).sync(ask).cursor
    with django_assert_num_queries(1):
        assert taken(ask, reader, cursor)["itemCount"] == 0
    make_item(FAR_VILLAGE)
    with django_assert_num_queries(3):
        assert taken(ask, reader, cursor)["itemCount"] == 0
