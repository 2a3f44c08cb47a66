"""The plans of a schema, each compiled when its document is first asked."""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from graphql import BooleanValueNode, GraphQLSchema, OperationDefinitionNode, VariableNode, Visitor, visit

from backend.schema.plans.columns import NotPlannable
from backend.schema.plans.plan import Plan
from backend.schema.plans.shapes import name_of

MAX_PLANS = 1000
#: Plans of one operation, for different values that its directives depend on; what goes beyond goes without a plan.
MAX_VARIANTS = 16
Key = tuple[Any, ...]


class Plans:
    """The most recently used plans. Threads may share it."""

    def __init__(self, schema: GraphQLSchema, *, size: int = MAX_PLANS) -> None:
        self._schema = schema
        self._size = size
        self._plans: OrderedDict[Key, Plan | None] = OrderedDict()
        self._directing: OrderedDict[Key, tuple[str, ...]] = OrderedDict()
        self._variants: Counter[Key] = Counter()
        self._lock = Lock()

    def plan(
        self, digest: str, document: Any, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> tuple[Key, Plan | None]:
        """The plan for an operation of a document; None where graphql-core has to answer it. With the key to `drop`."""
        name = name_of(operation)
        # Not looked up again: other documents may push it out meanwhile.
        directing = self._directing.get((digest, name))
        if directing is None:
            directing = self._kept(self._directing, (digest, name), _directing(document))
        key = _key(digest, operation, directing, variables)
        if not _decided(key):
            return key, None
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
                return key, self._plans[key]
            if self._variants[key[:2]] >= MAX_VARIANTS:
                return key, None
        directed = dict(zip(directing, key[2:], strict=True))
        return key, self._kept(self._plans, key, self._compiled(document, operation, directed))

    def known(
        self, digest: str, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> tuple[bool, Plan | None]:
        """Whether it was tried to compile a plan, and the plan."""
        directing = self._directing.get((digest, name_of(operation)))
        if directing is None:
            return False, None
        key = _key(digest, operation, directing, variables)
        if not _decided(key):
            return True, None
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
                if key[:2] in self._directing:
                    self._directing.move_to_end(key[:2])
                return True, self._plans[key]
            return self._variants[key[:2]] >= MAX_VARIANTS, None

    def drop(self, key: Key) -> None:
        """The plan turned out not to be one: do not try it again."""
        self._kept(self._plans, key, None)

    def _compiled(self, document: Any, operation: OperationDefinitionNode, directed: dict[str, Any]) -> Plan | None:
        try:
            return Plan(self._schema, document, operation, directed)
        except NotPlannable:
            return None

    def _kept(self, store: OrderedDict[Key, Any], key: Key, value: Any) -> Any:
        with self._lock:
            if store is self._plans and key not in store:
                self._variants[key[:2]] += 1
            store[key] = value
            while len(store) > self._size:
                oldest, _ = store.popitem(last=False)
                if store is self._plans:
                    self._forget(oldest[:2])
        return value

    def _forget(self, operation: Key) -> None:
        self._variants[operation] -= 1
        if not self._variants[operation]:  # a count of nothing would stay for ever
            del self._variants[operation]


def _decided(key: Key) -> bool:
    """Whether all that directives depend on is what it should be. Other values may not even be hashable."""
    return all(isinstance(value, bool) for value in key[2:])


def _key(digest: str, operation: OperationDefinitionNode, directing: Iterable[str], variables: dict[str, Any]) -> Key:
    """Document, operation, and the value of each variable that its directives depend on."""
    return (digest, name_of(operation), *(_given(operation, each, variables) for each in directing))


def _given(operation: OperationDefinitionNode, name: str, variables: dict[str, Any]) -> Any:
    """A variable's value or its default; None where the plan cannot tell."""
    if name in variables:
        return variables[name]
    defaults = [node.default_value for node in operation.variable_definitions if node.variable.name.value == name]
    return defaults[0].value if defaults and isinstance(defaults[0], BooleanValueNode) else None


def _directing(document: Any) -> tuple[str, ...]:
    """The variables on which `@skip` and `@include` depend, anywhere in the document."""
    finder = _Finder()
    visit(document, finder)
    return tuple(sorted(finder.found))


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        for argument in node.arguments:
            if isinstance(argument.value, VariableNode):
                self.found.add(argument.value.name.value)
