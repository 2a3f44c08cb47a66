"""One person's walk through all that the root fields give, with every argument that somebody could guess."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

from backend.content.pack import Cursor, Place, digest_of
from backend.content.standing import Standing
from backend.regions.models import Division
from tests.schema.permissions.asking import SCHEMA, Asker
from tests.schema.permissions.paths import CARDS
from tests.schema.permissions.rows import all_ids

#: Fewer than there are of most things, so that the walk turns pages.
PAGE = 3
#: What a person may be told on the way. Anything else is a fault of the walk.
REFUSALS = {"SIGN_IN_REQUIRED", "NOT_A_MEMBER", "GROUP_NOT_FOUND", "VERSIONS_OF_DIFFERENT_LAWS"}
#: With a wrong character, a word that people say, and words of the world's titles and articles.
SEARCHED = ("彩里 夫妻共同财产", "民法典1062条", "没有")
LANGUAGES = ("ZH_HANS", "BO", "II")
TEXTS = ("《民法典》第一千零六十二条、第九千条；《监狱法》第一条第九款；《没有的法》第一条。",)
#: Of a pack, for anybody without a standing: for everybody else it is somebody else's.
_FROM_THE_START = str(Cursor(Place(0), Place(0), digest_of(Standing())))
#: The root fields that this walk is compared with.
BY_ID = {"node", "nodes"}
PAGING = {"first", "after", "last", "before"}
NODE_TYPES = {of.name for of in SCHEMA.get_possible_types(SCHEMA.type_map["Node"])}  # type: ignore[arg-type]
#: What holds a list together.
_AROUND = ("Connection", "Edge")


def arguments() -> dict[str, list[dict[str, Any]]]:
    """By root field, all sets of arguments to ask it with, besides those of paging: every id and code there is."""
    codes = [*Division.objects.values_list("code", flat=True), "510114006099"]

    def ids(argument: str, of: str) -> list[dict[str, Any]]:
        return [{argument: each} for each in all_ids(of)]

    return {
        "article": ids("id", "Article"),
        "contentItem": _in_languages(ids("id", "ContentItem")),
        "contentPack": [
            {},
            {"first": 2},
            *({"language": language} for language in LANGUAGES),
            {"since": _FROM_THE_START},
        ],
        "division": [{"code": code} for code in codes],
        "divisions": [{}, *({"parent": code} for code in codes[:-1])],
        "divisionSearch": [{"text": text, "first": 50, "near": codes[0]} for text in ("社区", "新都", "5101", "四川")],
        "feed": [
            {},
            *({"language": language} for language in LANGUAGES),
            {"kind": "CASE"},
            *ids("topic", "ContentItem"),
            *({name: value} for name in ("pinned", "unread") for value in (True, False)),
        ],
        "group": ids("id", "VillageGroup"),
        "inbox": [{}],
        "law": ids("id", "Law"),
        "lawArticles": ids("version", "LawVersion"),
        "lawDifference": [{"from": one, "to": other} for one, other in product(all_ids("LawVersion"), repeat=2)],
        "laws": [{}, {"text": "法"}],
        "media": ids("id", "Media"),
        "myBookmarks": [{}],
        "myGroups": [{}],
        "myReadings": [{}],
        "relatedContent": _in_languages(ids("id", "ContentItem")),
        "outdatedAnswers": [{}],
        "resolveCitations": [{"text": text} for text in TEXTS],
        "search": [
            *({"text": text} for text in SEARCHED),
            {"text": SEARCHED[0], "kinds": ["CONTENT"], "first": 50, "offset": 1, "language": "BO"},
            *({"text": SEARCHED[0], **given} for given in ids("topic", "ContentItem")),
        ],
        "searchSuggestions": [{"text": text} for text in ("夫妻", "民法", "彩")],
        "topics": _in_languages([{}]),
        "statute": [{"id": each, "at": day} for each in all_ids("Law") for day in (None, "2010-01-01", "1980-01-01")],
        "unreadCount": [{}],
        "viewer": [{}],
        "villageAdvisor": [
            {"village": code} for code in Division.objects.filter(level=5).values_list("code", flat=True)
        ],
    }


def _in_languages(sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [given | more for given in sets for more in ({}, *({"language": language} for language in LANGUAGES))]


class Facts:
    """What was seen: things with ids of their own, by type and id, and by the field that gave them."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Any]] = defaultdict(dict)
        #: By coordinate, the ids of the things that it gave.
        self.given: dict[str, set[str]] = defaultdict(set)
        #: The coordinates under which anything was seen.
        self.seen: set[str] = set()
        self.codes: set[str] = set()
        #: What shows a part of something else, by type: under its id, each way in which it was seen.
        self.cards: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        #: What was seen with a language asked for, by that.
        self.told_in: dict[str, Facts] = {}

    def asked_with(self, given: dict[str, Any]) -> "Facts":
        """Where an answer belongs: things look otherwise in another language than the person's own."""
        language = given.get("language")
        return self.told_in.setdefault(language, Facts()) if language else self

    def learn(self, answer: Any, coordinate: str) -> None:
        """Everything in the answer of the field at the coordinate. Fails where one thing is seen in two ways."""
        if isinstance(answer, list):
            for each in answer:
                self.learn(each, coordinate)
        if isinstance(answer, dict):
            self._learn_object(answer, coordinate)

    def _learn_object(self, answer: dict[str, Any], coordinate: str) -> None:
        name = answer["__typename"]
        for key, value in answer.items():
            if value not in (None, []):
                self.seen.add(f"{name}.{key}")
            self.learn(value, coordinate if name.endswith(_AROUND) else f"{name}.{key}")
        if name in CARDS:
            self.cards[name][answer["id"]].append(answer)
        if name in NODE_TYPES:
            known = self.things[name].setdefault(answer["id"], answer)
            assert known == answer, f"{coordinate} shows {name} in another way"
            self.given[coordinate].add(answer["id"])


def crawl(asker: Asker, viewer: Any) -> Facts:
    """All that the person can find without `node` and `nodes`."""
    facts = Facts()
    for name, sets in arguments().items():
        for given in sets:
            for page in _pages(asker, viewer, name, given, facts):
                if page not in (None, []):
                    facts.seen.add(f"Query.{name}")
                facts.asked_with(given).learn(page, f"Query.{name}")
    return facts


def _pages(asker: Asker, viewer: Any, name: str, given: dict[str, Any], facts: Facts) -> Iterator[Any]:
    if "after" not in SCHEMA.query_type.fields[name].args:  # type: ignore[union-attr]
        yield _asked(asker, viewer, name, given, facts)
        return
    after: str | None = None
    while True:
        page = _asked(asker, viewer, name, {**given, "first": PAGE, "after": after}, facts)
        yield page
        if page is None or not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _asked(asker: Asker, viewer: Any, name: str, given: dict[str, Any], facts: Facts) -> Any:
    answer = asker.everything("query", name, viewer, given)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= REFUSALS, answer
    facts.codes |= codes
    assert_whole(answer["data"])
    return answer["data"][name]


def assert_whole(answer: Any) -> None:
    """No list inside goes on behind what was asked for."""
    for each in answer if isinstance(answer, list) else answer.values() if isinstance(answer, dict) else ():
        if isinstance(each, dict) and each.get("__typename") == "MessageConnection":
            assert each["pageInfo"]["hasNextPage"] is False
        assert_whole(each)
