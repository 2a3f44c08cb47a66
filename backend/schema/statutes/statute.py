"""A law as it stood on a day."""

from datetime import date

import graphene
from django.utils import timezone

from backend.errors import InvalidInput
from backend.schema.plans.declare import Column, Found, One, Paged, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id
from backend.schema.statutes.types import ARTICLE_ORDER, VERSIONS, ArticleConnection, LawName, LawVersion, Validity
from backend.statutes import models, rules, selectors

#: No law in force is older, and calendars behave beyond.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_FACTS = ("held_validity", "held_starts_on", "held_ends_on", "day")


def _validity(stored: str | None, starts_on: date, ends_on: date | None, day: date) -> models.Validity | None:
    if stored is None:
        return None
    return models.Validity(rules.validity_on(rules.Validity(stored), starts_on, ends_on, day))


def _label(*facts: object) -> str:
    validity = _validity(*facts)  # type: ignore[arg-type]  # the columns of _FACTS
    return str(validity.label) if validity else ""


def _note(
    stored: str | None, starts_on: date | None, ends_on: date | None, day: date, first_starts_on: date | None
) -> str:
    if stored is None or starts_on is None:
        return rules.unheld_note(first_starts_on)
    return rules.validity_note(rules.Validity(stored), starts_on, ends_on, day)


class Statute(graphene.ObjectType):
    """A law as it stood on a day in China [某日的法律]."""

    law = One(LawName, "", required=True, description="The law [法律].")
    at = Column(scalars.Date, "day", required=True, description="The day [日期].")
    version = Found(
        LawVersion,
        VERSIONS,
        key=("pk",),
        parent=("held_id",),
        description="The text that held on that day; null where none of those known did [当日文本].",
    )
    validity = Column(
        Validity,
        *_FACTS,
        by=_validity,
        description="Whether that text could be relied on, on that day; null where there is none [当日时效].",
    )
    validity_label = Column(
        graphene.String, *_FACTS, by=_label, required=True, description="The same in Chinese, or empty [时效名称]."
    )
    note = Column(
        graphene.String,
        *_FACTS,
        "first_starts_on",
        by=_note,
        required=True,
        description="A Chinese sentence where the validity alone would mislead or no text is known, or empty [说明].",
    )
    articles = Paged(
        ArticleConnection,
        Source(selectors.law_articles, public=True),
        order=ARTICLE_ORDER,
        key=("version_id",),
        parent=("held_id",),
        description="The articles of that text, in their order; none where there is no text [条文].",
    )


def statute_given(_context: Context, id: str, at: date | None = None) -> tuple[int, date]:
    """What `selectors.statute_at` needs. Raises InvalidId, or InvalidInput for a day of another age."""
    if at is not None and not FIRST_DAY <= at <= LAST_DAY:
        raise InvalidInput(f"日期应在 {FIRST_DAY.year} 年到 {LAST_DAY.year} 年之间", field="at")
    return decode_int_id("Law", id), at or timezone.localdate()
