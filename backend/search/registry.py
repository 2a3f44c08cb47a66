"""How the rooms above hand in what can be found, so that search knows none of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from django.db.models import QuerySet

ZH = "zh-Hans"


class Kind(Enum):
    """What sort of thing a hit is; the values are names for people."""

    LAW = "法条"
    CONTENT = "普法内容"
    CASE = "案例"
    QUESTION = "问答"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing in one language, as a provider tells of it. `key` is its row's in the provider's own table."""

    kind: Kind
    key: int
    title: str
    text: str
    language: str = ZH


class Sort(Enum):
    """What a suggestion is; the values are names for people."""

    LAW = "法律名称"
    TERM = "常用说法"
    TITLE = "标题"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may be about to type."""

    text: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search of a room's own found: keys, best first, each with its share of how well the first one answers.

    Shares go from 1 down to 0. Where `whole` is False there may be documents that this search does not know yet.
    """

    keys: Sequence[int] = ()
    shares: Sequence[float] = ()
    whole: bool = True


class Provider(Protocol):
    """What a room tells of what can be found in it."""

    def keys(self) -> Iterable[int]:
        """Of all that can be found."""

    def documents(self, keys: Sequence[int]) -> Iterable[Document]:
        """Those of the keys that can be found, in every language; the others are left out."""

    def visible(self, viewer: Any, topic: int | None) -> QuerySet[Any] | None:
        """The rows that the viewer may see, of a topic where one is given; None where there are none at all."""

    def find(self, text: str, limit: int) -> Answer | None:
        """By a search of the room's own, `limit` keys at most; None where it has none and the index serves."""

    def suggest(self, text: str, limit: int) -> Iterable[Suggestion]:
        """What everybody may know of that begins with the text or holds it, best first."""


class Synonyms(Protocol):
    """What people say, and what the law calls it; everybody may know all of it."""

    def said(self) -> Collection[str]:
        """All that people say, as they type it."""

    def meant(self, text: str) -> Mapping[str, Sequence[str]]:
        """By what is said in a text, the terms that it may stand for."""


_providers: dict[str, Provider] = {}
_synonyms: dict[str, Synonyms] = {}


def register(source: str, provider: Provider) -> None:
    """Name a room's provider, once a process, when Django starts."""
    _providers[source] = provider


def register_synonyms(source: str, synonyms: Synonyms) -> None:
    """Name a room's list of synonyms."""
    _synonyms[source] = synonyms


def providers() -> Mapping[str, Provider]:
    """All of them, by name."""
    return _providers


def synonyms_of(text: str) -> dict[str, tuple[str, ...]]:
    """By what is said in a text, the terms that it may stand for and that the text does not hold itself."""
    found: dict[str, tuple[str, ...]] = {}
    for synonyms in _synonyms.values():
        for said, terms in synonyms.meant(text).items():
            if others := [term for term in terms if term not in text]:
                found[said] = tuple(dict.fromkeys((*found.get(said, ()), *others)))
    return found


def said() -> frozenset[str]:
    """All that lists of synonyms know to be said."""
    return frozenset().union(*(synonyms.said() for synonyms in _synonyms.values()))
