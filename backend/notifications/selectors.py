"""Reads of the inbox: a person's own notices, and those of all divisions that they live in, as one list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from backend.accounts.models import User
from backend.notifications.models import InboxMark, Notification, RegionalRead
from backend.regions import rules as regions

#: Counting stops here; clients show "99+".
UNREAD_LIMIT = 100
#: By time, not by id alone: there is an index that gives a branch in this order, and none that tempts a planner to read
#: everybody's notices from the newest on until enough of them match.
NEWEST_FIRST = ("-created_at", "-id")


@dataclass(frozen=True)
class Inbox:
    """The merged list, to be filtered, ordered and cut like a queryset.

    Each of its branches (the person's own notices, and those of each division) has an index that gives it in order, so
    each is cut before they are merged: a page costs the same with ten notices and with ten thousand.
    """

    user_id: Any
    branches: tuple[QuerySet[Notification], ...]
    order: tuple[str, ...] = NEWEST_FIRST

    @property
    def model(self) -> type[Notification]:
        """What it lists."""
        return Notification

    def filter(self, condition: Q, /) -> "Inbox":
        """Those that also satisfy `condition`."""
        return replace(self, branches=tuple(branch.filter(condition) for branch in self.branches))

    def order_by(self, *order: str) -> "Inbox":
        """In another order; only NEWEST_FIRST and its reverse cost what was promised."""
        return replace(self, order=order)

    def top(self, limit: int) -> QuerySet[Notification]:
        """At most `limit` rows, in one statement."""
        # SQLite allows no limit inside a UNION, hence the second level.
        cut = [branch.order_by(*self.order).values("pk")[:limit] for branch in self.branches]
        merged = [Notification.objects.filter(pk__in=rows).order_by().values("pk") for rows in cut]
        ids = merged[0].union(*merged[1:], all=True) if merged[1:] else merged[0]
        return Notification.objects.filter(pk__in=ids).order_by(*self.order)[:limit]

    def __getitem__(self, wanted: slice, /) -> QuerySet[Notification]:
        """The first rows, `inbox[:20]`, each with `is_read`."""
        return self.top(wanted.stop).annotate(is_read=_is_read(self.user_id))


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox, as the values that its statement needs: who, since when, and within which divisions they live."""

    user_id: int
    since: datetime
    divisions: tuple[str, ...]

    @classmethod
    def of(cls, user: User) -> "Reader":
        """For a person."""
        return cls(user.pk, user.date_joined, tuple(regions.lineage(user.village_id)) if user.village_id else ())

    @property
    def values(self) -> tuple[int, datetime, tuple[str, ...]]:
        """The arguments of `inbox` and `unread`."""
        return self.user_id, self.since, self.divisions


def inbox(user_id: Any, since: Any, divisions: Sequence[Any]) -> Inbox:
    """What a person may see: their own notices, and since they have an account, those for where they live now."""
    return Inbox(user_id, (_personal(user_id), *_regional(since, divisions)))


def notices(user_id: Any, since: Any, divisions: Sequence[Any]) -> QuerySet[Notification]:
    """All that the inbox holds, in no order, each with `is_read`; to be cut to those that are asked for by id."""
    rows = reduce(or_, inbox(user_id, since, divisions).branches)
    return rows.annotate(is_read=_is_read(user_id))


def unread(user_id: Any, since: Any, divisions: Sequence[Any]) -> QuerySet[Notification]:
    """Those of the inbox that are not read, UNREAD_LIMIT of them at most."""
    unread_regional = Q(created_at__gt=_mark(user_id)) & ~Exists(_reads(user_id))
    regional = (rows.filter(unread_regional) for rows in _regional(since, divisions))
    return Inbox(user_id, (_personal(user_id).filter(read_at=None), *regional)).top(UNREAD_LIMIT)


def unread_count(user: User) -> int:
    """How many of the inbox are not read, in one statement; UNREAD_LIMIT stands for that many or more."""
    return unread(*Reader.of(user).values).count()


def visible_regional(user: User) -> QuerySet[Notification]:
    """The regional notices that are in the person's inbox."""
    return _standing(user.date_joined).filter(division__in=Reader.of(user).divisions)


def _personal(user_id: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient__pk=user_id)


def _regional(since: Any, divisions: Sequence[Any]) -> list[QuerySet[Notification]]:
    return [_standing(since).filter(division__pk=code) for code in divisions]


def _standing(since: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__gte=since, retracted_at=None)


def _mark(user_id: Any) -> Coalesce:
    mark = InboxMark.objects.filter(pk=user_id).values("regional_read_until")
    return Coalesce(Subquery(mark), Value(datetime(1970, 1, 1, tzinfo=UTC)))


def _reads(user_id: Any) -> QuerySet[RegionalRead]:
    return RegionalRead.objects.filter(user__pk=user_id, notification=OuterRef("pk"))


def _is_read(user_id: Any) -> Case:
    read: Any = Q(read_at__isnull=False) | Q(division__isnull=False) & (
        Q(created_at__lte=_mark(user_id)) | Exists(_reads(user_id))
    )
    return Case(When(read, then=Value(True)), default=Value(False), output_field=BooleanField())
