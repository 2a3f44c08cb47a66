"""GraphQL over HTTP, as a small ASGI application: Django's own handler costs more than most answers.

Follows the GraphQL-over-HTTP specification: POST with JSON, GET for queries, and status codes by media type.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from graphql import GraphQLError, OperationType

from backend.errors import Refusal
from backend.live.threads import in_thread
from backend.schema.server.addresses import address_of, joined_headers
from backend.schema.server.context import UNAUTHORIZED_CODES, Context
from backend.schema.server.documents import InvalidDocument
from backend.schema.server.engine import Engine, encode
from backend.schema.server.errors import RequestError, format_error, format_refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY_BYTES = 200_000
JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The specification's request parameters, their types checked."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None

    @classmethod
    def of(cls, raw: Any) -> "Parameters":
        """Check a decoded request. Raises RequestError with status 400."""
        if not isinstance(raw, dict):
            raise RequestError(400, "应为一个 JSON 对象")
        query, name, variables = raw.get("query"), raw.get("operationName"), raw.get("variables")
        if not isinstance(query, str):
            raise RequestError(400, "缺少 query")
        if name is not None and not isinstance(name, str):
            raise RequestError(400, "operationName 应为字符串")
        if variables is not None and not isinstance(variables, dict):
            raise RequestError(400, "variables 应为对象")
        if not isinstance(raw.get("extensions", {}), dict | None):
            raise RequestError(400, "extensions 应为对象")
        return cls(query, name or None, variables)


class GraphQLHTTP:
    """Answers `/graphql`. `page`, if given, is the HTML for a browser that asks for it (development's GraphiQL)."""

    def __init__(self, engine: Engine, *, trusted_proxies: int = 0, page: bytes | None = None) -> None:
        self._engine = engine
        self._trusted_proxies = trusted_proxies
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, for scopes of type http."""
        headers = joined_headers(scope)
        context = Context(address=address_of(scope, headers, self._trusted_proxies))
        if self._page and scope["method"] == "GET" and _prefers_html(headers.get("accept", "")):
            await _respond(send, 200, self._page, "text/html; charset=utf-8")
            return
        media_type = JSON
        try:
            media_type = _response_type(headers.get("accept", ""))
            parameters = await _read_parameters(scope, headers, receive)
            status, response = await self._answer(parameters, scope["method"], headers, context, media_type)
        except RequestError as error:
            extra = [(b"allow", error.allow.encode())] if error.allow else []
            await _respond(send, error.status, encode({"errors": [format_refusal(error)]}), media_type, extra)
            return
        await _respond(send, status, encode(response), media_type, [(b"x-request-id", context.request_id.encode())])

    async def _answer(
        self, parameters: Parameters, method: str, headers: dict[str, str], context: Context, media_type: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and response map. A request error is 400 only in the media type that says so."""
        request_error_status = 400 if media_type == GRAPHQL_RESPONSE else 200
        try:
            document = await self._engine.documents.get(parameters.query)
        except InvalidDocument as invalid:
            errors = [format_error(error, context.request_id) for error in invalid.errors]
            return request_error_status, {"errors": errors}
        kind = document.kind(parameters.operation_name)
        if kind is None:
            error = GraphQLError("没有这个名称的操作，或未说明执行哪一个")
            return request_error_status, {"errors": [format_error(error, context.request_id)]}
        if kind is OperationType.SUBSCRIPTION:
            raise RequestError(405 if method == "GET" else 400, "订阅请使用 WebSocket", allow="POST")
        if kind is OperationType.MUTATION and method != "POST":
            raise RequestError(405, "修改请使用 POST", allow="POST")

        def work() -> dict[str, Any]:
            context.identity = self._engine.tokens.identify(bearer_token(headers.get("authorization", "")))
            return self._engine.execute(
                document, context, variables=parameters.variables, operation_name=parameters.operation_name
            )

        try:
            response = await in_thread(work)
        except Refusal as refusal:
            status = 401 if refusal.code in UNAUTHORIZED_CODES else request_error_status
            return status, {"errors": [format_refusal(refusal)]}
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged, and the client told a number
            return 500, {"errors": [format_error(GraphQLError("", original_error=error), context.request_id)]}
        return (200 if "data" in response else request_error_status), response


def bearer_token(header: str) -> str:
    """The token of an Authorization header; empty where there is none of that scheme."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _read_parameters(scope: Scope, headers: dict[str, str], receive: Receive) -> Parameters:
    if scope["method"] == "GET":
        return _from_query_string(scope["query_string"])
    if scope["method"] != "POST":
        raise RequestError(405, "请使用 GET 或 POST", allow="GET, POST")
    content_type, _, options = headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != JSON:
        raise RequestError(415, "内容类型应为 application/json")
    charset = options.strip().lower().replace('"', "")
    if charset and charset != "charset=utf-8":
        raise RequestError(415, "编码应为 utf-8")
    try:
        return Parameters.of(orjson.loads(await _read_body(receive)))
    except orjson.JSONDecodeError as error:
        raise RequestError(400, "不是有效的 JSON") from error


def _from_query_string(query_string: bytes) -> Parameters:
    try:
        fields = parse_qs(query_string.decode(), strict_parsing=False, max_num_fields=20, errors="strict")
        raw: dict[str, Any] = {name: values[-1] for name, values in fields.items()}
        for name in ("variables", "extensions"):
            if name in raw:
                raw[name] = orjson.loads(raw[name])
    except ValueError as error:
        raise RequestError(400, "地址中的参数无法解析") from error
    return Parameters.of(raw)


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError(400, "连接已断开")
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise RequestError(413, f"请求超过 {MAX_BODY_BYTES} 字节")
        if not message.get("more_body"):
            return bytes(body)


def _accepted(accept: str) -> list[str]:
    """Media types in the order of preference; those with q=0 are left out."""
    weighed = []
    for entry in accept.split(","):
        media_type, *options = (part.strip().lower() for part in entry.split(";"))
        quality = next((option[2:] for option in options if option.startswith("q=")), "1")
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
        if media_type and weight > 0:
            weighed.append((-weight, media_type))
    return [media_type for _, media_type in sorted(weighed, key=lambda pair: pair[0])]


def _prefers_html(accept: str) -> bool:
    for media_type in _accepted(accept):
        if media_type in (JSON, GRAPHQL_RESPONSE):
            return False
        if media_type == "text/html":
            return True
    return False


def _response_type(accept: str) -> str:
    """Raises RequestError with status 406 where the client takes neither of the two JSON types."""
    if not accept.strip():
        return JSON
    for media_type in _accepted(accept):
        if media_type == GRAPHQL_RESPONSE:
            return GRAPHQL_RESPONSE
        if media_type in (JSON, "application/*", "*/*"):
            return JSON
    raise RequestError(406, f"只提供 {GRAPHQL_RESPONSE} 与 {JSON}")


async def _respond(
    send: Send, status: int, body: bytes, media_type: str, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    content_type = media_type if "charset" in media_type else f"{media_type}; charset=utf-8"
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *(extra or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
