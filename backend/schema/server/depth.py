"""How deep a document goes, followed through its fragments; asked before the standard rules, like all shape."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
)
from graphql.validation import ASTValidationContext

from backend.schema.server.limits import Limits
from backend.schema.server.shape import ShapeRule


class _Reach:
    """How deep one definition goes by itself, and at which level it spreads others."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.deepest = 0
        self.spreads: dict[str, int] = {}


class DepthRule(ShapeRule):
    """Fields within each other. Each fragment is walked once and remembered, however often it is spread."""

    def __init__(self, context: ASTValidationContext, limits: Limits) -> None:
        super().__init__(context, limits)
        self._operations: list[_Reach] = []
        self._fragments: dict[str, _Reach] = {}
        self._total: dict[str, int] = {}
        self._level = 0
        self._here = _Reach(context.document)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Begin anew."""
        self._here = _Reach(node)
        self._operations.append(self._here)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        """Begin anew."""
        self._here = self._fragments[node.name.value] = _Reach(node)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """One level deeper; refused here already, so that no definition alone is deep."""
        self._level += 1
        self._here.deepest = max(self._here.deepest, self._level)
        self._check(self._level, node)

    def leave_field(self, *_: Any) -> None:
        """Out again."""
        self._level -= 1

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        """Remember the deepest place of each."""
        name = node.name.value
        self._here.spreads[name] = max(self._here.spreads.get(name, 0), self._level)

    def leave_document(self, *_: Any) -> None:
        """Follow the spreads of each operation."""
        for operation in self._operations:
            self._check(self._reached(operation), operation.node)

    def _check(self, level: int, node: Node) -> None:
        if level > self.limits.depth:
            self.refuse(f"查询嵌套不能超过 {self.limits.depth} 层", node)

    def _reached(self, reach: _Reach) -> int:
        inside = (level + self._spread(name) for name, level in reach.spreads.items())
        return max([reach.deepest, *inside])

    def _spread(self, name: str) -> int:
        if name not in self._total:
            self._total[name] = 0  # what a circle adds
            if name in self._fragments:
                self._total[name] = self._reached(self._fragments[name])
        return self._total[name]
