"""Groups of staff and what they may do in the console."""

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat


def ensure_group(name: str, permissions: Collection[str]) -> Group:
    """The group of that name, holding at least these permissions ("app_label.codename").

    Two statements where nothing is missing. Raises LookupError for a permission that does not exist.
    """
    group, _ = Group.objects.get_or_create(name=name)
    held = set(_named(Permission.objects.filter(group=group)))
    missing = set(permissions) - held
    if missing:
        named = Permission.objects.annotate(full_name=Concat(F("content_type__app_label"), Value("."), F("codename")))
        found = list(named.filter(full_name__in=missing))
        if unknown := missing - {row.full_name for row in found}:
            raise LookupError(f"no such permissions: {sorted(unknown)}")
        group.permissions.add(*found)
    return group


def _named(rows: QuerySet[Permission]) -> list[str]:
    pairs = rows.order_by().values_list("content_type__app_label", "codename")
    return [f"{label}.{codename}" for label, codename in pairs]
