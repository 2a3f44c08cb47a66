"""Who did what when with content: Wagtail's log, which outlives what it tells of, kept by region."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry

from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.services import WITHDRAWN
from backend.regions import rules as regions
from backend.regions.conditions import within

#: The division that a text belonged to when it was done, in an entry's data.
DIVISION = "division"
_TEXTS = {ContentItem: ("division", "division_id"), ContentTranslation: ("item__division", "item__division_id")}


def keep_division(instance: ModelLogEntry, **_: Any) -> None:
    """Write the text's division into a new entry: the text itself may be gone when somebody asks."""
    model = instance.content_type.model_class() if instance.content_type_id and not instance.pk else None
    if model in _TEXTS and DIVISION not in (instance.data or {}):
        row = model.objects.filter(pk=instance.object_id).values_list(_TEXTS[model][1], flat=True).first()
        if row:
            instance.data = {**(instance.data or {}), DIVISION: row}


def last_withdrawal(text: Reviewed) -> ModelLogEntry | None:
    """Who took a text down the last time, when and why: `data["reason"]`; None where nobody ever did."""
    entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.for_instance(text).filter(action=WITHDRAWN)
    return entries.select_related("user").order_by("-timestamp", "-pk").first()


def trail_of(codes: Collection[str]) -> QuerySet[ModelLogEntry]:
    """What was done with texts of these divisions, newest first; texts that were deleted since included.

    Entries of before the division was kept count by where their text belongs now.
    """
    kinds = ContentType.objects.get_for_models(*_TEXTS, for_concrete_models=False)
    rows: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(content_type__in=kinds.values())
    if not codes:
        return rows.none()
    kept = [Q(**{f"data__{DIVISION}__startswith": regions.prefix_of(code)}) for code in codes]
    older = [
        Q(
            content_type=kinds[model],
            object_id__in=model.objects.filter(within(codes, path)).annotate(key=Cast("pk", CharField())).values("key"),
        )
        for model, (path, _) in _TEXTS.items()
    ]
    unmarked = Q(**{f"data__{DIVISION}__isnull": True}) & reduce(or_, older)
    found: QuerySet[ModelLogEntry] = rows.filter(reduce(or_, kept) | unmarked)
    return found.select_related("user", "content_type").order_by("-timestamp", "-pk")
