"""graphql-core's executor, with a look at the clock between two fields.

`execution_context_class` is graphql-core's own way in. The methods that are overridden here are not part of what it
promises, so its version is pinned and the tests of the time limit hold them.
"""

from typing import Any

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    located_error,
)
from graphql.execution.execute import get_field_def
from graphql.pyutils import Path, Undefined

from backend.errors import Refusal
from backend.schema.server.deadline import OutcomeUnknown, Stopped, TimedOut, current

Fields = dict[str, list[FieldNode]]


class LimitedExecution(ExecutionContext):
    """Executes under the deadline of its thread. Raises Stopped where it passes before anything was changed.

    Resolvers are synchronous, so nothing is looked at for a coroutine between fields; that alone pays for the clock.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline = current()

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, fields: Fields
    ) -> dict[str, Any]:
        """A selection of anything but a mutation's root."""
        deadline = self._deadline
        type_name = parent_type.name
        results: dict[str, Any] = {}
        for name, nodes in fields.items():
            if deadline.passed:
                raise Stopped
            result = self.execute_field(parent_type, source_value, nodes, Path(path, name, type_name))
            if result is not Undefined:
                results[name] = result
        return results

    def execute_fields_serially(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, fields: Fields
    ) -> dict[str, Any]:
        """A mutation's root: what was done before the time was over stays in the answer."""
        results: dict[str, Any] = {}
        for name, nodes in fields.items():
            at = Path(path, name, parent_type.name)
            self._deadline.changed = False
            try:
                self._deadline.check()
                result = self.execute_field(parent_type, source_value, nodes, at)
            except Stopped:
                if not results and not self._deadline.changed:
                    raise
                result = self._stopped(parent_type, nodes, at)
            if result is not Undefined:
                results[name] = result
        return results

    def _stopped(self, parent_type: GraphQLObjectType, nodes: list[FieldNode], at: Path) -> Any:
        """The place of a root field that was stopped, with an error that says whether it may have changed anything."""
        refusal: type[Refusal] = OutcomeUnknown if self._deadline.changed else TimedOut
        error = located_error(refusal(), nodes, at.as_list())
        self.handle_field_error(error, get_field_def(self.schema, parent_type, nodes[0]).type, at)
        return None

    def handle_field_error(self, error: GraphQLError, return_type: GraphQLOutputType, path: Path) -> None:
        """graphql-core's; but a statement that was broken off because the time was over ends everything."""
        if self._deadline.explains(error.original_error):
            raise Stopped
        super().handle_field_error(error, return_type, path)
