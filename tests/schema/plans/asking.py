"""What is worth asking for in a generated world: ids that are there or not, cursors of earlier answers, odd texts."""

import base64
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from backend.advisors.models import Advisor, Message, VillageGroup
from backend.content.models import ContentItem
from backend.notifications.models import Notification
from backend.schema.server.ids import encode_id
from backend.search.registry import Kind as SearchKind
from backend.statutes.models import Article, Law, LawVersion
from media.models import MediaFile
from tests.schema.plans.generated import VILLAGES, World
from tests.schema.plans.operations import nullable

WORDS = ("法", "民法典", "民 法", "'; DROP TABLE x; --", "%", "_", "a\x00b", "𠮷🧑‍🌾", "")
CITING = ("《民法典》第一条、第2条第一款第（一）项", "民法典第一条", "《刑法》第三条", "a\x00b《民法典》第1条", "")
PLACES = ("木兰", "四川 木兰", "510114", "社区", *WORDS)
CODES = ("510000000000", "510100000000", "510114000000", "510114006000", *VILLAGES, "510114006099")
NODES = (Advisor, Message, VillageGroup, ContentItem, MediaFile, Notification, Law, LawVersion, Article)
PAGE = ("first", "after", "last", "before")


class Knowledge:
    """Implements `operations.Values` for the real schema. `hazard` is how likely an argument is that is refused."""

    def __init__(self, world: World, hazard: float = 0.02) -> None:
        self._hazard = hazard
        #: By the list that gave them out.
        self.cursors: dict[str, list[str]] = {}
        self._texts = {
            "Query.laws.text": WORDS,
            "Query.resolveCitations.text": CITING,
            "Query.search.text": (*CITING, *WORDS),
            "Query.search.topic": [*_topics(world), *world.ids(ContentItem)],
            "Query.searchSuggestions.text": WORDS,
            "Query.contentPack.since": ("", "x"),
            "Query.divisionSearch.text": PLACES,
            "Query.law.id": world.ids(Law),
            "Query.statute.id": world.ids(Law),
            "Query.lawDifference.from": world.ids(LawVersion),
            "Query.lawDifference.to": world.ids(LawVersion),
            "Query.lawArticles.version": world.ids(LawVersion),
            "Query.article.id": world.ids(Article),
            "Query.contentItem.id": world.ids(ContentItem),
            "Query.relatedContent.id": world.ids(ContentItem),
            "Query.feed.topic": [*_topics(world), *world.ids(ContentItem)],
            "Query.group.id": world.ids(VillageGroup),
            "Query.media.id": world.ids(MediaFile),
            "Query.division.code": CODES,
            "Query.divisions.parent": CODES[:-1],
            "Query.divisionSearch.near": CODES,
            "Query.villageAdvisor.village": (*VILLAGES, "510114006099"),
        }
        self._texts["Query.node.id"] = [each for model in NODES for each in world.ids(model)]

    def arguments(self, random: Random, parent: str, name: str, known: dict[str, Any]) -> dict[str, Any]:
        """See Values."""
        given = self._page(random, f"{name[:1].upper()}{name[1:]}") if "after" in known else {}
        for one, argument in known.items():
            if "after" in known and one in PAGE:
                continue
            if nullable(argument) and random.random() < 0.4:
                given |= {one: None} if random.random() < 0.3 else {}
            else:
                given[one] = self._value(random, f"{parent}.{name}.{one}")
        return given

    def _value(self, random: Random, place: str) -> Any:
        bad = random.random() < self._hazard
        one = place.rpartition(".")[2]
        if one in _ALWAYS:
            return random.choice(_ALWAYS[one])
        if one == "kinds":
            return random.sample([kind.name for kind in SearchKind], random.choice([0, 1, 2]))
        if one in _NUMBERS:
            return random.choice(_NUMBERS[one][bad])
        if place.endswith(".ids"):
            count = random.choice([0, 1, 3, 20])
            return ["x"] if bad else [self._known(random, "Query.node.id") for _ in range(count)]
        return random.choice(["", "x", "TGF3OjA=", "0"]) if bad else self._known(random, place)

    def _known(self, random: Random, place: str) -> str:
        """Mostly something that is there: the last of each is not."""
        known = self._texts[place]
        return known[-1] if random.random() < 0.1 or len(known) < 2 else random.choice(known[:-1])

    def _page(self, random: Random, name: str) -> dict[str, Any]:
        size, cursor = random.choice([("first", "after"), ("last", "before")])
        given: dict[str, Any] = {}
        if random.random() < 0.7:
            bad = random.random() < self._hazard
            given[size] = random.choice([0, -1, 101, 2**31 - 1]) if bad else random.choice([None, 1, 2, 3, 20, 100])
        # Whatever list gave them out: the wrong ones are refused.
        wanted = _LISTS.get(name, "") if random.random() >= self._hazard else random.choice(list(_LISTS.values()))
        found = self.cursors.get(wanted, [])
        if found and random.random() < 0.5:
            given[cursor] = random.choice([*found, *found, None])
        if random.random() < self._hazard:
            given |= {"first": 1, "before": "x"}
        return given

    def learn(self, answer: Any) -> None:
        """Keep an answer's cursors."""
        for text in _texts_of(answer):
            name = list_of(text)
            if name is not None:
                known = self.cursors.setdefault(name, [])
                if text not in known:
                    known.append(text)
                    del known[:-20]


#: What arguments of these names take.
_ALWAYS: dict[str, tuple[Any, ...]] = {
    # What is no day at all is no document that fits the contract.
    "at": ("1999-01-01", "2016-02-29", "2026-11-24", "2999-12-31"),
    "language": ("ZH_HANS", "BO", "II"),
    "kind": tuple(kind.name for kind in ContentItem.Kind),
    "pinned": (True, False),
    "unread": (True, False),
}
#: And these, if they are to be refused or not.
_NUMBERS = {"offset": ((0, 1, 20), (-1, 10**6)), "first": ((1, 3, 50), (0, -1, 51, 2**31 - 1))}
_LISTS = {
    "MyBookmarks": "BookmarkConnection",
    "MyReadings": "ReadingConnection",
    "OutdatedAnswers": "MessageConnection",
    "Laws": "LawConnection",
    "LawArticles": "ArticleConnection",
    "Inbox": "InboxConnection",
    "Feed": "ContentItemConnection",
    "Messages": "MessageConnection",
}


def _topics(world: World) -> list[str]:
    rows = world.rows.get(ContentItem, ())
    return [encode_id("ContentItem", row.pk) for row in rows if row.kind == ContentItem.Kind.TOPIC]


def _texts_of(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict | list):
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from _texts_of(each)


def list_of(text: str) -> str | None:
    """The name of the list that gave a cursor out; None for what is no cursor."""
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], str) else None
