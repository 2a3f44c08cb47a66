"""The articles that are searched: those of the texts that hold on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from zlib import crc32

from django.db.models import Subquery

from backend.editions.models import Edition
from backend.statutes import rules
from backend.statutes.models import Article, ArticleChange, LawVersion, Validity

CHUNK = 1000
#: Texts that change other texts or explain one word of them.
AMENDING = frozenset({"修改决定", "修正案", "立法解释"})


class Entry(NamedTuple):
    """One article as it is searched."""

    article_id: int
    version_id: int
    law: str
    kind: str
    label: str
    chapter: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of some versions, which are those of all days before `until` (None: no change is known)."""

    versions: tuple[int, ...]
    until: date | None

    def __iter__(self) -> Iterator[Entry]:
        """The entries by law and position, read anew each time and not kept: one SQL statement."""
        columns = ("id", "version_id", "version__law__short_name", "version__law__kind")
        rows: Any = Article.objects.filter(version__in=self.versions, withdrawn=False)
        rows = rows.exclude(validity=Validity.REPEALED).order_by("version__law_id", "position")
        listed = rows.values_list(*columns, "label", "chapter", "section", "text")
        return (Entry(*row) for row in listed.iterator(chunk_size=CHUNK))

    def mark(self) -> int:
        """A number that differs for corpora that differ."""
        total = 0
        for entry in self:
            total = crc32(repr(entry).encode(), total)
        return total


def read(day: date) -> Corpus:
    """The corpus of a day; one SQL statement."""
    versions, until = versions_on(day)
    return Corpus(tuple(versions), until)


def versions_on(day: date) -> tuple[list[int], date | None]:
    """The versions whose text holds on a day, at most one of each law, and the next day on which that changes.

    A repealed law has none, and so has one that is not in force yet: nobody looks for what he may not rely on.
    """
    grouped: dict[int, list[LawVersion]] = {}
    changes: set[date] = set()
    for version in LawVersion.objects.order_by("published_on", "source_id"):
        grouped.setdefault(version.law_id, []).append(version)
        changes |= {edge for edge in (version.starts_on, version.ends_on) if edge and edge > day}
    held = [rules.version_at(rows, day) for rows in grouped.values()]
    fit = [version.pk for version in held if version and version.starts_on <= day and not _gone(version)]
    return fit, min(changes, default=None)


class Extent(NamedTuple):
    """How far the laws and what is noted of them reach. Every import that changes a text changes it, content never."""

    last_article: int
    last_version: int
    last_change: int


def extent() -> Extent:
    """The extent now; one SQL statement, which reads the end of three indexes."""
    ends = [Subquery(model.objects.order_by("-pk").values("pk")[:1]) for model in (Article, LawVersion, ArticleChange)]
    row: Any = Edition.objects.values_list(*ends).first()
    return Extent(*(number or 0 for number in row or (0, 0, 0)))


def _gone(version: LawVersion) -> bool:
    return version.validity == Validity.REPEALED
