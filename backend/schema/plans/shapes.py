"""What a selection asks of a type, fragments, aliases and directives worked in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from graphql import (
    SKIP,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_object_type,
    visit,
)
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from backend.schema.plans.fields import Declared


class _Variables(Visitor):
    """Looks for a variable among a field's own arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, *_: Any) -> None:
        self.found = True

    def enter_selection_set(self, *_: Any) -> Any:
        return SKIP


@dataclass(frozen=True)
class Asked:
    """One entry of an answer: its key there, the field, and what is asked of the objects below, by type."""

    key: str
    name: str
    declared: Any
    definition: GraphQLField | None
    node: FieldNode
    below: "dict[str, Shape]" = field(default_factory=dict)

    @cached_property
    def constant(self) -> dict[str, Any] | None:
        """The field's arguments, where no variable decides them; else None."""
        if self.definition is None or not self.definition.args:
            return {}
        finder = _Variables()
        visit(self.node, finder)
        return None if finder.found else get_argument_values(self.definition, self.node, {})

    def arguments(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The field's arguments, with these variables. Raises GraphQLError."""
        if self.constant is not None or self.definition is None:
            return self.constant or {}
        return get_argument_values(self.definition, self.node, variables)

    @property
    def type(self) -> Any:
        """The field's type in the schema."""
        return self.definition.type if self.definition else None

    def only(self) -> "Shape":
        """What is asked below a field of one object type."""
        (shape,) = self.below.values()
        return shape


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked of one object type, in the order of the answer."""

    type_name: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """A document's surroundings: what its selections mean depends on them."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def shape(self, of: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Shape:
        """What the nodes, all of one field, ask of an object type.

        `@skip` and `@include` are worked in, so `variables` must hold what they depend on.
        """
        found = collect_sub_fields(self.schema, self.fragments, self.variables, of, list(nodes))
        return Shape(of.name, tuple(self.asked(of, key, same) for key, same in found.items()))

    def asked(self, of: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Asked:
        """What nodes of one key of the answer ask for."""
        name = nodes[0].name.value
        definition = of.fields.get(name)
        if definition is None:
            return Asked(key, name, None, None, nodes[0])
        below = {inner.name: self.shape(inner, nodes) for inner in self.objects(definition.type)}
        return Asked(key, name, declared(of, name), definition, nodes[0], below)

    def objects(self, of: Any) -> Iterable[GraphQLObjectType]:
        """The object types that a field of this type may give; none for a leaf."""
        named = get_named_type(of)
        if is_object_type(named):
            return [named]
        if is_abstract_type(named):
            abstract: GraphQLAbstractType = named
            return self.schema.get_possible_types(abstract)
        return []


class _Through(Declared):
    """Stands for the way from a source's row to what is shown of it."""

    def __init__(self, path: str) -> None:
        super().__init__("String")
        self.path = path


def through(field: Declared, shape: Shape) -> Shape:
    """The shape of the source's own rows: what is shown of each stands under the one key ""."""
    if not field.through:
        return shape
    return Shape("", (Asked("", "", _Through(field.through), None, _NO_NODE, {shape.type_name: shape}),))


_NO_NODE = FieldNode()


def name_of(operation: OperationDefinitionNode) -> str:
    """The operation's name; "" where it has none."""
    return operation.name.value if operation.name else ""


def declared(of: GraphQLObjectType, name: str) -> Any:
    """The graphene field behind a field of the schema; None where there is none."""
    return _fields(of).get(name)


@lru_cache(maxsize=1000)
def _fields(of: GraphQLObjectType) -> dict[str, Any]:
    graphene_type = getattr(of, "graphene_type", None)
    if graphene_type is None:
        return {}
    known = graphene_type._meta.fields  # noqa: SLF001 - graphene keeps a type's fields nowhere else
    return {_camel(field.name or name): field for name, field in known.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() or "_" for part in rest)
