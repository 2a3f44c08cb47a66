"""Divisions 行政区划 as clients see them."""

import graphene
from graphene_django import DjangoObjectType

from backend.errors import InvalidInput, NotFound
from backend.regions import models, selectors
from backend.schema.enums import described
from backend.schema.plans.declare import Column, Parts
from backend.schema.server.context import Context

FOUND, MAX_SEARCH = 20, 50


DivisionLevel = graphene.Enum.from_enum(
    models.Division.Level, name="DivisionLevel", description=described("How deep in the tree [层级].")
)


class Division(DjangoObjectType):
    """One node of the administrative tree [行政区划]."""

    class Meta:
        model = models.Division
        fields = ()

    code = Column(graphene.ID, required=True, description="The 12-digit code of the statistics bureau [区划代码].")
    name = Column(graphene.String, required=True, description="Its own name [名称].")
    full_name = Column(graphene.String, required=True, description="Names from the province down [全称].")
    level = Column(DivisionLevel, required=True, description="How deep in the tree [层级].")
    ancestors = Parts(
        lambda: Division,
        "code",
        "full_name",
        by=selectors.ancestors,
        required=True,
        description="The divisions above it, from the province to the direct parent [上级区划].",
    )


def _division(_context: Context, code: str) -> models.Division | None:
    """A malformed code is refused, an unknown one is null."""
    try:
        return selectors.division(code)
    except NotFound:
        return None


def _divisions(_context: Context, parent: str | None = None) -> list[models.Division]:
    """Only an empty answer costs a second statement, which tells a leaf from a parent that does not exist."""
    found = list(selectors.children(parent))
    if not found and parent is not None:
        selectors.division(parent, field="parent")
    return found


def _search(_context: Context, text: str, first: int | None, near: str | None = None) -> list[models.Division]:
    """One or two statements. A null is as good as nothing, as in every list."""
    first = FOUND if first is None else first
    if not 1 <= first <= MAX_SEARCH:
        raise InvalidInput(f"条数应在 1 到 {MAX_SEARCH} 之间", field="first")
    return selectors.search(text, near, limit=first)


class Query:
    """Looking divisions up; open to anyone."""

    division = Parts(
        Division,
        by=_division,
        many=False,
        public=True,
        code=graphene.ID(required=True, description="The 12-digit code [区划代码]."),
        description="One division by its code [行政区划]; null where the code names nothing.",
    )
    divisions = Parts(
        Division,
        by=_divisions,
        public=True,
        parent=graphene.ID(description="Code of the division above [上级代码]; left out: the provinces."),
        description="The divisions directly below another, by code [下级区划]; empty below a village.",
    )
    division_search = Parts(
        Division,
        by=_search,
        public=True,
        text=graphene.String(
            required=True,
            description=(
                f"What people call it [名称], {selectors.MAX_TEXT} characters at most: 石佛村, 新都 木兰, "
                "six or more digits of a code. More words, in any order, narrow it by what lies above."
            ),
        ),
        near=graphene.ID(description="Code of a division [附近区划]: matches close to it come first."),
        first=graphene.Int(default_value=FOUND, description=f"At most so many [条数]: 1 to {MAX_SEARCH}."),
        description="Divisions by part of their name, best first [按名称查找].",
    )
