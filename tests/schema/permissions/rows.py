"""Every row that a global id could name, and every row that a change could touch."""

from typing import Any

from django.apps import apps
from wagtail.blocks import StreamValue

from backend.advisors.models import Advisor, Message, VillageGroup
from backend.content.models import ContentItem
from backend.notifications.models import Notification
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Law, LawVersion
from media.models import MediaFile

#: By type of the contract that implements Node, the table whose keys its ids hold.
TABLES: dict[str, Any] = {
    "Advisor": Advisor,
    "Article": Article,
    "ContentItem": ContentItem,
    "Law": Law,
    "LawVersion": LawVersion,
    "Media": MediaFile,
    "Message": Message,
    "Notification": Notification,
    "VillageGroup": VillageGroup,
}


def all_ids(of: str) -> list[str]:
    """The ids of all rows that there are, whoever may see them, and one of none."""
    missing = "00000000-0000-4000-8000-000000000000" if of == "Media" else 987_654_321
    keys = TABLES[of].objects.order_by("pk").values_list("pk", flat=True)
    return [encode_id(of, key) for key in [*keys, missing]]


def everything() -> dict[str, list[Any]]:
    """All rows that are ours, and the jobs that wait."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(("backend.", "media.", "django_q."))]
    return {model._meta.label: sorted(map(_text, model._base_manager.values_list())) for model in ours}


def _text(row: tuple[Any, ...]) -> str:
    """What a row holds; a body's own text says where it lies in memory."""
    return repr([list(value.raw_data) if isinstance(value, StreamValue) else value for value in row])
