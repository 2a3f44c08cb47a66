"""The kinds of content, and what all ways to show an item tell of it."""

from typing import Any

import graphene

from backend.content import models
from backend.content.cases import CATEGORIES
from backend.schema.accounts import Language
from backend.schema.enums import described
from backend.schema.media import PUBLIC_PICTURES, Picture
from backend.schema.plans.declare import Column, Found
from backend.schema.server import scalars
from backend.schema.server.ids import id_column

_LABELS = dict(models.ContentItem.Kind.choices)
_KINDS = {
    "ARTICLE": "An article with pictures",
    "RECORDING": "Something to listen to",
    "VIDEO": "Something to watch",
    "QA": "A question and its answer",
    "COMIC": "A set of comics or posters",
    "CASE": "A case, with the facts of its category",
    "COURSE": "Lessons in order",
    "TOPIC": "A collection that other items belong to",
    "COMMENTARY": "A case told for the sake of one statute",
}
ContentKind = graphene.Enum.from_enum(
    models.ContentItem.Kind,
    name="ContentKind",
    description=described(
        "What sort of thing an item is [内容类型].",
        {kind.name: f"{_KINDS[kind.name]} [{kind.label}]." for kind in models.ContentItem.Kind},
    ),
)
CaseCategory = graphene.Enum(
    "CaseCategory",
    [(name.upper(), name) for name, _ in CATEGORIES],
    description=described(
        "The categories of cases, after the case library of the ministry of justice [案例类别].",
        {name.upper(): f"[{label}]." for name, label in CATEGORIES},
    ),
)


def kind_label(kind: str) -> str:
    """What a kind is called."""
    return str(_LABELS[kind])


def _kind(stored: Any) -> Any:
    return models.ContentItem.Kind(stored)


class Shown:
    """What every way to show an item tells: in a list, as a card in another item, or as a whole."""

    id = id_column("ContentItem")
    kind = Column(ContentKind, by=_kind, required=True, description="What sort of thing it is [类型].")
    kind_label = Column(
        graphene.String, "kind", by=kind_label, required=True, description="The same in words [类型名]."
    )
    language = Column(
        Language, "shown_language", required=True, description="The language that its texts are in here [语言]."
    )
    title = Column(graphene.String, "shown_title", required=True, description="Title [标题].")
    summary = Column(
        graphene.String, "shown_summary", required=True, description="What it is about, in a few sentences [摘要]."
    )
    published_at = Column(
        scalars.DateTime, "first_published_at", required=True, description="When it was first published [发布时间]."
    )
    cover = Found(
        Picture,
        PUBLIC_PICTURES,
        key=("media_id",),
        parent=("cover_id",),
        description="Its picture, where there is one [封面].",
    )
