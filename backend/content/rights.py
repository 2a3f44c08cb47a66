"""Which content staff may see and change in the console: that of their own divisions and everything below.

What somebody may do at all says Django's permissions; where, their role grants as staff or supervisor.
"""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from backend.accounts.selectors import divisions_of
from backend.regions import rules
from backend.regions.conditions import within


def covers(codes: Collection[str], division: str | None) -> bool:
    """Whether a division lies in one of these."""
    return division is not None and any(rules.contains(code, division) for code in codes)


def may_see(user: Any, item: Any) -> bool:
    """Whether an item, or the item of a translation, belongs to the divisions that someone acts for."""
    return covers(divisions_of(user), division_of(item))


def of_texts_within(codes: Collection[str]) -> Q:
    """The stages of a review whose text belongs to one of these divisions, as a condition on TaskState."""
    item, translation = (apps.get_model("content", name) for name in ("ContentItem", "ContentTranslation"))
    own = {
        model: model.objects.filter(within(codes, path)).annotate(key=Cast("pk", CharField())).values("key")
        for model, path in ((item, "division"), (translation, "item__division"))
    }
    return reduce(
        or_,
        (
            Q(
                revision__base_content_type=model.get_base_content_type(),
                revision__object_id__in=keys,
            )
            for model, keys in own.items()
        ),
    )


def division_of(text: Any) -> str | None:
    """The division that a text belongs to; a translation belongs where its item does."""
    found: str | None = text.item.division_id if hasattr(text, "item_id") else text.division_id
    return found


def beyond(division: str | None, audience: Sequence[str]) -> list[str]:
    """Those of an audience's divisions that lie outside the division that publishes."""
    return [code for code in audience if not covers([division] if division else [], code)]
