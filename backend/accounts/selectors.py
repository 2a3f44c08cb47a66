"""Who holds which role, and where."""

from backend.accounts.models import RoleGrant, User
from backend.regions import rules
from backend.regions.models import Division


def roles_of(user: User) -> list[RoleGrant]:
    """The roles that someone was granted and their divisions, in one statement; a villager needs no row."""
    return list(user.roles.select_related("division").order_by("role", "division"))


def divisions_as(user: User, role: RoleGrant.Role) -> list[Division]:
    """The divisions for which someone holds a role, in one statement."""
    return list(Division.objects.filter(rolegrant__user=user, rolegrant__role=role))


def may_act_in(user: User, role: RoleGrant.Role, division_code: str) -> bool:
    """Whether someone holds a role for a division or one above, in one statement; False for a malformed code."""
    if not rules.is_code(division_code):
        return False
    return user.roles.filter(role=role, division__in=rules.lineage(division_code)).exists()
