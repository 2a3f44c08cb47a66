"""Cases 案例: what is told of one, by its category."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphene

from backend.content import cases
from backend.content.models import ContentItem
from backend.schema.content.kinds import CaseCategory
from backend.schema.plans.declare import Column, Parts

_LABELS = dict(cases.CATEGORIES)


@dataclass(frozen=True)
class _Told:
    name: str
    label: str
    value: str


@dataclass(frozen=True)
class _Case:
    category: str
    told: list[_Told]


class CaseFact(graphene.ObjectType):
    """One thing that is told of a case [案例要素]."""

    name = Column(graphene.String, required=True, description="Names the fact within its category: outcome [要素名].")
    label = Column(graphene.String, required=True, description="What it is called: 结果 [要素标题].")
    value = Column(graphene.String, required=True, description="What is told, people and places masked [内容].")


class CaseDetails(graphene.ObjectType):
    """What is told of a case [案例信息]."""

    category = Column(CaseCategory, required=True, description="Which category [案例类别].")
    category_label = Column(
        graphene.String, "category", by=_LABELS.__getitem__, required=True, description="The same in words [类别名]."
    )
    facts = Parts(
        CaseFact, "told", by=list, required=True, description="In the order in which they are to be shown [案例要素]."
    )


def case_of(kind: str, category: str, facts: Mapping[str, Any]) -> _Case | None:
    """What is told of a case; None for what is none."""
    if kind != ContentItem.Kind.CASE or category not in _LABELS:
        return None
    return _Case(category, [_Told(fact.name, fact.label, text) for fact, text in cases.told(category, facts)])
