"""Runs operations: documents from the cache, resolvers in threads, answers as bytes.

Resolvers are synchronous and use Django's connection of their thread; the event loop never touches the database.
"""

from collections.abc import AsyncGenerator
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, create_source_event_stream, execute

from backend.schema.server.context import Context, Tokens
from backend.schema.server.documents import Document, DocumentCache
from backend.schema.server.errors import format_error
from backend.schema.server.limits import check_cost


def _never_awaitable(_value: Any) -> bool:
    """Resolvers are synchronous, so graphql-core need not look at each value for a coroutine."""
    return False


class Engine:
    """A schema ready to serve. One is made per process."""

    def __init__(self, schema: GraphQLSchema, tokens: Tokens) -> None:
        self.schema = schema
        self.documents = DocumentCache(schema)
        self.tokens = tokens

    def execute(
        self,
        document: Document,
        context: Context,
        *,
        variables: dict[str, Any] | None = None,
        operation_name: str | None = None,
        root: Any = None,
    ) -> dict[str, Any]:
        """The response of a query, a mutation, or one event of a subscription, ready to be encoded.

        Raises TooCostly before anything was done.
        """
        if operation := document.operation(operation_name):
            check_cost(document.ast, operation, variables or {})
        try:
            result = execute(
                self.schema,
                document.ast,
                root_value=root,
                context_value=context,
                variable_values=variables,
                operation_name=operation_name,
                is_awaitable=_never_awaitable,
            )
        except GraphQLError as error:
            result = ExecutionResult(None, [error])
        if not isinstance(result, ExecutionResult):
            raise TypeError("a resolver returned a coroutine")
        return self.response(result, context)

    def response(self, result: ExecutionResult, context: Context) -> dict[str, Any]:
        """The result as a response map, its errors fit to leave the house."""
        response: dict[str, Any] = {}
        if result.errors:
            response["errors"] = [format_error(error, context.request_id) for error in result.errors]
        if result.data is not None or not result.errors or any(error.path for error in result.errors):
            response["data"] = result.data
        return response

    async def subscribe(
        self, document: Document, context: Context, variables: dict[str, Any] | None, operation_name: str | None
    ) -> ExecutionResult | AsyncGenerator[Any, None]:
        """The source events of a subscription, by graphql-core's half of `subscribe` that opens the stream.

        The other half, executing the selection for each event, is left to the caller, so that subscribers who asked
        the same question can share one execution.
        """
        source = await create_source_event_stream(self.schema, document.ast, None, context, variables, operation_name)
        if not isinstance(source, ExecutionResult | AsyncGenerator):
            raise TypeError("a subscription's source must be an async generator, so that it can be closed")
        return source


def encode(response: dict[str, Any]) -> bytes:
    """The response as JSON bytes."""
    return orjson.dumps(response, default=str)
