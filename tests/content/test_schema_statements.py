"""How many SQL statements the library takes: as many for 20 items as for 100, whatever hangs on them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentCitation, ContentItem, ContentLesson, ContentTranslation
from backend.regions.models import Division
from backend.schema.server.ids import encode_id
from media.models import MediaFile, Rendition
from tests.conftest import Ask
from tests.editorial import VILLAGE, enact
from tests.schema.permissions.asking import Asker

CARD = "{ id kind title cover { url } }"
SPEED = (
    "id kind title summary publishedAt publisher { name author division { code } } topics { id title } cover { url }"
)
BODY = f"""body {{ __typename ... on HeadingBlock {{ text }} ... on ParagraphBlock {{ spans {{ text bold }} }}
  ... on PictureBlock {{ picture {{ url }} }} ... on RecordingBlock {{ recording {{ url }} }}
  ... on VideoBlock {{ video {{ url }} }} ... on StatuteBlock {{ citations {{ quote article {{ law {{ name }} }} }} }}
  ... on CaseBlock {{ item {CARD} }} ... on StepsBlock {{ steps }} ... on TableBlock {{ rows }} }}"""
WHOLE = f"""{SPEED} kindLabel language languages question updatedAt pinned pinnedUntil
  recording {{ url }} video {{ url }}
  case {{ category facts {{ value }} }} lessons {{ position item {CARD} }} citations {{ quote text }}
  mine {{ progress }} figures {{ reads }} {BODY}"""
#: What is asked of an item, and the statements that it takes: one for the items, and one for each source below them.
ASKED = {
    "what a list shows": (SPEED, 3),
    "the language": ("title language languages", 1),
    # Pictures, recordings, videos, citations, cases and their covers.
    "bodies": (BODY, 7),
    # Topics, cover, recording, video, lessons, their items, and their covers; citations, marks; and six of the body.
    "everything": (WHOLE, 16),
}


@pytest.fixture
def everything() -> Asker:
    """A hundred items with all that they have cost more than a client may ask for at once."""
    return Asker()


@pytest.fixture
def library(divisions: dict[str, Division], make_user: Callable[..., User]) -> User:
    """A hundred items, each with all that an item may have; the villager who reads them, in Tibetan."""
    author = make_user()
    files = {kind: _file(author, *shape) for kind, shape in _FILES.items()}
    topic, lesson = (
        ContentItem.objects.create(
            kind=kind, title=kind, summary="…", cover=files["cover"], live=True, first_published_at=_ago(10**5)
        )
        for kind in ("topic", "article")
    )
    items = ContentItem.objects.bulk_create(_item(n, author, files, lesson) for n in range(100))
    audience, bonds = ContentItem.audience.through, ContentItem.topics.through
    audience.objects.bulk_create(audience(contentitem=row, division_id=VILLAGE) for row in (*items, topic, lesson))
    bonds.objects.bulk_create(bonds(from_contentitem=item, to_contentitem=topic) for item in items)
    ContentLesson.objects.bulk_create(ContentLesson(course=item, lesson=lesson, sort_order=0) for item in items)
    article = enact()[1062]
    ContentCitation.objects.bulk_create(
        ContentCitation(content=item, article=article, block=5, position=0) for item in items
    )
    ContentTranslation.objects.bulk_create(
        ContentTranslation(item=item, language="bo", title="…", body=item.body, live=True, first_published_at=_ago(0))
        for item in items[::2]
    )
    return make_user(village_id=VILLAGE, language="bo")


_FILES: dict[str, tuple[str, dict[str, int]]] = {
    "cover": ("image/webp", {"width": 8, "height": 6}),
    "recording": ("audio/mpeg", {"duration_ms": 900}),
    "video": ("video/mp4", {"duration_ms": 900, "width": 8, "height": 6}),
}


def _ago(minutes: int) -> Any:
    return timezone.now() - timedelta(minutes=minutes)


def _file(owner: User, content_type: str, shape: dict[str, int]) -> MediaFile:
    file = MediaFile.objects.create(owner=owner, purpose="cover", state="ready", content_type=content_type, size=1)
    Rendition.objects.create(media=file, key=f"public/{uuid4().hex}", content_type=content_type, size=9, **shape)
    return file


def _item(number: int, author: User, files: dict[str, MediaFile], other: ContentItem) -> ContentItem:
    media = {kind: str(file.pk) for kind, file in files.items()}
    body = [
        ("heading", "…"),
        ("paragraph", "<p>甲<b>乙</b></p>"),
        ("picture", {"media": media["cover"], "alt": "", "caption": ""}),
        ("recording", {"media": media["recording"], "title": ""}),
        ("video", {"media": media["video"], "title": ""}),
        ("statute", {"citation": "《民法典》第一千零六十二条"}),
        ("case", {"item": other.pk}),
        ("steps", ["先"]),
        ("table", {"caption": "", "text": "甲\n1"}),
    ]
    return ContentItem(
        kind="case",
        case_category="mediation",
        case_facts={"outcome": "和解"},
        title=f"{number}",
        summary="…",
        division_id=VILLAGE,
        body=json.dumps([{"type": kind, "value": value, "id": f"{n}"} for n, (kind, value) in enumerate(body)]),
        author=author,
        live=True,
        first_published_at=_ago(number),
        **files,
    )


@pytest.mark.parametrize("name", ASKED)
def test_a_feed_of_20_takes_the_statements_of_one_of_100(
    everything: Asker, library: User, django_assert_num_queries: Any, name: str
) -> None:
    asked, number = ASKED[name]
    query = f"query ($n: Int) {{ feed(first: $n, kind: CASE) {{ edges {{ node {{ {asked} }} }} }} }}"
    for size in (20, 100):
        with django_assert_num_queries(number):
            answer = everything.respond(query, library, {"n": size})
        assert everything.planned
        assert len(answer["data"]["feed"]["edges"]) == size


def test_every_item_of_the_largest_page_has_all_that_hangs_on_it(everything: Asker, library: User) -> None:
    query = f"{{ feed(first: 100, kind: CASE) {{ edges {{ node {{ {WHOLE} }} }} }} }}"
    nodes = [edge["node"] for edge in everything.respond(query, library, {})["data"]["feed"]["edges"]]
    assert [node["language"] for node in nodes] == ["BO", "ZH_HANS"] * 50
    for node in nodes:
        assert (node["recording"] is None) == (node["language"] == "BO"), "a recording belongs to its language"
        assert [len(node[name]) for name in ("topics", "lessons", "citations")] == [1, 1, 1]
        assert node["lessons"][0]["item"]["cover"] == node["cover"]
        assert node["case"]["facts"] == [{"value": "和解"}]
        blocks = {block["__typename"]: block for block in node["body"]}
        assert blocks["PictureBlock"]["picture"] == node["cover"]
        assert blocks["VideoBlock"]["video"] == node["video"]
        assert blocks["RecordingBlock"]["recording"]
        assert blocks["CaseBlock"]["item"]["cover"]
        assert [one["quote"] for one in blocks["StatuteBlock"]["citations"]] == ["《民法典》第一千零六十二条"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("query ($id: ID!) { contentItem(id: $id) { title } }", 1),
        ("query ($id: ID!) { relatedContent(id: $id) { title } }", 1),
        ("query ($id: ID!) { feed(topic: $id) { edges { node { title } } } }", 1),
        ("{ feed(pinned: true) { edges { node { title } } } }", 1),
        ("{ feed(unread: true) { edges { node { title } } } }", 1),
        ("{ topics { title } }", 1),
    ],
)
def test_each_way_to_content_is_one_statement(
    ask: Ask, library: User, django_assert_num_queries: Any, query: str, number: int
) -> None:
    item = ContentItem.objects.filter(kind="topic")[0]
    variables = {"id": encode_id("ContentItem", item.pk)} if "$id" in query else {}
    with django_assert_num_queries(number):
        assert "errors" not in ask(query, library, **variables)
