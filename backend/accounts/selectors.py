"""Who holds which role, and where."""

from typing import Any

from django.db.models import QuerySet

from backend.accounts.models import RoleGrant, User
from backend.regions import rules
from backend.regions.models import Division

#: Roles that act in the console, each for its divisions.
CONSOLE_ROLES = (RoleGrant.Role.STAFF, RoleGrant.Role.SUPERVISOR)


def roles_of(user: User) -> list[RoleGrant]:
    """The roles that someone was granted and their divisions, in one statement; a villager needs no row."""
    return list(user.roles.select_related("division").order_by("role", "division"))


def divisions_as(user: User, role: RoleGrant.Role) -> list[Division]:
    """The divisions for which someone holds a role, in one statement."""
    return list(Division.objects.filter(rolegrant__user=user, rolegrant__role=role))


def console_grants() -> QuerySet[RoleGrant]:
    """Every grant of a role that acts in the console, each for its division."""
    return RoleGrant.objects.filter(role__in=CONSOLE_ROLES)


def divisions_of(user: Any) -> list[str]:
    """The codes of the divisions for which someone acts in the console, the outermost alone; in one statement.

    A superuser without a grant acts nowhere: whoever keeps the system does not edit content by accident.
    """
    return rules.outermost(console_grants().filter(user=user.pk).values_list("division", flat=True))


def may_act_in(user: User, role: RoleGrant.Role, division_code: str) -> bool:
    """Whether someone holds a role for a division or one above, in one statement; False for a malformed code."""
    if not rules.is_code(division_code):
        return False
    return user.roles.filter(role=role, division__in=rules.lineage(division_code)).exists()
