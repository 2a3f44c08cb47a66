"""GraphQL over HTTP, as a small ASGI application: Django's own handler costs more than most answers.

Follows the GraphQL-over-HTTP specification: POST with JSON, GET for queries, and status codes by media type. No cookie
is read here and none is set, so a request that a foreign page makes is nobody's; see docs/api.md.
"""

from graphql import GraphQLError, OperationType

from backend.errors import Refusal
from backend.schema.server.addresses import address_of, joined_headers
from backend.schema.server.answers import Answer, Answers
from backend.schema.server.asgi import Receive, Scope, Send
from backend.schema.server.cache import Kept
from backend.schema.server.compression import takes_gzip
from backend.schema.server.context import UNAUTHORIZED_CODES, Context
from backend.schema.server.deadline import Busy, OutcomeUnknown, TimedOut
from backend.schema.server.documents import InvalidDocument
from backend.schema.server.engine import encode
from backend.schema.server.errors import RequestError, format_error, format_refusal
from backend.schema.server.negotiation import GRAPHQL_RESPONSE, JSON, prefers_html, response_type
from backend.schema.server.observe import Observation
from backend.schema.server.replies import Freshness, Reply
from backend.schema.server.requests import Parameters, bearer_token, read_parameters
from backend.schema.server.shortcuts import Looks, Shortcut, Shortcuts, held_by, looks_of
from backend.schema.server.trusted import UntrustedDocument

#: 503 may be sent again as it is, by a proxy too; what may have been done already is 500.
_STATUS = {
    **dict.fromkeys(UNAUTHORIZED_CODES, 401),
    UntrustedDocument.code: 403,
    Busy.code: 503,
    TimedOut.code: 503,
    OutcomeUnknown.code: 500,
}


class GraphQLHTTP:
    """Answers `/graphql`. `page`, if given, is the HTML for a browser that asks for it (development's GraphiQL)."""

    def __init__(self, answers: Answers, *, trusted_proxies: int = 0, page: bytes | None = None) -> None:
        self._answers = answers
        self._engine = answers.engine
        self._trusted_proxies = trusted_proxies
        self._page = page
        self._shortcuts = Shortcuts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, for scopes of type http."""
        looks = looks_of(scope)
        shortcut = self._shortcuts.find(looks)
        if shortcut and (kept := await self._answers.kept(shortcut.key)):
            await self._short(shortcut, kept, scope, send, gzip=looks is not None and looks[2])
            return
        headers = joined_headers(scope)
        context = Context(
            address=address_of(scope, headers, self._trusted_proxies),
            takes_gzip=takes_gzip(headers.get("accept-encoding", "")),
        )
        if self._page and scope["method"] == "GET" and prefers_html(headers.get("accept", "")):
            await Reply(200, self._page, "text/html").send(send, 200)
            return
        if self._trusted_proxies:
            context.seen.come_from(headers)
        reply = await self._reply(scope, headers, receive, context, looks)
        await self._send(reply, context, headers.get("if-none-match", ""), send)

    async def _short(self, shortcut: Shortcut, kept: Kept, scope: Scope, send: Send, *, gzip: bool) -> None:
        """Answer what is asked for the second time with what is kept."""
        context = Context()
        context.seen.resemble(shortcut.seen)
        context.seen.cached = True
        if self._trusted_proxies:
            context.seen.come_from(joined_headers(scope))
        reply = kept.replies.get((shortcut.media_type, gzip))
        if reply is None:
            reply = Reply(200, kept.body, shortcut.media_type, freshness=Freshness(kept.etag, public=True))
            reply = reply.compressed(await self._answers.squeezed(kept) if gzip else None)
            kept.replies[shortcut.media_type, gzip] = reply
        await self._send(reply, context, held_by(scope), send)

    async def _send(self, reply: Reply, context: Context, if_none_match: str, send: Send) -> None:
        context.seen.status = reply.final_status(if_none_match)
        self._engine.observer.finish(context.seen, context.request_id)
        await reply.send(send, context.seen.status, context.request_id)

    async def _reply(
        self, scope: Scope, headers: dict[str, str], receive: Receive, context: Context, looks: Looks | None
    ) -> Reply:
        media_type = JSON
        try:
            media_type = response_type(headers.get("accept", ""))
            parameters = await read_parameters(scope, headers, receive, self._engine.documents.policy.limits)
            answer, status = await self._answer(parameters, scope["method"], headers, context, media_type)
        except RequestError as error:
            context.seen.codes = [error.code]
            allow = [(b"allow", error.allow.encode())] if error.allow else []
            return Reply(error.status, encode({"errors": [format_refusal(error)]}), media_type, allow)
        if answer.errors:
            context.seen.refused(answer.errors)
            busy = Busy.code in context.seen.codes
            later = [(b"retry-after", str(Busy.retry_after).encode())] if busy else []
            return Reply(status, answer.body, media_type, later).compressed(answer.squeezed)
        if scope["method"] != "GET":
            return Reply(status, answer.body, media_type).compressed(answer.squeezed)
        if answer.key is not None:
            self._shortcuts.learn(looks, Shortcut(answer.key, media_type, Observation.like(context.seen)))
        return Reply(status, answer.body, media_type, freshness=context.freshness).compressed(answer.squeezed)

    async def _answer(
        self, parameters: Parameters, method: str, headers: dict[str, str], context: Context, media_type: str
    ) -> tuple[Answer, int]:
        """The answer and its status. A request error is 400 only in the media type that says so."""
        request_error_status = 400 if media_type == GRAPHQL_RESPONSE else 200
        try:
            answer = await self._execute(parameters, method, headers, context)
        except InvalidDocument as invalid:
            errors = [format_error(error, context.request_id) for error in invalid.errors]
            return Answer.of({"errors": errors}), request_error_status
        except RequestError:
            raise
        except Refusal as refusal:
            answer = Answer.of({"errors": [format_refusal(refusal)]})
            return answer, _STATUS.get(refusal.code, request_error_status)
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told a number
            failure = format_error(GraphQLError("", original_error=error), context.request_id)
            return Answer.of({"errors": [failure]}), 500
        return answer, 200 if answer.begun else request_error_status

    async def _execute(self, parameters: Parameters, method: str, headers: dict[str, str], context: Context) -> Answer:
        """The answer. Raises RequestError where the method does not fit, InvalidDocument, or a Refusal."""
        document, operation = await self._engine.asked(parameters, context)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise RequestError(405 if method == "GET" else 400, "订阅请使用 WebSocket", allow="POST")
        if operation.operation is OperationType.MUTATION and method != "POST":
            raise RequestError(405, "修改请使用 POST", allow="POST")
        token = bearer_token(headers.get("authorization", ""))
        return await self._answers.answer(document, parameters, token, context)
