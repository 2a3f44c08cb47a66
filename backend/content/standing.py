"""Who a reader is to the audience of content 受众: where they live, what they are, which groups they belong to."""

from typing import NamedTuple

from backend.accounts.models import Language, PeopleGroup, User
from backend.regions import rules as regions

#: The last three digits of a community's code; those of a village begin at 200.
#: Source: the statistics bureau's coding of administrative divisions, 居委会 001-199 and 村委会 200-399.
_FIRST_VILLAGE = "200"


class Standing(NamedTuple):
    """What `selectors.published_for` asks of a reader; hashable, so that answers can be kept by it."""

    divisions: tuple[str, ...] | None = None
    roles: int = 0
    groups: int = 0
    language: str | None = None


def reach(village_code: str | None) -> tuple[str, ...] | None:
    """What a village belongs to, itself included; None for someone without a village, who gets what is public."""
    return None if village_code is None else tuple(regions.lineage(village_code))


def groups_of(named: int, village_code: str | None) -> int:
    """The groups of people that someone belongs to, as a sum of bits: those they named, else by where they live."""
    if named or village_code is None:
        return named
    return PeopleGroup.COMMUNITIES if village_code[-len(_FIRST_VILLAGE) :] < _FIRST_VILLAGE else PeopleGroup.VILLAGES


def standing_of(viewer: User | None, language: str | None = None) -> Standing:
    """The standing of a reader, nobody included; in `language`, else in the one that they chose. No SQL."""
    chosen = language or (viewer.language if viewer else None)
    other = None if chosen is None or chosen == Language.ZH_HANS else str(chosen)
    if viewer is None:
        return Standing(language=other)
    groups = groups_of(viewer.people_groups, viewer.village_id)
    return Standing(reach(viewer.village_id), viewer.reader_roles, groups, other)
