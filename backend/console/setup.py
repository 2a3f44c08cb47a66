"""The groups of staff that the console needs beyond those of the editorial work."""

from django.contrib.auth.models import Group
from django.db import transaction

from backend.accounts.groups import ensure_group
from backend.content.frame import SUPERVISION_RIGHTS

SUPERVISORS = "司法行政管理人员"

_SUPERVISOR_RIGHTS = {
    "wagtailadmin.access_admin",
    "advisors.view_advisor",
    "advisors.add_advisor",
    "advisors.change_advisor",
    "advisors.view_appointment",
    "advisors.add_appointment",
    "advisors.change_appointment",
    "screening.view_sensitiveword",
    "screening.add_sensitiveword",
    "screening.change_sensitiveword",
    "screening.delete_sensitiveword",
    *SUPERVISION_RIGHTS,
}


def ensure_groups() -> None:
    """Make the supervisors' group where it does not stand yet; drop Wagtail's example groups if nobody is in them."""
    with transaction.atomic():
        ensure_group(SUPERVISORS, _SUPERVISOR_RIGHTS)
        Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
