"""Two versions of a law side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import graphene

from backend.schema.enums import described
from backend.schema.plans.declare import Column, One, Parts
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id
from backend.schema.statutes.types import Article, LawName, LawVersion
from backend.statutes import differences, models, selectors
from backend.statutes.errors import VersionsOfDifferentLaws

_KINDS = {
    differences.Kind.SAME: "It says the same under the same number [未变].",
    differences.Kind.RENUMBERED: "It says the same under another number [仅条号变动].",
    differences.Kind.CHANGED: "It says something else [修改].",
    differences.Kind.ADDED: "It is new [新增].",
    differences.Kind.REMOVED: "It is gone [删除].",
}
_PARTS = {
    differences.PartKind.SAME: "It stands in both texts [未变].",
    differences.PartKind.REMOVED: "It stands in the older text alone [删去].",
    differences.PartKind.ADDED: "It stands in the newer text alone [增加].",
}
ArticleDifferenceKind = graphene.Enum.from_enum(
    differences.Kind,
    name="ArticleDifferenceKind",
    description=described(
        "What became of an article between two versions [条文变动类型].",
        {kind.name: text for kind, text in _KINDS.items()},
    ),
)
TextPartKind = graphene.Enum.from_enum(
    differences.PartKind,
    name="TextPartKind",
    description=described(
        "Where a piece of two texts stands [文字变动类型].", {kind.name: text for kind, text in _PARTS.items()}
    ),
)


@dataclass(frozen=True)
class Difference:
    """Two versions with their articles, in pairs."""

    older: models.LawVersion
    newer: models.LawVersion
    pairs: Sequence[differences.Pair[Any]]

    @cached_property
    def numbers(self) -> Counter[differences.Kind]:
        """How many articles there are of each kind."""
        return Counter(pair.kind for pair in self.pairs)


class TextPart(graphene.ObjectType):
    """A piece of an article's text before and after a change [文字片段]."""

    kind = Column(TextPartKind, required=True, description="Where it stands [类型].")
    text = Column(graphene.String, required=True, description="The piece [文字].")


class ArticleDifference(graphene.ObjectType):
    """What became of one article [条文对照]."""

    kind = Column(ArticleDifferenceKind, required=True, description="What became of it [变动].")
    before = One(Article, "before", description="The article in the older version; null where it is new [原条文].")
    after = One(Article, "after", description="The article in the newer version; null where it is gone [新条文].")
    parts = Parts(
        TextPart,
        "before__text",
        "after__text",
        by=lambda before, after: differences.parts(before or "", after or ""),
        required=True,
        description="Both texts piece by piece: all but what was added is the older one, all but what was removed the"
        " newer [文字对照].",
    )


class LawDifference(graphene.ObjectType):
    """Two versions of one law side by side [法律版本对照]."""

    law = One(LawName, "newer__law", required=True, description="The law [法律].")
    older = One(LawVersion, "older", required=True, description="The version asked for as `from` [原版本].")
    newer = One(LawVersion, "newer", required=True, description="The version asked for as `to` [新版本].")
    same = Column(
        graphene.Int,
        "numbers",
        by=lambda numbers: numbers[differences.Kind.SAME],
        required=True,
        description="How many articles say the same under the same number; they are not listed [未变条数].",
    )
    articles = Parts(
        ArticleDifference,
        "pairs",
        by=lambda pairs: [pair for pair in pairs if pair.kind is not differences.Kind.SAME],
        required=True,
        description="All other articles, in the order of the newer version, those that are gone where they used to"
        " stand [有变动的条文].",
    )


def law_difference(_context: Context, to: str, **arguments: str) -> Difference | None:
    """Two versions compared, in two statements; None where there is no such version.

    Raises InvalidId, or VersionsOfDifferentLaws.
    """
    keys = decode_int_id("LawVersion", arguments["from"], field="from"), decode_int_id("LawVersion", to, field="to")
    found = {version.pk: version for version in selectors.versions().filter(pk__in=keys).select_related("law")}
    older, newer = (found.get(key) for key in keys)
    if older is None or newer is None:
        return None
    if older.law_id != newer.law_id:
        raise VersionsOfDifferentLaws(field="to")
    return Difference(older, newer, selectors.side_by_side(older, newer))
