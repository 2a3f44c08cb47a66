"""Runs operations: documents from the cache, resolvers in threads, answers as bytes.

Resolvers are synchronous and use Django's connection of their thread; the event loop never touches the database.
"""

import logging
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    execute,
)

from backend.errors import Refusal
from backend.redaction import describe
from backend.schema.plans.columns import NotPlannable
from backend.schema.plans.kept import Plans
from backend.schema.plans.leaves import Incomplete
from backend.schema.server.context import ANONYMOUS, Context, Tokens
from backend.schema.server.deadline import TimeLimit, current
from backend.schema.server.documents import Document, DocumentCache, InvalidDocument
from backend.schema.server.errors import format_error
from backend.schema.server.execution import LimitedExecution
from backend.schema.server.observe import Observer
from backend.schema.server.requests import Parameters
from backend.schema.server.trusted import Policy
from backend.schema.server.watch import watched

log = logging.getLogger(__name__)


def _never_awaitable(_value: Any) -> bool:
    """Resolvers are synchronous, so graphql-core need not look at each value for a coroutine."""
    return False


class Engine:
    """A schema ready to serve. One is made per process.

    Whoever answers clients runs its work through `limit`, and tells `observer` of each operation when it has ended.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        tokens: Tokens,
        policy: Policy | None = None,
        *,
        limit: TimeLimit | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.schema = schema
        self.limit = limit or TimeLimit()
        self.observer = observer or Observer()
        self.documents = DocumentCache(schema, policy, limit=self.limit)
        self.plans = Plans(schema)
        self._trusted_plans = Plans(schema)
        self.tokens = tokens

    def identify(self, token: str, context: Context) -> None:
        """Look up who asks, in the calling thread. Raises a Refusal of UNAUTHORIZED_CODES for a token that is over."""
        if not token:
            context.identity = ANONYMOUS
            return
        with watched(context.seen):
            context.identity = self.tokens.identify(token)

    async def asked(self, parameters: Parameters, context: Context) -> tuple[Document, OperationDefinitionNode]:
        """The document and the operation of it that a client asks for; `context.seen` learns which.

        Raises InvalidDocument, also where no operation is singled out, and whatever `DocumentCache.get` raises.
        """
        document = await self.documents.get(parameters.query, parameters.digest)
        operation = document.operation(parameters.operation_name)
        context.seen.about(operation, document.digest, trusted=document.trusted)
        if operation is None:
            raise InvalidDocument([GraphQLError("没有这个名称的操作，或未说明执行哪一个")])
        return document, operation

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

        Raises LimitExceeded or TooCostly before anything was done.
        """
        context.seen.cost = document.admit(operation_name, variables)
        return self.perform(document, context, variables=variables, operation_name=operation_name, root=root)

    def perform(
        self,
        document: Document,
        context: Context,
        *,
        variables: dict[str, Any] | None = None,
        operation_name: str | None = None,
        root: Any = None,
    ) -> dict[str, Any]:
        """`execute` for an operation that the document has admitted with these variables."""
        if root is None and (data := self._planned(document, context, variables or {}, operation_name)) is not None:
            return {"data": data}
        try:
            with watched(context.seen):
                result = execute(
                    self.schema,
                    document.ast,
                    root_value=root,
                    context_value=context,
                    variable_values=variables,
                    operation_name=operation_name,
                    execution_context_class=LimitedExecution,
                    is_awaitable=_never_awaitable,
                    hide_suggestions=True,
                )
        except GraphQLError as error:
            result = ExecutionResult(None, [error])
        if not isinstance(result, ExecutionResult):
            raise TypeError("a resolver returned a coroutine")
        return self.response(result, context)

    def plans_of(self, document: Document) -> Plans:
        """Where the document's plans are: strangers' documents cannot push out those of our own clients."""
        return self._trusted_plans if document.trusted else self.plans

    def _planned(
        self, document: Document, context: Context, variables: dict[str, Any], operation_name: str | None
    ) -> dict[str, Any] | None:
        """The whole answer by a plan; None where there is none, or where anything stands in its way."""
        operation = document.operation(operation_name)
        if operation is None or operation.operation is not OperationType.QUERY:
            return None
        plans = self.plans_of(document)
        key, plan = plans.plan(document.digest, document.ast, operation, variables)
        if plan is None:
            return None
        try:
            data = plan.run(context, variables, context.seen)
        except NotPlannable:
            plans.drop(key)
        except (Incomplete, Refusal, GraphQLError):
            pass  # graphql-core says to the client what it is
        except Exception as error:  # noqa: BLE001 - graphql-core answers, whatever it was
            if not current().explains(error):
                log.warning("request %s: not by plan: %s", context.request_id, describe(error))
        else:
            context.seen.planned = True
            return data
        return None

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
        the same question can share one execution. Raises LimitExceeded or TooCostly before anything was done.
        """
        context.seen.cost = document.admit(operation_name, variables)
        context.limit = self.limit
        source = await create_source_event_stream(
            self.schema, document.ast, None, context, variables, operation_name, hide_suggestions=True
        )
        if not isinstance(source, ExecutionResult | AsyncGenerator):
            raise TypeError("a subscription's source must be an async generator, so that it can be closed")
        return source


def encode(response: dict[str, Any]) -> bytes:
    """The response as JSON bytes."""
    return orjson.dumps(response, default=str)
