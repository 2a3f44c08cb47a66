"""Reads of laws and articles; all of it is public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Any

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast
from django.utils import timezone

from backend.statutes import rules
from backend.statutes.citations import MAX_RANGE, CitationRef, KnownNames
from backend.statutes.differences import Pair, pair
from backend.statutes.models import Article, Law, LawVersion, Validity


class Problem(Enum):
    """Why a reference leads to no text; the values are sentences for people."""

    UNKNOWN_LAW = "没有收录这部法律"
    UNKNOWN_ARTICLE = "这部法律没有这一条"
    AMBIGUOUS = "这部法律有多个同号条文，无法确定是哪一条"
    UNKNOWN_PART = "这一条没有所引的款或项"
    TOO_LONG = f"引用的范围过长，只列出前 {MAX_RANGE} 个"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A reference and what it leads to. With UNKNOWN_PART the article is there, but not the part of it.

    TOO_LONG stands for the rest of a range, behind the references that are read of it.
    """

    ref: CitationRef
    article: Article | None = None
    problem: Problem | None = None


def find_law(name: str) -> Law | None:
    """The law of that name, short or full, with or without book-title marks."""
    return Law.objects.filter(short_name=_key(name)).first()


def _key(name: str) -> str:
    return rules.lookup_name(name.replace("\x00", ""))


def known_names() -> KnownNames:
    """What laws are called, for citations without marks: full, short and everyday names; in one statement.

    Read anew each time, so that an import counts at once in every process; the table that is searched is built once
    for the same names.
    """
    return _names_of(tuple(Law.objects.order_by("pk").values_list("name", "short_name")))


@lru_cache(maxsize=1)
def _names_of(laws: tuple[tuple[str, str], ...]) -> KnownNames:
    names = set(chain.from_iterable(laws))
    return KnownNames(names | {alias for alias, name in rules.ALIASES.items() if name in names})


def name_words(text: str) -> tuple[str, ...]:
    """The words of a law's name that `laws` looks for. They may stand in marks 《》 or 「」 and be everyday names."""
    return tuple(_key(word).strip("《》") for word in text.replace("\x00", " ").split())


def laws(words: Sequence[Any] = ()) -> QuerySet[Law]:
    """The laws whose name holds each of the words; in no order."""
    found = Law.objects.all()
    for word in words:
        found = found.filter(short_name__contains=word)
    return found


def law_by_id(pk: int) -> QuerySet[Law]:
    """One law: a queryset of one row or none."""
    return Law.objects.filter(pk=pk)


def versions() -> QuerySet[LawVersion]:
    """All versions, newest first."""
    return LawVersion.objects.order_by("-starts_on", "-published_on", "-source_id")


def versions_in_force(day: Any) -> QuerySet[LawVersion]:
    """All versions, of each law the one first that holds on a day; of those that hold on none, the earliest.

    The order says in SQL what `rules.version_at` says of a list.
    """
    holds = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
    held_since = Case(When(holds, then=F("starts_on")), output_field=DateField())
    return LawVersion.objects.order_by(held_since.desc(nulls_last=True), "starts_on", "-published_on", "-source_id")


def held_versions(day: Any) -> QuerySet[LawVersion]:
    """The versions that hold on a day; of each law the one first that has begun last."""
    holds = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
    return LawVersion.objects.filter(holds).order_by("-starts_on", "-published_on", "-source_id")


def statute_at(law_id: int, day: Any) -> QuerySet[Law]:
    """One law, or none, with the `day` and the version that holds then, by its facts (`held_…`, null where none does).

    `first_starts_on` tells when the earliest text that is known began to hold.
    """
    held = held_versions(day).filter(law=OuterRef("pk"))
    known = LawVersion.objects.filter(law=OuterRef("pk")).order_by("starts_on").values("starts_on")
    facts = {f"held_{name}": Subquery(held.values(name)[:1]) for name in ("id", "validity", "starts_on", "ends_on")}
    return law_by_id(law_id).annotate(day=Cast(day, DateField()), first_starts_on=Subquery(known[:1]), **facts)


def articles_of(versions: Iterable[LawVersion]) -> dict[int, list[Article]]:
    """The articles of versions that are at hand, by version, in order; in one statement."""
    known = {version.pk: version for version in versions}
    texts: dict[int, list[Article]] = {key: [] for key in known}
    for article in Article.objects.filter(version__in=known, withdrawn=False).order_by("version_id", "position"):
        article.version = known[article.version_id]
        texts[article.version_id].append(article)
    return texts


def side_by_side(older: LawVersion, newer: LawVersion) -> list[Pair[Article]]:
    """The articles of two versions of a law, paired; in one statement."""
    texts = articles_of([older, newer])
    return pair(texts[older.pk], texts[newer.pk])


def law_articles(version_id: int) -> QuerySet[Article]:
    """The articles of a version, in order of their positions."""
    return Article.objects.filter(version__pk=version_id, withdrawn=False).order_by("position")


def articles() -> QuerySet[Article]:
    """All articles, those included that the source has withdrawn: what cites one still leads to it."""
    return Article.objects.all()


def article_by_id(pk: int) -> QuerySet[Article]:
    """One article: a queryset of one row or none."""
    return articles().filter(pk=pk)


def current_validity(article: Article, today: date | None = None) -> Validity:
    """The validity of an article on a day (today in China), from its version's dates and what the source says."""
    version, day = article.version, today or timezone.localdate()
    source = rules.Validity(article.validity)
    return Validity(rules.validity_on(source, version.starts_on, version.ends_on, day))


def resolve(refs: Sequence[CitationRef], at: date | None = None) -> list[Resolved]:
    """What each reference leads to, in the version that holds at a day (today in China); in two SQL statements.

    The same number and order as `refs`. A law that is repealed or not yet in force resolves too: its articles say so.
    """
    if not refs:
        return []
    versions = _versions({_key(ref.law) for ref in refs}, at or timezone.localdate())
    articles = _articles(refs, versions)
    return [_resolved(ref, versions.get(_key(ref.law)), articles) for ref in refs]


def _versions(names: Iterable[str], day: date) -> dict[str, LawVersion]:
    """By canonical name, the version that holds at a day."""
    grouped: dict[str, list[LawVersion]] = {}
    known = LawVersion.objects.filter(law__short_name__in=names).select_related("law")
    for version in known.order_by("published_on", "source_id"):
        grouped.setdefault(version.law.short_name, []).append(version)
    return {name: held for name, rows in grouped.items() if (held := rules.version_at(rows, day))}


def _articles(
    refs: Sequence[CitationRef], versions: dict[str, LawVersion]
) -> dict[tuple[int, int, int], list[Article]]:
    """By version, number and suffix; several where the source gives one number twice."""
    numbers: dict[int, set[int]] = {}
    for ref in refs:
        if not ref.too_long and (version := versions.get(_key(ref.law))):
            numbers.setdefault(version.pk, set()).add(ref.number)
    conditions = [Q(version=version, number__in=wanted) for version, wanted in numbers.items()]
    by_id = {version.pk: version for version in versions.values()}
    found: dict[tuple[int, int, int], list[Article]] = {}
    rows = Article.objects.filter(reduce(or_, conditions), withdrawn=False) if conditions else ()
    for article in rows:
        article.version = by_id[article.version_id]
        found.setdefault((article.version_id, article.number or 0, article.suffix), []).append(article)
    return found


def _resolved(
    ref: CitationRef, version: LawVersion | None, articles: dict[tuple[int, int, int], list[Article]]
) -> Resolved:
    if version is None:
        return Resolved(ref, problem=Problem.UNKNOWN_LAW)
    if ref.too_long:
        return Resolved(ref, problem=Problem.TOO_LONG)
    found = articles.get((version.pk, ref.number, ref.suffix), [])
    if not found:
        return Resolved(ref, problem=Problem.UNKNOWN_ARTICLE)
    if len(found) > 1:
        return Resolved(ref, problem=Problem.AMBIGUOUS)
    missing = rules.cut(found[0].text, ref.paragraph, ref.item) is None
    return Resolved(ref, found[0], Problem.UNKNOWN_PART if missing else None)
