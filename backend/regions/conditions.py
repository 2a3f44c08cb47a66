"""Conditions on rows of any table by where they lie; models may use them, so nothing else is imported here."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from backend.regions import rules


def within(codes: Iterable[str], path: str = "division") -> Q:
    """The rows whose division lies in one of these; rows without a division lie nowhere.

    `path` leads from a row to its division; it is empty for divisions themselves.
    """
    key = f"{path}__code" if path else "code"
    ranges = [Q(**{f"{key}__range": rules.code_range(rules.prefix_of(code))}) for code in codes]
    return reduce(or_, ranges) if ranges else Q(pk__in=[])
