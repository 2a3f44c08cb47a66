"""What the rows of the world are called in the tables of what may be seen."""

from backend.advisors.models import VillageGroup
from backend.notifications.models import Notification
from backend.schema.server.ids import encode_id
from tests.schema.permissions.world import World


def labels(world: World) -> dict[str, dict[str, str]]:
    """By type, of each id its label. Several notices may share one."""
    by_name = {
        "Advisor": world.advisors,
        "ContentItem": world.items,
        "Media": world.files,
        "Message": world.messages,
    }
    found = {of: {encode_id(of, row.pk): name for name, row in rows.items()} for of, rows in by_name.items()}
    found["VillageGroup"] = {encode_id("VillageGroup", row.pk): row.village_id for row in VillageGroup.objects.all()}
    old = world.notices["old"].pk
    found["Notification"] = {
        encode_id("Notification", row.pk): "old" if row.pk == old else _notice(row)
        for row in Notification.objects.select_related("recipient")
    }
    return found


def _notice(row: Notification) -> str:
    if row.retracted_at:
        return "retracted"
    return f"to {row.recipient.nickname}" if row.recipient else f"for {row.division_id}"
