"""The search box in the contract."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.schema.server.ids import encode_id
from backend.search import selectors
from tests.conftest import Ask
from tests.editorial import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, enact
from tests.search.conftest import Publish
from tests.statutes.conftest import MakeFile, make_file

__all__ = ["make_file"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_index")]

SEARCH = """query($text: String!, $kinds: [SearchKind!], $topic: ID, $first: Int, $offset: Int, $language: Language) {
  search(text: $text, kinds: $kinds, topic: $topic, first: $first, offset: $offset, language: $language) {
    total hasMore corrected
    facets { kind count }
    synonyms { said terms }
    hits {
      kind language title score
      titleSpans { text hit }
      snippet { text hit }
      content { id title language }
      article { id label }
    }
  }
}"""
SUGGEST = "query($text: String!) { searchSuggestions(text: $text) { text kind } }"


def test_a_hit_leads_to_what_it_is(ask: Ask, publish: Publish, people: dict[str, User]) -> None:
    item = publish("彩礼能不能退", "订婚给的彩礼。")
    (hit,) = ask(SEARCH, people[VILLAGE], text="彩礼")["data"]["search"]["hits"]
    assert 0 < hit.pop("score") <= 1
    assert hit == {
        "kind": "CONTENT",
        "language": "ZH_HANS",
        "title": "彩礼能不能退",
        "titleSpans": [{"text": "彩礼", "hit": True}, {"text": "能不能退", "hit": False}],
        "snippet": [
            {"text": "摘要 订婚给的", "hit": False},
            {"text": "彩礼", "hit": True},
            {"text": "。", "hit": False},
        ],
        "content": {"id": encode_id("ContentItem", item.pk), "title": "彩礼能不能退", "language": "ZH_HANS"},
        "article": None,
    }


def test_an_article_is_a_hit(ask: Ask, make_file: MakeFile) -> None:
    from backend.statutes.services import import_statutes

    import_statutes(make_file())
    found = ask(SEARCH, text="民法典1062条", first=1)["data"]["search"]
    (hit,) = found["hits"]
    assert (hit["kind"], hit["title"], hit["content"]) == ("LAW", "《民法典》第一千零六十二条", None)
    assert hit["article"]["label"] == "第一千零六十二条"
    assert {"text": "第一千零六十二条", "hit": True} in hit["titleSpans"]
    assert (found["hasMore"], found["facets"]) == (True, [{"kind": "LAW", "count": found["total"]}])


@pytest.mark.parametrize("viewer", [VILLAGE, FAR_VILLAGE, None])
def test_what_is_for_another_village_is_not_there(
    ask: Ask, publish: Publish, people: dict[str, User], viewer: str | None
) -> None:
    publish("彩礼的秘密", "正文", NEXT_VILLAGE)
    person = people[viewer] if viewer else None
    found = ask(SEARCH, person, text="彩礼的秘密")["data"]["search"]
    assert (found["hits"], found["total"], found["facets"], found["hasMore"]) == ([], 0, [], False)
    suggestions = ask(SUGGEST, person, text="彩礼")["data"]["searchSuggestions"]
    assert "彩礼的秘密" not in {one["text"] for one in suggestions}


def test_corrections_and_synonyms_are_told(ask: Ask, publish: Publish, people: dict[str, User]) -> None:
    publish("彩礼")
    found = ask(SEARCH, people[VILLAGE], text="彩里")["data"]["search"]
    assert found["corrected"] == "彩礼"
    assert "彩礼" in {one["said"] for one in found["synonyms"]}
    assert ask(SEARCH, people[VILLAGE], text="彩礼")["data"]["search"]["corrected"] is None


def test_nulls_are_as_good_as_nothing(ask: Ask, publish: Publish, people: dict[str, User]) -> None:
    publish("彩礼")
    nulls: dict[str, Any] = dict.fromkeys(("kinds", "topic", "first", "offset", "language"))
    assert ask(SEARCH, people[VILLAGE], text="彩礼", **nulls) == ask(SEARCH, people[VILLAGE], text="彩礼")


REFUSED = {
    "text": ({"text": "彩" * (selectors.MAX_TEXT + 1)}, "INVALID_INPUT", "text"),
    "first": ({"text": "彩礼", "first": 51}, "INVALID_INPUT", "first"),
    "offset": ({"text": "彩礼", "offset": -1}, "INVALID_INPUT", "offset"),
    "topic": ({"text": "彩礼", "topic": "x"}, "INVALID_ID", "topic"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_much_is_refused(ask: Ask, name: str) -> None:
    given, code, field = REFUSED[name]
    answer = ask(SEARCH, **given)
    assert answer["data"] == {"search": None}
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (code, field)


def test_suggestions(ask: Ask, publish: Publish, people: dict[str, User]) -> None:
    enact()
    publish("民法典为什么重要")
    found = ask(SUGGEST, people[VILLAGE], text="民法")["data"]["searchSuggestions"]
    assert found[0] == {"text": "民法典", "kind": "LAW"}
    assert {"text": "民法典为什么重要", "kind": "TITLE"} in found


@pytest.mark.parametrize("number", [1, 8])
def test_statements_are_as_many_for_any_number_of_hits(
    ask: Ask, publish: Publish, people: dict[str, User], number: int
) -> None:
    for _ in range(number):
        publish("彩礼")
    ask(SEARCH, people[VILLAGE], text="彩礼")
    with CaptureQueriesContext(connection) as queries:
        assert len(ask(SEARCH, people[VILLAGE], text="彩礼")["data"]["search"]["hits"]) == number
    # The search's own three, and one for the items.
    assert len(queries) == 4
