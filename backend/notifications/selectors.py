"""Reads of the inbox: a person's own notices, and those of all divisions that they live in, as one list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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

    user_id: int
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

    def __getitem__(self, wanted: slice, /) -> Sequence[Notification]:
        """The first rows, `inbox[:20]`, each with `is_read`."""
        rows = self.top(wanted.stop)
        return list(rows.annotate(is_read=_is_read(self.user_id)))


def inbox(user: User) -> Inbox:
    """What the person may see: their own notices, and since they have an account, those for where they live now."""
    return Inbox(user.pk, (_personal(user), *_regional(user)))


def unread_count(user: User) -> int:
    """How many of the inbox are not read, in one statement; UNREAD_LIMIT stands for that many or more."""
    unread_regional = Q(created_at__gt=_mark(user.pk)) & ~Exists(_reads(user.pk))
    branches = (_personal(user).filter(read_at=None), *(rows.filter(unread_regional) for rows in _regional(user)))
    return Inbox(user.pk, branches).top(UNREAD_LIMIT).count()


def visible_regional(user: User) -> QuerySet[Notification]:
    """The regional notices that are in the person's inbox."""
    return _standing(user).filter(division__in=_lineage(user))


def _lineage(user: User) -> list[str]:
    return regions.lineage(user.village_id) if user.village_id else []


def _personal(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient=user)


def _regional(user: User) -> list[QuerySet[Notification]]:
    return [_standing(user).filter(division=code) for code in _lineage(user)]


def _standing(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__gte=user.date_joined, retracted_at=None)


def _mark(user_id: int) -> Coalesce:
    mark = InboxMark.objects.filter(pk=user_id).values("regional_read_until")
    return Coalesce(Subquery(mark), Value(datetime(1970, 1, 1, tzinfo=UTC)))


def _reads(user_id: int) -> QuerySet[RegionalRead]:
    return RegionalRead.objects.filter(user=user_id, notification=OuterRef("pk"))


def _is_read(user_id: int) -> Case:
    read: Any = Q(read_at__isnull=False) | Q(division__isnull=False) & (
        Q(created_at__lte=_mark(user_id)) | Exists(_reads(user_id))
    )
    return Case(When(read, then=Value(True)), default=Value(False), output_field=BooleanField())
