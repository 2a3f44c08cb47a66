"""What a document may ask for, so that one request cannot hold the house.

Three looks, from cheap to dear: the shape of the parsed document before validation (graphql-core's validation is
quadratic in fields of one name), its depth after validation, and the cost of one operation with its variables.
All walk each fragment once, whatever the number of its spreads.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from backend.errors import Refusal

MAX_FIELDS_IN_A_SET = 100
MAX_SAME_NAME_IN_A_SET = 5
MAX_FRAGMENTS = 50
MAX_DEPTH = 15
#: Root fields of one mutation: each is a change of its own, and some send messages that cost money.
MAX_MUTATIONS = 5
#: A feed of 100 with bodies and citations costs about 2,600, a screen of several lists 1,500.
MAX_COST = 10_000
#: Rows of a list whose size the client did not say.
DEFAULT_ROWS = 20
_SIZES = ("first", "last")


class TooCostly(Refusal):
    """The operation asks for more at once than one answer may hold."""

    code = "QUERY_TOO_COSTLY"
    message = "一次查询的内容太多，请减少每页条数或字段"


def shape_errors(document: DocumentNode) -> list[GraphQLError]:
    """What is wrong with the document's shape; to be asked before validation, so it relies on nothing."""
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    if len(fragments) > MAX_FRAGMENTS:
        return [GraphQLError(f"片段不能超过 {MAX_FRAGMENTS} 个")]
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            if problem := _root_problem(definition):
                return [GraphQLError(problem, definition)]
        elif not isinstance(definition, FragmentDefinitionNode):
            continue
        for selection in _sets(definition.selection_set):
            if problem := _set_problem(selection):
                return [GraphQLError(problem, selection)]
    return []


def _root_problem(operation: OperationDefinitionNode) -> str:
    roots = operation.selection_set.selections
    if operation.operation is OperationType.MUTATION and len(roots) > MAX_MUTATIONS:
        return f"一次最多 {MAX_MUTATIONS} 个修改"
    # The specification forbids it since 2025: the one event source must not depend on a variable.
    if operation.operation is OperationType.SUBSCRIPTION and any(root.directives for root in roots):
        return "订阅的根字段不能带指令"
    return ""


def _sets(selection: SelectionSetNode) -> Iterator[SelectionSetNode]:
    waiting = [selection]
    while waiting:
        current = waiting.pop()
        yield current
        inside = (node.selection_set for node in current.selections if isinstance(node, FieldNode | InlineFragmentNode))
        waiting.extend(found for found in inside if found)


def _set_problem(selection: SelectionSetNode) -> str:
    if len(selection.selections) > MAX_FIELDS_IN_A_SET:
        return f"同一层不能超过 {MAX_FIELDS_IN_A_SET} 个字段"
    names = Counter((node.alias or node.name).value for node in selection.selections if isinstance(node, FieldNode))
    if names and max(names.values()) > MAX_SAME_NAME_IN_A_SET:
        return f"同一层同名字段不能超过 {MAX_SAME_NAME_IN_A_SET} 个"
    return ""


def depth_errors(document: DocumentNode) -> list[GraphQLError]:
    """Whether an operation nests too deep. The document has been validated, so fragments do not go in circles."""
    walk = _Walk(document, {})
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode) and walk.depth(definition.selection_set) > MAX_DEPTH:
            return [GraphQLError(f"查询嵌套不能超过 {MAX_DEPTH} 层", definition)]
    return []


def check_cost(document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
    """Raises TooCostly where the operation's fields, counted for each row that may hold them, pass MAX_COST."""
    if _Walk(document, variables).cost(operation.selection_set) > MAX_COST:
        raise TooCostly


class _Walk:
    """Depth and cost of selections; each fragment is looked at once."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._fragments = {
            node.name.value: node.selection_set
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = variables
        self._depths: dict[str, int] = {}
        self._costs: dict[str, int] = {}

    def depth(self, selection: SelectionSetNode | None) -> int:
        """Fields from here to the deepest leaf."""
        deepest = 0
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                deepest = max(deepest, 1 + self.depth(node.selection_set))
            elif isinstance(node, InlineFragmentNode):
                deepest = max(deepest, self.depth(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in self._depths:
                    self._depths[name] = self.depth(self._fragments[name])
                deepest = max(deepest, self._depths[name])
        return deepest

    def cost(self, selection: SelectionSetNode | None) -> int:
        """Fields from here, each multiplied by the rows that it may appear in."""
        total = 0
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                total += 1 + self._rows(node) * self.cost(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                total += self.cost(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in self._costs:
                    self._costs[name] = self.cost(self._fragments[name])
                total += self._costs[name]
        return total

    def _rows(self, node: FieldNode) -> int:
        """How many rows a field's own arguments ask for; a connection without a size has its default."""
        for argument in node.arguments:
            if argument.name.value in _SIZES:
                value = argument.value
                size = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
                if isinstance(value, IntValueNode):
                    size = int(value.value)
                return max(size, 1) if isinstance(size, int) else DEFAULT_ROWS
        children = node.selection_set.selections if node.selection_set else ()
        is_connection = any(isinstance(child, FieldNode) and child.name.value == "edges" for child in children)
        return DEFAULT_ROWS if is_connection else 1
