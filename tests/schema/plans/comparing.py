"""Both ways to an answer, side by side: the compiled plan, and graphql-core with the ordinary resolvers."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Any

import orjson
from django.db import connection, transaction
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from backend.accounts.models import User
from backend.errors import Refusal
from backend.schema.plans.columns import NotPlannable
from backend.schema.plans.kept import Plans
from backend.schema.server.context import Context, Identity
from backend.schema.server.observe import Observation

#: The signature in a private address holds the second in which it was made.
NO_PLAN = "no plan"
_SIGNATURE = re.compile(rb"signature=[^\"&]+")


class Statements(list[str]):
    """The texts of all SQL that ran, as Django and the driver were given it."""

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        """One of Django's execute_wrappers."""
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.append(sql)
        return execute(sql, parameters, many, context)


@contextmanager
def counted() -> Iterator[Statements]:
    """All statements of this thread."""
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


@dataclass
class Way:
    """One way's answer: as bytes, or None where it gave none, and the SQL that it took."""

    answer: bytes | None
    statements: Sequence[str] = ()
    reported: int = 0
    #: Why there is no answer.
    why: str = ""
    errors: Sequence[GraphQLError] = ()

    @property
    def data(self) -> Any:
        """The answer, decoded."""
        return None if self.answer is None else orjson.loads(self.answer)


def context_of(viewer: Any) -> Context:
    """A request's context. As each request does, each way has a person of its own, of whom nothing was read yet."""
    return Context(Identity(viewer=viewer and User.objects.get(pk=viewer.pk)), seen=Observation())


class Both:
    """Asks both ways, and keeps count of how often a plan answered. `context` makes what resolvers are given."""

    def __init__(self, schema: GraphQLSchema, context: Callable[[Any], Any] = context_of) -> None:
        self.schema = schema
        self.plans = Plans(schema)
        self.tally: Counter[str] = Counter()
        self.planned_roots: Counter[str] = Counter()
        self._context = context

    def planned(self, text: str, document: DocumentNode, name: str | None, variables: Any, viewer: Any) -> Way:
        """By plan, as the engine goes about it: on the driver's own cursor, and once more by Django's, to count."""
        operation = get_operation_ast(document, name)
        assert operation is not None
        key, plan = self.plans.plan(text, document, operation, variables)
        if plan is None:
            return Way(None, why=NO_PLAN)
        asked, asked_again = self._context(viewer), self._context(viewer)
        try:
            with transaction.atomic():
                data = normal(plan.run(asked, variables, asked.seen))
        except NotPlannable:
            self.plans.drop(key)
            return Way(None, why=NO_PLAN)
        except Exception as error:
            return Way(None, why=repr(error))
        with counted() as statements:
            assert normal(plan.run(asked_again, variables, asked_again.seen)) == data
        # The first run may have read what a process then keeps, such as the search's figures of an edition.
        assert asked.seen.statements >= asked_again.seen.statements
        return Way(data, statements, asked_again.seen.statements)

    def executed(self, document: DocumentNode, name: str | None, variables: Any, context: Any) -> Way:
        """By graphql-core."""
        with counted() as statements:
            result = execute(
                self.schema, document, context_value=context, variable_values=variables, operation_name=name
            )
        return Way(normal(result.data), statements, errors=result.errors or ())

    def agree(
        self, text: str, viewer: Any = None, variables: dict[str, Any] | None = None, name: str | None = None
    ) -> tuple[Way, Way]:
        """Both answers, after checking that they are the same bytes, or that the plan gives none for a reason.

        A plan may give none only where graphql-core has errors, or where nothing was planned.
        """
        document = parse(text)
        faults = validate(self.schema, document, specified_rules)
        assert not faults, f"{faults[0].message}\n{text}"
        plan = self.planned(text, document, name, variables or {}, viewer)
        core = self.executed(document, name, variables, self._context(viewer))
        told = f"{text}\n{variables}\n{viewer!r}\n{plan.why}\n{core.errors}"
        if plan.answer is None:
            assert core.errors or plan.why == NO_PLAN, told
            self.tally["failed" if core.errors else "unplanned"] += 1
            return plan, core
        assert not core.errors, told
        assert plan.data == core.data, told
        assert plan.answer == core.answer, f"{told}\nplan {plan.answer!r}\ncore {core.answer!r}"
        assert plan.reported == len(plan.statements), f"{told}\nreported {plan.reported} of {plan.statements}"
        assert len(plan.statements) <= len(core.statements), f"{told}\n{plan.statements}\n{core.statements}"
        self._count(document, name, plan, core)
        return plan, core

    def _count(self, document: DocumentNode, name: str | None, plan: Way, core: Way) -> None:
        self.tally["planned"] += 1
        self.tally["statements of plans"] += len(plan.statements)
        self.tally["statements of graphql-core"] += len(core.statements)
        operation = get_operation_ast(document, name)
        for node in operation.selection_set.selections if operation else ():
            if isinstance(node, FieldNode) and not node.directives:
                self.planned_roots[node.name.value] += 1


def expected(error: GraphQLError) -> bool:
    """Whether it is one that clients may be told: a refusal of ours, or graphql-core's own word on a variable."""
    return isinstance(error.original_error, Refusal | GraphQLError | NoneType)


def normal(data: Any) -> bytes:
    """The answer as a client gets it; the order of an object's keys counts, the time in an address does not."""
    return _SIGNATURE.sub(b"signature=", orjson.dumps(data, default=str))
