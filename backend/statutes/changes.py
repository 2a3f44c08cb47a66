"""Noticing that articles changed: which ones, what cites them, and telling those above.

An article changes when the source corrects it, repeals it or withdraws it, which an import sees, or when a later
version of its law takes over, which a day brings about, be it that of the import or a later one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from backend.editions.services import turn_page
from backend.statutes.differences import is_same, pair
from backend.statutes.models import Article, ArticleChange, Citation, LawVersion, Outdated, Validity
from backend.statutes.selectors import articles_of, held_versions
from backend.statutes.signals import articles_changed


@dataclass(slots=True)
class Noted:
    """What an import saw while it wrote: changes that are not stored yet, new versions, and laws to look at again."""

    changes: list[ArticleChange] = field(default_factory=list)
    created: set[int] = field(default_factory=set)
    laws: set[int] = field(default_factory=set)

    def row(self, article: Article, law: int, before: tuple[str, bool], *, repealed: bool) -> None:
        """Note what became of a row that stays; `before` is its text and whether it was repealed already."""
        text, was_repealed = before
        corrected = not is_same(text, article.text)
        if repealed:
            if corrected or not was_repealed:
                self.gone(article, law, text if corrected else "")
        elif corrected or was_repealed:
            kind = ArticleChange.Kind.CORRECTED if corrected else ArticleChange.Kind.RESTORED
            old_text = text if corrected else ""
            self._note(ArticleChange(article=article, kind=kind, old_text=old_text, new_text=article.text), law)

    def gone(self, article: Article, law: int, old_text: str = "") -> None:
        """Note that a row is repealed now."""
        self._note(ArticleChange(article=article, kind=ArticleChange.Kind.REPEALED, old_text=old_text), law)

    def _note(self, change: ArticleChange, law: int) -> None:
        self.changes.append(change)
        self.laws.add(law)


def notice_changes(noted: Noted | None = None, *, day: date | None = None) -> int:
    """Write what changed up to a day (today in China), mark every citation of it, and tell those above.

    Returns how many changes are new: 0 where all were noticed before. The number of statements depends neither on the
    articles nor on the citations, but for the rows written at a time. Turns the page, where there is anything to do.
    """
    noted, day = noted or Noted(), day or timezone.localdate()
    with transaction.atomic():
        if not noted.changes and not _to_compare(day).exists():
            return 0
        # Before anything is looked at: whoever publishes holds the page too from before they read what they cite, so
        # that their citations either stand when marks are set, or are made from what this transaction leaves.
        turn_page()
        LawVersion.objects.filter(law__in=noted.laws).update(compared_with=None)
        changes = [*noted.changes, *_superseded(day, noted)]
        if changes:
            stored = _stored(changes)
            _mark_citations(stored)
            articles_changed.send(sender=ArticleChange, changes=stored)
    return len(changes)


def _stored(changes: Sequence[ArticleChange]) -> QuerySet[ArticleChange]:
    moment = timezone.now()
    for change in changes:
        change.noticed_at = moment
    keys = [row.pk for row in ArticleChange.objects.bulk_create(changes, batch_size=200)]
    return ArticleChange.objects.filter(pk__range=(min(keys), max(keys)), noticed_at=moment)


def citation_models() -> list[type[Citation]]:
    """Every table of citations that any room has."""
    return [model for model in apps.get_models() if issubclass(model, Citation)]


def _mark_citations(changes: QuerySet[ArticleChange]) -> None:
    """One statement a table, however many articles and citations there are.

    A citation does not keep the words that it was made from. Marks are taken away only where they follow from what its
    article has ever said; in doubt a mark stays, which asks somebody to look.
    """
    changes = changes.order_by()
    swapped, restored = _swapped(changes), changes.filter(kind=ArticleChange.Kind.RESTORED)
    repealed = changes.filter(kind=ArticleChange.Kind.REPEALED)
    amended = changes.exclude(kind__in=[ArticleChange.Kind.REPEALED, ArticleChange.Kind.RESTORED])
    other_words = Exists(ArticleChange.objects.filter(article=OuterRef("article")).exclude(old_text=""))
    fate = Case(
        When(article__in=repealed.values("article"), then=Value(Outdated.REPEALED.value)),
        # What was marked cites the text that is back, and what was not the one that is gone.
        When(article__in=swapped.values("article"), then=_AMENDED_IF_UNMARKED),
        When(article__in=amended.values("article"), then=Value(Outdated.AMENDED.value)),
        When(article__in=restored.exclude(other_words).values("article"), then=Value("")),
        When(outdated=Outdated.REPEALED, then=Value(Outdated.AMENDED.value)),
        default=F("outdated"),
        output_field=CharField(),
    )
    for model in citation_models():
        rows: Any = model._base_manager  # noqa: SLF001 - _base_manager is Django's documented API
        rows.filter(article__in=changes.values("article")).update(outdated=fate)


_AMENDED_IF_UNMARKED = Case(When(outdated="", then=Value(Outdated.AMENDED.value)), default=Value(""))


def _swapped(changes: QuerySet[ArticleChange]) -> QuerySet[ArticleChange]:
    """The corrections that take an article back to the only other text which it has ever had."""
    corrected, others = ArticleChange.Kind.CORRECTED, ArticleChange.objects.filter(article=OuterRef("article"))
    others = others.exclude(pk=OuterRef("pk")).order_by()
    there = Q(kind=corrected, old_text=OuterRef("old_text"), new_text=OuterRef("new_text"))
    back = Q(kind=corrected, old_text=OuterRef("new_text"), new_text=OuterRef("old_text"))
    return changes.filter(Exists(others.filter(back)), ~Exists(others.exclude(there | back)), kind=corrected)


def _superseded(day: date, noted: Noted) -> Iterator[ArticleChange]:
    """The changes of all versions that are over on a day and were not compared with the one that holds now.

    Nothing can cite a version that came in already over: those just created are only marked as compared.
    """
    over = list(_to_compare(day))
    restored = {row.article.pk: row for row in noted.changes if row.kind == ArticleChange.Kind.RESTORED}
    yield from _compared([version for version in over if version.pk not in noted.created], restored)
    for version in over:
        version.compared_with_id = version.current  # type: ignore[attr-defined]  # see _to_compare
    LawVersion.objects.bulk_update(over, ["compared_with"], batch_size=200)


def _to_compare(day: date) -> QuerySet[LawVersion]:
    """Those that are over and were not compared with the one that holds, which is their `current`."""
    current = held_versions(day).filter(law=OuterRef("law")).values("pk")[:1]
    rows = LawVersion.objects.filter(ends_on__lte=day).annotate(current=Subquery(current))
    rows = rows.filter(Q(compared_with=None) | ~Q(compared_with=F("current")), current__isnull=False)
    return rows.order_by("pk")


def _compared(over: Sequence[Any], restored: Mapping[int, ArticleChange]) -> Iterator[ArticleChange]:
    """Four statements, none where there is nothing to compare. `restored` are changes that are not stored yet."""
    if not over:
        return
    current = LawVersion.objects.in_bulk({version.current for version in over})
    texts = articles_of({version.pk: version for version in [*over, *current.values()]}.values())
    noticed = ArticleChange.objects.filter(article__version__in=over)
    last = {change.article_id: change for change in noticed.order_by("pk")} | dict(restored)
    for version in over:
        for pairing in pair(texts[version.pk], texts[version.current]):
            if pairing.before and (change := _change(pairing.before, pairing.after, last.get(pairing.before.pk))):
                yield change


def _change(article: Article, successor: Article | None, last: ArticleChange | None) -> ArticleChange | None:
    """What became of an article since it was last looked at; None where the law says what it said then."""
    successor = None if successor is None or _repealed(successor) else successor
    said, says = _said(article, last), successor.text if successor else ""
    if is_same(said, says):
        return None
    kind = ArticleChange.Kind.AMENDED if successor else ArticleChange.Kind.REPEALED
    if successor and is_same(article.text, says):
        kind = ArticleChange.Kind.RESTORED
    return ArticleChange(article=article, kind=kind, successor=successor, new_text=says)


def _said(article: Article, last: ArticleChange | None) -> str:
    """What the law said in an article's place when that was last noticed; empty where it said nothing any more."""
    if last is not None:
        return last.new_text
    return "" if _repealed(article) else article.text


def _repealed(article: Article) -> bool:
    return article.validity == Validity.REPEALED
