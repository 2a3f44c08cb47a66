"""The blocks of a body as clients get them: typed, plain, and without what is broken."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.schema.server.ids import encode_id
from media.models import MediaFile, Rendition
from tests.conftest import Ask
from tests.editorial import FAR_VILLAGE, VILLAGE, Office, publish

BODY = """query ($id: ID!) { contentItem(id: $id) { body { __typename
  ... on HeadingBlock { id text } ... on ParagraphBlock { id text spans { text bold italic link } }
  ... on PictureBlock { id alt caption picture { id width bytes } }
  ... on RecordingBlock { id title recording { id bytes durationSeconds contentType } }
  ... on VideoBlock { id title video { id bytes durationSeconds width } }
  ... on QuoteBlock { id text source } ... on StatuteBlock { id citation: text } ... on CaseBlock { id item { title } }
  ... on StepsBlock { id steps } ... on CallBlock { id label number } ... on TableBlock { id caption head rows }
} } }"""
PICTURE, SOUND = {"width": 640, "height": 360}, {"duration_ms": 61_400}


@pytest.fixture
def villager(make_user: Callable[..., User], office: Office) -> User:
    return make_user(village_id=VILLAGE)


@pytest.fixture
def keep(office: Office) -> Callable[..., MediaFile]:
    """Makes checked files."""

    def make(purpose: str, content_type: str, **shape: int) -> MediaFile:
        file = MediaFile.objects.create(
            owner=office.editor, purpose=purpose, state="ready", content_type=content_type, size=1
        )
        Rendition.objects.create(media=file, key=f"public/{uuid4().hex}", content_type=content_type, size=9, **shape)
        return file

    return make


def stored(item: ContentItem, *blocks: Any) -> None:
    """A body as it may lie in the database."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentitem SET body = %s WHERE id = %s", [json.dumps(blocks), item.pk])


def body_of(ask: Ask, viewer: User, item: ContentItem) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(BODY, viewer, id=encode_id("ContentItem", item.pk))["data"]["contentItem"]["body"]
    return found


def block(kind: str, value: Any, name: str = "b") -> dict[str, Any]:
    return {"type": kind, "value": value, "id": name}


def test_a_block_of_each_kind_is_shown_as_what_it_is(ask: Ask, villager: User, office: Office, keep: Any) -> None:
    picture, recording = keep("picture", "image/webp", **PICTURE), keep("recording", "audio/mpeg", **SOUND)
    video, case = keep("video", "video/mp4", **PICTURE, **SOUND), publish(office.editor, title="案")
    item = publish(office.editor)
    stored(
        item,
        block("heading", "标题", "1"),
        block("paragraph", '<p>甲<b>乙<i>丙</i></b><a href="https://a.cn/x">丁</a><br/>戊</p><p>己</p>', "2"),
        block("picture", {"media": str(picture.pk), "alt": "图", "caption": ""}, "3"),
        block("recording", {"media": str(recording.pk), "title": "听"}, "4"),
        block("video", {"media": str(video.pk), "title": "看"}, "5"),
        block("quote", {"text": "说", "source": "某人"}, "6"),
        block("statute", {"citation": "《民法典》第一条"}, "7"),
        block("case", {"item": case.pk}, "8"),
        block("steps", [{"type": "item", "value": "先", "id": "s"}, "后"], "9"),
        block("call", {"label": "拨打", "number": "12348"}, "10"),
        block("table", {"caption": "表", "text": "甲 | 乙\n1 | 2\n3 | 4"}, "11"),
    )
    spans = [
        {"text": "甲", "bold": False, "italic": False, "link": None},
        {"text": "乙", "bold": True, "italic": False, "link": None},
        {"text": "丙", "bold": True, "italic": True, "link": None},
        {"text": "丁", "bold": False, "italic": False, "link": "https://a.cn/x"},
        {"text": "\n戊\n己", "bold": False, "italic": False, "link": None},
    ]
    sound = {"bytes": 9, "durationSeconds": 61}
    assert body_of(ask, villager, item) == [
        {"__typename": "HeadingBlock", "id": "1", "text": "标题"},
        {"__typename": "ParagraphBlock", "id": "2", "text": "甲乙丙丁\n戊\n己", "spans": spans},
        {
            "__typename": "PictureBlock",
            "id": "3",
            "alt": "图",
            "caption": "",
            "picture": {"id": encode_id("Picture", picture.pk), "width": 640, "bytes": 9},
        },
        {
            "__typename": "RecordingBlock",
            "id": "4",
            "title": "听",
            "recording": {"id": encode_id("Recording", recording.pk), "contentType": "audio/mpeg", **sound},
        },
        {
            "__typename": "VideoBlock",
            "id": "5",
            "title": "看",
            "video": {"id": encode_id("Video", video.pk), "width": 640, **sound},
        },
        {"__typename": "QuoteBlock", "id": "6", "text": "说", "source": "某人"},
        {"__typename": "StatuteBlock", "id": "7", "citation": "《民法典》第一条"},
        {"__typename": "CaseBlock", "id": "8", "item": {"title": "案"}},
        {"__typename": "StepsBlock", "id": "9", "steps": ["先", "后"]},
        {"__typename": "CallBlock", "id": "10", "label": "拨打", "number": "12348"},
        {
            "__typename": "TableBlock",
            "id": "11",
            "caption": "表",
            "head": ["甲", "乙"],
            "rows": [["1", "2"], ["3", "4"]],
        },
    ]


BROKEN = {
    "unknown": block("poem", "…"),
    "a heading that is none": block("heading", {"text": "…"}),
    "a passage of nothing": block("paragraph", None),
    "a picture of no key": block("picture", {"media": "x", "alt": "", "caption": ""}),
    "a picture without words": block("picture", {"media": str(uuid4())}),
    "a recording of a number": block("recording", {"media": 1, "title": ""}),
    "a quote that is a text": block("quote", "…"),
    "a case of a text": block("case", {"item": "1"}),
    "a case of nothing": block("case", {"item": None}),
    "a case of true": block("case", {"item": True}),
    "a case beyond all keys": block("case", {"item": 1 << 63}),
    "a case of none": block("case", {"item": 0}),
    "steps that are a number": block("steps", 1),
    "a table of one line": block("table", {"caption": "", "text": "甲|乙"}),
    "a ragged table": block("table", {"caption": "", "text": "甲|乙\n1"}),
    "no value": {"type": "heading", "id": "b"},
    "no id": {"type": "heading", "value": "…"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_left_out_and_the_rest_stays(ask: Ask, villager: User, office: Office, case: str) -> None:
    item = publish(office.editor)
    stored(item, block("heading", "前", "1"), BROKEN[case], block("heading", "后", "2"))
    assert [found["text"] for found in body_of(ask, villager, item)] == ["前", "后"]


@pytest.mark.parametrize(
    "html",
    [
        "甲<script>alert(1)</script>乙",
        '甲<img src="x" onerror="alert(1)">乙',
        '<a href="javascript:alert(1)">甲乙</a>',
        "<svg><b>x</b></svg>甲乙",
        "甲&lt;b&gt;乙".replace("&lt;b&gt;", ""),
    ],
)
def test_no_markup_comes_through_a_passage(ask: Ask, villager: User, office: Office, html: str) -> None:
    item = publish(office.editor)
    stored(item, block("paragraph", f"<p>{html}</p>"))
    [found] = body_of(ask, villager, item)
    assert found["text"] == "".join(span["text"] for span in found["spans"]) == "甲乙"
    assert {span["link"] for span in found["spans"]} == {None}


def test_what_a_block_leads_to_may_be_gone_or_not_for_the_viewer(ask: Ask, villager: User, office: Office) -> None:
    elsewhere, item = publish(office.editor, FAR_VILLAGE), publish(office.editor)
    gone = str(uuid4())
    stored(
        item,
        block("case", {"item": elsewhere.pk}),
        block("case", {"item": 987_654_321}),
        block("picture", {"media": gone, "alt": "", "caption": ""}),
        block("recording", {"media": gone, "title": ""}),
        block("video", {"media": gone, "title": ""}),
    )
    case, missing, picture, recording, video = body_of(ask, villager, item)
    assert case["item"] is missing["item"] is picture["picture"] is recording["recording"] is video["video"] is None
