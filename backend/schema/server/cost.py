"""What an operation costs: each field once for every row that may hold it.

Compiled once for a document, so that a request pays only for the sizes that come as its variables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)
from graphql.utilities.type_info import get_field_def

#: Rows of a list whose size the client may say and did not, and of one that has no such argument.
DEFAULT_ROWS = 20
PLAIN_ROWS = 5
_SIZES = ("first", "last")


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What one field of the schema costs by itself, and how many rows it gives where no argument says so.

    `by` names the argument whose items are as many as the rows, where it is none of the usual ones. Of a list that is
    made of stored texts at little cost, `together` rows count as one.
    """

    own: int = 1
    rows: int = PLAIN_ROWS
    by: str = ""
    together: int = 1


#: Costs that differ from the usual, by "Type.field"; a field of an interface costs what its dearest type says.
CostMap = Mapping[str, FieldCost]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows are asked for: `number`, unless a literal or a variable says more than nothing.

    `together` of them count as one.
    """

    number: int
    literal: int = 0
    variables: tuple[str, ...] = ()
    together: int = 1

    def of(self, variables: Mapping[str, Any]) -> int:
        """The number for one request. What is no size counts as absent: its type is checked later."""
        # A null overrules the variable's default, and leaves the field to its own.
        found = [
            DEFAULT_ROWS if variables[name] is None else variables[name] for name in self.variables if name in variables
        ]
        sizes = [int(min(size, 1e9)) for each in found if isinstance(size := _size_of(each), int | float)]
        return -(-(max(self.literal, *sizes, 0) or self.number) // self.together)


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """A part that is known, and parts that are taken as often as there are rows."""

    fixed: int = 0
    parts: tuple[tuple[Rows, "Cost"], ...] = ()

    def of(self, variables: Mapping[str, Any]) -> int:
        """The cost with one request's variables."""
        return self.fixed if not self.parts else self._of(variables, {})

    def _of(self, variables: Mapping[str, Any], known: dict[int, int]) -> int:
        # Fragments are shared between the places that spread them: each is added up once.
        if id(self) not in known:
            parts = (rows.of(variables) * inside._of(variables, known) for rows, inside in self.parts)  # noqa: SLF001
            known[id(self)] = self.fixed + sum(parts)
        return known[id(self)]


class CostCompiler:
    """Compiles the operations of one valid document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, costs: CostMap) -> None:
        self._schema = schema
        self._costs = costs
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults: dict[str, int] = {}
        self._known: dict[tuple[str, Rows | None], Cost] = {}

    def compile(self, operation: OperationDefinitionNode) -> Cost:
        """The cost of one operation."""
        self._known = {}
        self._defaults = {
            definition.variable.name.value: size
            for definition in operation.variable_definitions
            for size in _written([definition.default_value])
        }
        root = self._schema.get_root_type(operation.operation)
        return self._selection(operation.selection_set, root, None) if root else Cost()

    def _selection(self, selection: SelectionSetNode | None, kind: GraphQLNamedType, sized: Rows | None) -> Cost:
        """`sized`: the rows of the connection that this selection belongs to; they are those of its lists."""
        fixed = 0
        parts: list[tuple[Rows, Cost]] = []
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                cost = self._field(node, kind, sized)
            elif isinstance(node, FragmentSpreadNode):
                cost = self._spread(node.name.value, sized)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._schema.type_map[condition.name.value] if condition else kind
                cost = self._selection(node.selection_set, inner, sized)
            fixed += cost.fixed
            parts += cost.parts
        return Cost(fixed, tuple(parts))

    def _spread(self, name: str, sized: Rows | None) -> Cost:
        if (name, sized) not in self._known:
            fragment = self._fragments[name]
            kind = self._schema.type_map[fragment.type_condition.name.value]
            cost = self._selection(fragment.selection_set, kind, sized)
            # One part, not its parts: what is spread often is added up once.
            self._known[name, sized] = Cost(cost.fixed, ((Rows(1), Cost(0, cost.parts)),) if cost.parts else ())
        return self._known[name, sized]

    def _field(self, node: FieldNode, kind: GraphQLNamedType, sized: Rows | None) -> Cost:
        definition = get_field_def(self._schema, kind, node)
        if definition is None:  # cannot be: the document was validated
            return Cost(1)
        declared = self._declared(kind, node.name.value)
        size = self._size(node, definition, (declared.by,) if declared.by else _SIZES)
        is_list = _is_list(definition.type)
        inside = self._selection(node.selection_set, get_named_type(definition.type), None if is_list else size)
        rows = (size or sized or Rows(declared.rows)) if is_list else Rows(1)
        if declared.together > 1:
            rows = replace(rows, together=declared.together)
        if inside.parts or rows.variables:
            return Cost(declared.own, ((rows, inside),))
        return Cost(declared.own + rows.of({}) * inside.fixed)

    def _declared(self, kind: GraphQLNamedType, field: str) -> FieldCost:
        kinds = [kind]
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kinds += self._schema.get_possible_types(kind)
        found = [self._costs[key] for one in kinds if (key := f"{one.name}.{field}") in self._costs]
        if len(found) <= 1:
            return found[0] if found else FieldCost()
        return FieldCost(max(cost.own for cost in found), max(cost.rows for cost in found))

    def _size(self, node: FieldNode, definition: GraphQLField, names: Sequence[str]) -> Rows | None:
        """The rows that these of a field's arguments ask for; None where it takes none of them."""
        arguments = [definition.args[name] for name in names if name in definition.args]
        if not arguments:
            return None
        given = [argument.value for argument in node.arguments if argument.name.value in names]
        variables = tuple(value.name.value for value in given if isinstance(value, VariableNode))
        defaults = [self._defaults[name] for name in variables if name in self._defaults]
        if not given:
            defaults = [argument.default_value for argument in arguments if isinstance(argument.default_value, int)]
        return Rows(max(defaults, default=DEFAULT_ROWS), max(_written(given), default=0), variables)


def _written(values: Sequence[ValueNode | None]) -> list[int]:
    """The sizes that stand in the document."""
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    return numbers + [len(value.values) for value in values if isinstance(value, ListValueNode)]


def _size_of(value: Any) -> Any:
    return len(value) if isinstance(value, list) else value


def _is_list(kind: GraphQLType) -> bool:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList)
