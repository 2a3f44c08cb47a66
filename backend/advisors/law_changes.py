"""Telling advisors that an article which they cited in an answer has changed."""

from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from backend.advisors.models import MessageCitation
from backend.advisors.rules import ANSWERS_LINK
from backend.jobs import enqueue_later
from backend.notifications.models import Notification
from backend.notifications.services import notify_person
from backend.statutes.models import ArticleChange, Outdated

TITLE = "您答复中引用的法条有变动"
BODY = "请查看并在群里向村民更正或说明"
TELL = "backend.advisors.tasks.tell_of_changed_law"
#: By then the messages stand that were being written while the law changed.
AFTER_SECONDS = 5


def tell_later(*, changes: Any) -> None:
    """Let a worker tell the advisors of new rows of ArticleChange, once the transaction that notices them is over."""
    keys = changes.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    enqueue_later(AFTER_SECONDS, TELL, keys["first"], keys["last"])


def tell_advisors(*, first: int, last: int) -> None:
    """One notice to each advisor who cites any of the articles as a village's advisor, however many there are.

    Of the changes from `first` to `last`, which one import or day brought; tells nobody of the same ones twice. Who
    cites only what is the law again has nothing to do, and is not told.
    """
    changes = ArticleChange.objects.filter(pk__range=(first, last)).order_by()
    _mark_those_in_between(changes)
    cited = MessageCitation.objects.filter(article__in=changes.values("article"), message__appointment__isnull=False)
    authors = cited.exclude(outdated="").order_by().values_list("message__author", flat=True)
    for author in sorted(set(authors)):
        notify_person(
            recipient_id=author,
            kind=Notification.Kind.SYSTEM,
            title=TITLE,
            body=BODY,
            link=ANSWERS_LINK,
            key=f"law-changes:{last}",
        )


def _mark_those_in_between(changes: QuerySet[ArticleChange]) -> None:
    """Mark what messages cited while the transaction that noticed the changes was not over: neither saw the other.

    Messages do not wait for an import. What cites an article that another one has replaced, or that is repealed, was
    written before that was known, whenever that was. A correction keeps its row: of it only the moment tells, and where
    the article has changed more than once, nothing does.
    """
    others = ArticleChange.objects.filter(article=OuterRef("article"))
    newest = changes.exclude(Exists(others.filter(pk__gt=OuterRef("pk"))))
    repealed = newest.filter(kind=ArticleChange.Kind.REPEALED).values("article")
    amended = newest.filter(kind=ArticleChange.Kind.AMENDED).values("article")
    corrected = newest.filter(kind=ArticleChange.Kind.CORRECTED).exclude(Exists(others.exclude(pk=OuterRef("pk"))))
    rows = MessageCitation.objects.order_by()
    rows.filter(article__in=repealed).exclude(outdated=Outdated.REPEALED).update(outdated=Outdated.REPEALED)
    unmarked = rows.filter(outdated="")
    unmarked.filter(article__in=amended).update(outdated=Outdated.AMENDED)
    earlier = corrected.filter(article=OuterRef("article"), noticed_at__gt=OuterRef("message__created_at"))
    unmarked.filter(Exists(earlier)).update(outdated=Outdated.AMENDED)
