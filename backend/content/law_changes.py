"""Items that cite law which has changed: the queue for whoever owns them, and how one is settled."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from wagtail.log_actions import log

from backend.accounts.models import User
from backend.accounts.selectors import divisions_of
from backend.content.errors import LawChangedAgain, NoteMissing, NothingToSettle
from backend.content.models import ContentCitation, ContentItem, LawReview
from backend.content.rights import covers
from backend.editions.services import turn_page
from backend.errors import Forbidden
from backend.regions.conditions import within
from backend.statutes.models import ArticleChange, Outdated

NOTE_CHARACTERS = 200
#: The action under which it stands in an item's history that its citations were found to be right all the same.
STILL_RIGHT = "content.law_still_right"
#: Who may settle: writers, and those who answer for what is published.
_SETTLERS = ("content.change_contentitem", "content.withdraw_contentitem")


def items_with_outdated(codes: Collection[str]) -> QuerySet[ContentItem]:
    """The published items of these divisions that somebody has to look at, those that wait longest first.

    Each has its open review (`open_reviews`, one of them) and its `outdated_citations`, whose articles have their
    `changes`, newest first. Four statements, however many there are.
    """
    waiting = LawReview.objects.filter(item=OuterRef("pk"), settled_at=None)
    rows = ContentItem.objects.filter(within(codes), live=True).filter(Exists(waiting))
    rows = rows.annotate(waits_since=Subquery(waiting.values("opened_at")[:1])).select_related("division")
    changes = ArticleChange.objects.select_related("successor__version__law", "article")
    citations = (
        ContentCitation.objects.exclude(outdated="")
        .select_related("article__version__law")
        .prefetch_related(Prefetch("article__changes", changes))
        .order_by("position")
    )
    found: QuerySet[ContentItem] = rows.prefetch_related(
        Prefetch("citations", citations, to_attr="outdated_citations"),
        Prefetch("law_reviews", LawReview.objects.filter(settled_at=None), to_attr="open_reviews"),
    ).order_by("waits_since", "pk")
    return found


def newest_change(item_id: int) -> int:
    """The key of the newest change of what an item cites; 0 where there is none."""
    articles = ContentCitation.objects.filter(content=item_id).exclude(outdated="").order_by().values("article")
    return ArticleChange.objects.filter(article__in=articles).aggregate(newest=Max("pk"))["newest"] or 0


def may_settle(user: Any, item: ContentItem, codes: Iterable[str] | None = None) -> bool:
    """Whether the person may say that an item is still right: staff of its division or one above it.

    `codes` are the divisions that they act for, where they are known.
    """
    codes = divisions_of(user) if codes is None else codes
    return any(map(user.has_perm, _SETTLERS)) and covers(list(codes), item.division_id)


def open_reviews(*, changes: QuerySet[ArticleChange]) -> None:
    """Queue the published items that cite any of the articles which have just changed, and tell their readers' phones.

    Runs inside the transaction that notices the changes. A review that is open stays the only one of its item; where
    the law says again what an item cites, and nothing else of it is marked, that is settled.
    """
    first: dict[int, int] = {}
    for key, article in changes.order_by("pk").values_list("pk", "article"):
        first.setdefault(article, key)
    cited = ContentCitation.objects.filter(article__in=changes.order_by().values("article"), content__live=True)
    causes: dict[int, int] = {}
    cleared: set[int] = set()
    for item, article, outdated in cited.order_by("content", "position").values_list("content", "article", "outdated"):
        if outdated:
            causes[item] = min(causes.get(item, first[article]), first[article])
        else:
            cleared.add(item)
    waiting = set(LawReview.objects.filter(item__in=causes, settled_at=None).values_list("item", flat=True))
    LawReview.objects.bulk_create(
        [LawReview(item_id=item, opened_by_change_id=cause) for item, cause in causes.items() if item not in waiting],
        ignore_conflicts=True,
        batch_size=200,
    )
    if cleared:
        _settle(LawReview.objects.filter(item__in=cleared), LawReview.Outcome.RESTORED)
    _told_to_readers(causes.keys() | cleared)


def settle_revised(*, item: ContentItem, written_at: datetime) -> None:
    """Close the review of an item that has just been published again, unless its new text cites what has changed.

    A text that was written before what it cites changed, and published only after, is queued.
    """
    cause = _mark_changed_since(item, written_at)
    if cause and not LawReview.objects.filter(item=item, settled_at=None).exists():
        LawReview.objects.create(item=item, opened_by_change_id=cause)
    elif not cause:
        _settle(LawReview.objects.filter(item=item), LawReview.Outcome.REVISED)


def _settle(reviews: QuerySet[LawReview], outcome: LawReview.Outcome) -> None:
    """Close the open ones whose items have nothing left that is marked."""
    marked = ContentCitation.objects.filter(content=OuterRef("item")).exclude(outdated="")
    waiting = reviews.filter(~Exists(marked), settled_at=None)
    waiting.update(settled_at=timezone.now(), outcome=outcome)


def _mark_changed_since(item: ContentItem, moment: datetime) -> int | None:
    """Mark what an item cites and what has changed since; the first of these changes.

    Its citations lead to the law of today, so that a change of what they replaced counts, and one of what had the same
    number in the law.
    """
    changes = ArticleChange.objects.filter(noticed_at__gt=moment).exclude(kind=ArticleChange.Kind.RESTORED)
    changes = changes.filter(
        Q(article=OuterRef("article"))
        | Q(successor=OuterRef("article"))
        | Q(
            article__version__law=OuterRef("article__version__law"),
            article__number=OuterRef("article__number"),
            article__suffix=OuterRef("article__suffix"),
        )
    )
    cited = ContentCitation.objects.filter(content=item).order_by()
    cited = cited.annotate(cause=Subquery(changes.order_by("pk").values("pk")[:1])).exclude(cause=None)
    found: dict[int, int] = dict(cited.values_list("pk", "cause"))
    if not found:
        return None
    ContentCitation.objects.filter(pk__in=found, outdated="").update(outdated=Outdated.AMENDED)
    return min(found.values())


def settle_still_right(*, item: ContentItem, by: User, note: str, seen: int) -> None:
    """Record that an item is right although the law has changed, and why; its readers are not warned any more.

    `seen` is the newest change that the person has looked at (see `newest_change`). Raises NoteMissing, Forbidden,
    NothingToSettle or LawChangedAgain.
    """
    note = note.strip()[:NOTE_CHARACTERS]
    if not note:
        raise NoteMissing(field="note")
    if not may_settle(by, item):
        raise Forbidden
    with transaction.atomic():
        turn_page()  # no change of the law comes between what is looked at here and what is written
        review = LawReview.objects.select_for_update().filter(item=item, settled_at=None).first()
        if review is None:
            raise NothingToSettle
        if newest_change(item.pk) != seen:
            raise LawChangedAgain(field="seen")
        review.settled_at, review.settled_by = timezone.now(), by
        review.outcome, review.note = LawReview.Outcome.STILL_RIGHT, note
        review.save(update_fields=["settled_at", "settled_by", "outcome", "note"])
        ContentCitation.objects.filter(content=item).exclude(outdated="").update(outdated="")
        _told_to_readers([item.pk])
        log(instance=item, action=STILL_RIGHT, user=by, data={"reason": note})


def _told_to_readers(items: Iterable[int]) -> None:
    """Phones that keep what they have read must get these anew."""
    if keys := list(items):
        edition = turn_page()
        ContentItem.objects.filter(pk__in=keys).update(edition=edition)
