"""One person's walk through all that the root fields give, with every argument that somebody could guess."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from backend.regions.models import Division
from tests.schema.permissions.asking import SCHEMA, Asker
from tests.schema.permissions.rows import all_ids

#: Fewer than there are of most things, so that the walk turns pages.
PAGE = 3
#: What a person may be told on the way. Anything else is a fault of the walk.
REFUSALS = {"SIGN_IN_REQUIRED", "NOT_A_MEMBER", "GROUP_NOT_FOUND"}
TEXTS = ("《民法典》第一千零六十二条、第九千条；《监狱法》第一条第九款；《没有的法》第一条。",)
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
        "contentItem": ids("id", "ContentItem"),
        "division": [{"code": code} for code in codes],
        "divisions": [{}, *({"parent": code} for code in codes[:-1])],
        "divisionSearch": [{"text": text, "first": 50, "near": codes[0]} for text in ("社区", "新都", "5101", "四川")],
        "feed": [{}],
        "group": ids("id", "VillageGroup"),
        "inbox": [{}],
        "law": ids("id", "Law"),
        "lawArticles": ids("version", "LawVersion"),
        "laws": [{}, {"text": "法"}],
        "media": ids("id", "Media"),
        "myGroups": [{}],
        "resolveCitations": [{"text": text} for text in TEXTS],
        "unreadCount": [{}],
        "viewer": [{}],
        "villageAdvisor": [
            {"village": code} for code in Division.objects.filter(level=5).values_list("code", flat=True)
        ],
    }


class Facts:
    """What was seen: things with ids of their own, by type and id, and by the field that gave them."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Any]] = defaultdict(dict)
        #: By coordinate, the ids of the things that it gave.
        self.given: dict[str, set[str]] = defaultdict(set)
        #: The coordinates under which anything was seen.
        self.seen: set[str] = set()
        self.codes: set[str] = set()

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
                facts.learn(page, f"Query.{name}")
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
