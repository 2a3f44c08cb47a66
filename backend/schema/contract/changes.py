"""What lies between two contracts, coordinate by coordinate, and what of it breaks a phone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graphql import GraphQLSchema, build_schema, find_breaking_changes, find_dangerous_changes

from backend.schema.contract.coordinates import Contract, is_within, parent, sdl_of

DEPRECATED = "@deprecated("


class Kind(StrEnum):
    """What happened at a coordinate."""

    ADDED = "added"
    CHANGED = "changed"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One coordinate that stands otherwise than before. An added one stands for all that it holds."""

    kind: Kind
    coordinate: str
    before: str
    after: str


def difference(before: Contract, after: Contract) -> list[Change]:
    """All that changed, by kind and then by coordinate; descriptions are no part of it."""
    found = [_change(coordinate, before, after) for coordinate in sorted(before.keys() | after.keys())]
    changes = [change for change in found if change.before != change.after and not _comes_with_another(change, before)]
    return sorted(changes, key=lambda change: list(Kind).index(change.kind))


def undone(after: Contract, changes: Iterable[Change]) -> Contract:
    """The contract before the changes. Raises ValueError where they are not what led to `after`."""
    before = dict(after)
    for change in changes:
        if before.get(change.coordinate, "") != change.after:
            stands = before.get(change.coordinate, "nothing")
            raise ValueError(f"{change.coordinate} is `{stands}`, which is not what the entry says")
        if change.kind is Kind.ADDED:
            before = {key: stands for key, stands in before.items() if not is_within(key, change.coordinate)}
        else:
            before[change.coordinate] = change.before
    return before


def breaking(before: Contract, after: Contract) -> list[str]:
    """Sentences on what takes something from a client that exists."""
    pair = _schemas(before, after)
    required = [
        f"{coordinate} has no default any more, so that it must be given."
        for coordinate, stands in sorted(after.items())
        if _is_required(stands) and _had_a_default(before.get(coordinate, ""))
    ]
    return [change.description for change in find_breaking_changes(*pair)] + required


def dangerous(before: Contract, after: Contract) -> list[str]:
    """Sentences on what a client bears only if it was written with care, such as a new value of an enum."""
    return [change.description for change in find_dangerous_changes(*_schemas(before, after))]


def _change(coordinate: str, before: Contract, after: Contract) -> Change:
    old, new = before.get(coordinate, ""), after.get(coordinate, "")
    if not old or not new:
        return Change(Kind.REMOVED if old else Kind.ADDED, coordinate, old, new)
    only_deprecated = DEPRECATED not in old and re.sub(r" @deprecated\(.*\)$", "", new) == old
    return Change(Kind.DEPRECATED if only_deprecated else Kind.CHANGED, coordinate, old, new)


def _comes_with_another(change: Change, before: Contract) -> bool:
    whole = parent(change.coordinate)
    return change.kind is Kind.ADDED and bool(whole) and whole not in before


def _schemas(before: Contract, after: Contract) -> tuple[GraphQLSchema, GraphQLSchema]:
    return build_schema(sdl_of(before)), build_schema(sdl_of(after))


def _is_required(stands: str) -> bool:
    return stands.partition(" @")[0].endswith("!")


def _had_a_default(stands: str) -> bool:
    return " = " in stands and not stands.startswith("union")
