"""What a request asks for: the specification's parameters, from a body, an address or a socket's message."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson

from backend.forgetful import Forgetful
from backend.manifests import digest_of
from backend.schema.server.asgi import Receive, Scope
from backend.schema.server.errors import RequestError
from backend.schema.server.limits import Limits
from backend.schema.server.negotiation import JSON
from backend.schema.server.trusted import digest_in

#: A longer address is taken apart each time.
MAX_KEPT_ADDRESS_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Parameters:
    """The specification's request parameters, their types checked.

    `query` is empty where the client sent only the id of a trusted document; `digest` is then not.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    digest: str = ""

    @classmethod
    def of(cls, raw: Any) -> "Parameters":
        """Check a decoded request. Raises RequestError with status 400."""
        if isinstance(raw, list):
            raise RequestError(400, "不支持批量请求，一次请求只能有一个操作")
        if not isinstance(raw, dict):
            raise RequestError(400, "应为一个 JSON 对象")
        query, name, variables = raw.get("query"), raw.get("operationName"), raw.get("variables")
        if query is not None and not isinstance(query, str):
            raise RequestError(400, "query 应为字符串")
        if name is not None and not isinstance(name, str):
            raise RequestError(400, "operationName 应为字符串")
        if variables is not None and not isinstance(variables, dict):
            raise RequestError(400, "variables 应为对象")
        digest = _digest(raw)
        if not query and not digest:
            raise RequestError(400, "缺少 query 或 documentId")
        if query and digest and digest_of(query) != digest:
            raise RequestError(400, "query 与所给的编号不符")
        return cls(query or "", name or None, variables, digest)


def _digest(raw: dict[str, Any]) -> str:
    """The trusted document that is asked for by its id: the specification's `documentId`, or as Apollo's clients do."""
    identifier, extensions = raw.get("documentId"), raw.get("extensions")
    if not isinstance(extensions, dict | None):
        raise RequestError(400, "extensions 应为对象")
    persisted = (extensions or {}).get("persistedQuery")
    if identifier is None and persisted is not None:
        if not isinstance(persisted, dict) or persisted.get("version") != 1:
            raise RequestError(400, "extensions.persistedQuery 应为版本 1")
        identifier = persisted.get("sha256Hash")
        if not identifier:
            raise RequestError(400, "extensions.persistedQuery 缺少 sha256Hash")
    if identifier is not None and not isinstance(identifier, str):
        raise RequestError(400, "文档编号应为字符串")
    return digest_in(identifier or "")


def bearer_token(header: str) -> str:
    """The token of an Authorization header; empty where there is none of that scheme."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def read_parameters(scope: Scope, headers: dict[str, str], receive: Receive, limits: Limits) -> Parameters:
    """The parameters of an HTTP request. Raises RequestError with the status that its fault has."""
    if scope["method"] == "GET":
        return _from_address(scope["query_string"], limits)
    if scope["method"] != "POST":
        raise RequestError(405, "请使用 GET 或 POST", allow="GET, POST")
    content_type, _, options = headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != JSON:
        raise RequestError(415, "内容类型应为 application/json")
    named = [option.strip().lower().replace('"', "") for option in options.split(";")]
    if any(option.startswith("charset=") and option != "charset=utf-8" for option in named):
        raise RequestError(415, "编码应为 utf-8")
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _read_body(receive, limits)
    except TimeoutError as error:
        raise RequestError(408, f"请求内容没有在 {limits.body_seconds:g} 秒内到齐") from error
    try:
        return Parameters.of(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise RequestError(400, "不是有效的 JSON") from error


#: The parameters of addresses that are asked for again and again.
_kept: Forgetful[bytes, Parameters] = Forgetful(1_000)


def _from_address(address: bytes, limits: Limits) -> Parameters:
    """The parameters in an address, taken apart once where they are of a kind to be kept."""
    if len(address) > limits.address_bytes:
        raise RequestError(414, f"地址中的参数超过 {limits.address_bytes} 字节，请使用 POST")
    found = _kept.get(address) or _from_query_string(address)
    # JSON is parsed into many times its text: what strangers send of it is not kept.
    if found.variables is None and len(address) <= MAX_KEPT_ADDRESS_BYTES and address not in _kept:
        _kept.keep(address, found)
    return found


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


async def _read_body(receive: Receive, limits: Limits) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError(400, "连接已断开")
        body += message.get("body", b"")
        if len(body) > limits.body_bytes:
            raise RequestError(413, f"请求超过 {limits.body_bytes} 字节")
        if not message.get("more_body"):
            return bytes(body)
