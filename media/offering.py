"""Which files somebody who writes is offered: their own, those of their office, and those that readers see anyway.

An address of a public file opens it for anyone, so a file that no reader has seen is shown to its own office alone.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.models import RoleGrant, User
from backend.accounts.selectors import console_grants, divisions_of
from backend.regions.conditions import within
from media.models import MediaFile
from media.selectors import choosable, uuids_of

_shown: dict[str, Callable[[], QuerySet[Any, Any]]] = {}


def register_shown(name: str, files: Callable[[], QuerySet[Any, Any]]) -> None:
    """Say once, at the start, which files readers see by way of the room `name`: a queryset of ids, read lazily."""
    _shown[name] = files


def offered(purpose: str, viewer: User) -> QuerySet[MediaFile]:
    """Checked files of a purpose, newest first, with their clean copies. One statement to know the office.

    Those of `viewer`, of staff who act within the divisions that the viewer acts for, and those that readers see.
    """
    known = [Q(owner=viewer.pk), Q(owner__in=_colleagues(viewer)), *(Q(pk__in=files()) for files in _shown.values())]
    return choosable(purpose).filter(reduce(or_, known))


def offered_by_id(purpose: str, ids: Iterable[UUID | str], viewer: User) -> list[MediaFile]:
    """Those of the ids that name a file which is offered, in their order; what is no id is left out."""
    wanted = uuids_of(ids)
    found = offered(purpose, viewer).in_bulk(set(wanted))
    return [found[key] for key in wanted if key in found]


def _colleagues(viewer: User) -> QuerySet[RoleGrant, Any]:
    """The people who act within the viewer's divisions, by their keys."""
    return console_grants().filter(within(divisions_of(viewer))).values("user")
