"""Rules of content that need no database."""

from typing import Any

import pytest

from backend.content import rules


def test_a_link_names_the_item_as_the_api_does() -> None:
    assert rules.content_link(12) == "content/Q29udGVudEl0ZW06MTI="


def test_passages_are_the_paragraphs_and_statutes_with_their_places() -> None:
    blocks = [
        {"type": "heading", "value": "《民法典》第一条"},
        {"type": "paragraph", "value": "<p>甲<b>子</b></p><p>丑</p>"},
        {"type": "unknown", "value": "乙"},
        {"type": "statute", "value": {"citation": "丙"}},
        {
            "type": "steps",
            "value": [{"type": "item", "value": "一", "id": "x"}, {"type": "item", "value": "二", "id": "y"}],
        },
        {"type": "call", "value": {"label": "丁", "number": "12348"}},
        {"type": "quote", "value": {"text": "戊", "source": "己"}},
        {"type": "table", "value": {"caption": "庚", "text": "辛|壬\n癸|子"}},
    ]
    assert list(rules.passages(blocks)) == [
        (1, "甲子\n丑"),
        (3, "丙"),
        (4, "一\n二"),
        (6, "戊"),
        (7, "庚\n辛|壬\n癸|子"),
    ]
    assert dict(rules.texts(blocks))[5] == "丁\n12348"


def test_a_part_that_is_not_there_is_no_text() -> None:
    blocks = [
        {"type": "table", "value": {"text": "辛|壬\n癸|子"}},
        {"type": "call", "value": {"label": "丁", "number": ""}},
    ]
    assert list(rules.texts(blocks)) == [(0, "辛|壬\n癸|子"), (1, "丁")]


MEDIA = "5b6e7f00-1111-4222-8333-444455556666"


def test_the_file_of_a_block() -> None:
    assert str(rules.media_of({"media": MEDIA})) == MEDIA


@pytest.mark.parametrize(
    "value",
    [{}, {"media": None}, {"media": 7}, {"media": ""}, {"media": "abc"}, "text", None, 7, [MEDIA]],
    ids=str,
)
def test_what_names_no_file_is_told_by_three_errors(value: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        rules.media_of(value)
