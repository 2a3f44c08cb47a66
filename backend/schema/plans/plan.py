"""A document compiled once: which step answers which of its root fields, and what answers are bytes at once.

The rule that keeps this safe: a plan gives whole answers without errors, or none. Where anything is not declared, is
refused, fails or is missing, graphql-core answers the operation as if there were no plan.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_variable_values

from backend.schema.plans.columns import NotPlannable
from backend.schema.plans.fields import Declared, Source
from backend.schema.plans.leaves import Incomplete
from backend.schema.plans.paging import PAGE_ARGUMENTS
from backend.schema.plans.refetch import RefetchStep
from backend.schema.plans.run import Run
from backend.schema.plans.shapes import Asked, Selection
from backend.schema.plans.statements import Witness
from backend.schema.plans.steps import CountStep, PageStep, PartsStep, RootStep

Answer = Callable[[Run], Any]


class Plan:
    """How one operation of a document is answered, for one set of the variables that its directives ask for.

    Raises NotPlannable where it holds anything but declared fields.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        directed: dict[str, Any],
    ) -> None:
        if operation.operation is not OperationType.QUERY or schema.query_type is None:
            raise NotPlannable("only queries are planned")
        self._schema = schema
        self._operation = operation
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        selection = Selection(schema, fragments, directed)
        self._roots = _roots(selection, schema.query_type, operation)
        self._entries = [(asked, _answer(asked, schema.query_type)) for asked in self._roots]
        #: Whether the answer depends on `audience` and on what staff publish alone.
        self.public = all(_is_public(asked) for asked in self._roots)
        self._below = [(root, list(dict.fromkeys(_sources_below(root)))) for root in self._roots]
        self._personal = [asked for asked in self._roots if _personal(asked)]

    def shared(self, variables: dict[str, Any] | None) -> bool:
        """Whether the answer of a public plan is that of its audience with these variables too, not of one person."""
        if not self._personal:
            return True
        try:
            run = self._run(None, variables, None)
            return not any(run.arguments(asked).get(name) for asked in self._personal for name in _personal(asked))
        except (GraphQLError, Incomplete):
            return False

    def audience(self, context: Any, variables: dict[str, Any] | None) -> tuple[Any, ...]:
        """What decides the answer of a public plan: the values that its sources are given. Raises a Refusal."""
        run = self._run(context, variables, None)
        at_root = (
            asked.declared.source.given(context, **_without_page(run.arguments(asked)))
            for asked in self._roots
            if asked.declared and asked.declared.source
        )
        return *at_root, *self._given_below(run)

    def _given_below(self, run: Run) -> Iterator[tuple[Any, ...]]:
        for root, sources in self._below:
            run.root = root
            yield from map(run.given, sources)

    def run(self, context: Any, variables: dict[str, Any] | None, witness: Witness | None = None) -> dict[str, Any]:
        """The answer's data. Raises Incomplete, NotPlannable, or whatever a source raised."""
        run = self._run(context, variables, witness)
        made = {}
        for asked, answer in self._entries:
            run.root = asked
            made[asked.key] = answer(run)
        return made

    def _run(self, context: Any, variables: dict[str, Any] | None, witness: Witness | None) -> Run:
        coerced: Any = {}
        if self._operation.variable_definitions:
            coerced = get_variable_values(self._schema, self._operation.variable_definitions, variables or {})
            if not isinstance(coerced, dict):
                raise Incomplete
        return Run(connections[DEFAULT_DB_ALIAS], context, coerced, witness)


def _roots(selection: Selection, query: GraphQLObjectType, operation: OperationDefinitionNode) -> list[Asked]:
    found = collect_fields(selection.schema, selection.fragments, selection.variables, query, operation.selection_set)
    return [selection.asked(query, key, nodes) for key, nodes in found.items()]


def _sources_below(asked: Asked) -> Iterator[Source]:
    """The sources of everything that is asked below a field."""
    for shape in asked.below.values():
        for inner in shape.asked:
            if isinstance(inner.declared, Declared) and inner.declared.source:
                yield inner.declared.source
            yield from _sources_below(inner)


def _personal(asked: Asked) -> tuple[str, ...]:
    """The arguments with which a root field's answer is one person's."""
    field = asked.declared
    return field.source.personal if isinstance(field, Declared) and field.source else ()


def _without_page(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in PAGE_ARGUMENTS}


def _is_public(asked: Asked) -> bool:
    field = asked.declared
    if isinstance(field, Declared) and not field.columns and field.worked_out and not field.public:
        return False
    if isinstance(field, Declared) and (field.kinds or (field.source and not field.source.public)):
        return False
    return all(_is_public(inner) for shape in asked.below.values() for inner in shape.asked)


def _answer(asked: Asked, query: GraphQLObjectType) -> Answer:
    field = asked.declared
    if asked.name == "__typename":
        return lambda _run: query.name
    if not isinstance(field, Declared):
        raise NotPlannable(f"{asked.name} is not declared")
    if field.worked_out:
        return PartsStep(asked).at_root
    if field.order:
        return PageStep(asked).at_root
    if field.counted:
        return CountStep(asked).at_root
    if field.kinds:
        return RefetchStep(asked).at_root
    if field.source:
        return _found_or_listed(asked)
    raise NotPlannable(f"{asked.name} stands at the root")


def _found_or_listed(asked: Asked) -> Answer:
    step = RootStep(asked)
    many, may_refuse = asked.declared.many, asked.declared.missing is not None

    def answer(run: Run) -> Any:
        objects = step.at_root(run)
        if not objects and may_refuse:
            raise Incomplete
        return objects if many else next(iter(objects), None)

    return answer
