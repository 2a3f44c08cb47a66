"""One run of a plan: for whom it is, with which variables, and who is told of its statements."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

from backend.schema.plans.fields import Source
from backend.schema.plans.shapes import Asked
from backend.schema.plans.statements import Witness

T = TypeVar("T")


@dataclass(slots=True)
class Run:
    """One run of a plan."""

    connection: Any
    context: Any
    variables: dict[str, Any]
    witness: Witness | None = None
    #: The root field that is being answered.
    root: Asked | None = None
    _given: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    def arguments(self, asked: Asked) -> dict[str, Any]:
        """The field's arguments."""
        return asked.arguments(self.variables)

    def given(self, source: Source) -> tuple[Any, ...]:
        """What a source below other rows is given, the same for all of them."""
        inherited = self.inherited(source)
        key = (source, *inherited.items()) if inherited else source
        if key not in self._given:
            self._given[key] = self.call(source.given, self.context, **inherited)
        return self._given[key]

    def inherited(self, source: Source) -> dict[str, Any]:
        """What a source below other rows has of the root field's arguments."""
        return source.inherits(self.arguments(self.root)) if source.inherited and self.root else {}

    def call(self, function: Callable[..., T], *values: Any, **arguments: Any) -> T:
        """What a function of the schema's returns. The witness is told of the statements that it runs."""
        if self.witness is None:
            return function(*values, **arguments)
        with self.connection.execute_wrapper(self._told):
            return function(*values, **arguments)

    def _told(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        """One of Django's `execute_wrappers`."""
        started = perf_counter()
        try:
            return execute(sql, *more)
        finally:
            self.witness.statement(perf_counter() - started, sql)  # type: ignore[union-attr]  # see `call`
