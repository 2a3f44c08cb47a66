"""Rules on what a document holds how often: they need no schema, so they run before the standard rules.

Each looks at every definition once, whatever the number of its spreads, and takes nothing for granted: fragments may be
missing or go in circles, as the standard rules will say.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import (
    ASTValidationRule,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)
from graphql.validation import ASTValidationContext

from backend.errors import Refusal
from backend.schema.server.limits import LimitExceeded, Limits


class IntrospectionDisabled(Refusal):
    """The schema may not be explored here; `__typename` may always be asked for."""

    code = "INTROSPECTION_DISABLED"
    message = "此服务不提供接口结构查询"


class ShapeRule(ASTValidationRule):
    """A validation rule that knows the limits."""

    def __init__(self, context: ASTValidationContext, limits: Limits) -> None:
        super().__init__(context)
        self.limits = limits

    def refuse(self, detail: str, node: Node | None = None) -> None:
        """Report that a limit is passed."""
        refusal = LimitExceeded(detail)
        self.report_error(GraphQLError(refusal.message, node, original_error=refusal))


class IntrospectionRule(ShapeRule):
    """Whether the schema may be explored; where it may, the standard rules keep that from going in circles."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Both entries to the schema, whatever their aliases; `__typename` is none."""
        if not self.limits.introspection and node.name.value in ("__schema", "__type"):
            refusal = IntrospectionDisabled()
            self.report_error(GraphQLError(refusal.message, node, original_error=refusal))


class DefinitionsRule(ShapeRule):
    """Operations and fragments of a document."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Count both."""
        kinds = Counter(type(definition) for definition in node.definitions)
        if kinds[OperationDefinitionNode] > self.limits.operations:
            self.refuse(f"一个文档最多 {self.limits.operations} 个操作")
        if kinds[FragmentDefinitionNode] > self.limits.fragments:
            self.refuse(f"片段不能超过 {self.limits.fragments} 个")


class RootFieldsRule(ShapeRule):
    """What stands at the root, through fragments: changes, aliases, and a subscription's directives."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Look at each operation."""
        self._fragments = {
            definition.name.value: definition.selection_set
            for definition in node.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int, int]] = {}
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._check(definition)

    def _check(self, operation: OperationDefinitionNode) -> None:
        fields, aliases, directives = self._roots(operation.selection_set)
        if operation.operation is OperationType.MUTATION and fields > self.limits.mutations:
            self.refuse(f"一次最多 {self.limits.mutations} 个修改", operation)
        if aliases > self.limits.root_aliases:
            self.refuse(f"最外层最多 {self.limits.root_aliases} 个别名", operation)
        # The specification forbids it since 2025: the one event source must not depend on a variable.
        if operation.operation is OperationType.SUBSCRIPTION and directives:
            self.refuse("订阅的根字段不能带指令", operation)

    def _roots(self, selection: SelectionSetNode) -> tuple[int, int, int]:
        """Fields, aliased fields, and directives on any of them."""
        fields = aliases = directives = 0
        for node in _flat(selection):
            directives += len(node.directives)
            if isinstance(node, FieldNode):
                fields += 1
                aliases += node.alias is not None
            elif isinstance(node, FragmentSpreadNode):
                inside = self._spread(node.name.value)
                fields, aliases, directives = fields + inside[0], aliases + inside[1], directives + inside[2]
        return fields, aliases, directives

    def _spread(self, name: str) -> tuple[int, int, int]:
        if name not in self._known:
            self._known[name] = (0, 0, 0)  # what a circle adds
            if name in self._fragments:
                self._known[name] = self._roots(self._fragments[name])
        return self._known[name]


class SelectionsRule(ShapeRule):
    """How many stand side by side, and how often the same one: validation compares those with each other."""

    _repetitions = 0

    def enter_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> None:
        """Look at one level."""
        if len(node.selections) > self.limits.selections:
            self.refuse(f"同一层不能超过 {self.limits.selections} 个字段", node)
        if max(_names(node.selections).values(), default=0) > self.limits.same_name:
            self.refuse(f"同一层同名字段不能超过 {self.limits.same_name} 个", node)
        if isinstance(parent, InlineFragmentNode):
            return  # counted with the level that holds it, which it is merged into
        names = _names(_flat(node))
        self._repetitions += names.total() - len(names)
        if self._repetitions > self.limits.repetitions:
            self.refuse(f"重复的字段不能超过 {self.limits.repetitions} 个", node)


class AliasesRule(ShapeRule):
    """Aliases of the whole document."""

    _aliases = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Count one."""
        self._aliases += node.alias is not None
        if self._aliases > self.limits.aliases:
            self.refuse(f"别名不能超过 {self.limits.aliases} 个", node)


class DirectivesRule(ShapeRule):
    """Directives of the whole document, and of one place."""

    _directives = 0

    def enter_directive(self, node: DirectiveNode, _key: Any, parent: Any, *_: Any) -> None:
        """Count one; `parent` is the list that it stands in."""
        self._directives += 1
        if len(parent) > self.limits.directives_together:
            self.refuse(f"同一处不能超过 {self.limits.directives_together} 个指令", node)
        if self._directives > self.limits.directives:
            self.refuse(f"指令不能超过 {self.limits.directives} 个", node)


class ValuesRule(ShapeRule):
    """Lists and objects that are written into the document."""

    _depth = 0

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        """Length and depth."""
        if len(node.values) > self.limits.list_items:
            self.refuse(f"列表不能超过 {self.limits.list_items} 项", node)
        self._deeper(node)

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> None:
        """Depth."""
        self._deeper(node)

    def leave_list_value(self, *_: Any) -> None:
        """Out again."""
        self._depth -= 1

    leave_object_value = leave_list_value

    def _deeper(self, node: Node) -> None:
        self._depth += 1
        if self._depth > self.limits.value_depth:
            self.refuse(f"参数嵌套不能超过 {self.limits.value_depth} 层", node)


def _flat(selection: SelectionSetNode) -> Iterator[SelectionNode]:
    """The fields and spreads of a level, inline fragments opened."""
    waiting = [selection]
    while waiting:
        for node in waiting.pop().selections:
            yield node
            if isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)


def _names(nodes: Iterable[SelectionNode]) -> Counter[str]:
    """The names under which fields will stand in the answer."""
    return Counter((node.alias or node.name).value for node in nodes if isinstance(node, FieldNode))


COUNTING_RULES: list[type[ShapeRule]] = [
    IntrospectionRule,
    DefinitionsRule,
    RootFieldsRule,
    SelectionsRule,
    AliasesRule,
    DirectivesRule,
    ValuesRule,
]
