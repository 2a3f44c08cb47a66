"""How an error leaves the house: with a stable code and a Chinese sentence, and nothing of the inside."""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from backend.errors import Refusal
from backend.redaction import describe

log = logging.getLogger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_REQUEST = "BAD_REQUEST"
INTERNAL = "INTERNAL"

_SENTENCES = {
    PARSE_FAILED: "查询语句有语法错误",
    VALIDATION_FAILED: "查询不符合接口定义",
    BAD_REQUEST: "请求格式不正确",
    INTERNAL: "服务器出错了，请稍后再试，并把编号告诉客服",
}


class RequestError(Refusal):
    """The request never became an operation: wrong shape, media type or size. `status` is the HTTP status."""

    code = BAD_REQUEST
    message = _SENTENCES[BAD_REQUEST]

    def __init__(self, status: int, detail: str, *, allow: str = "") -> None:
        super().__init__(f"{_SENTENCES[BAD_REQUEST]}：{detail}")
        self.status = status
        self.allow = allow


def _formatted(message: str, code: str, **more: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **more}}


def format_refusal(refusal: Refusal) -> dict[str, Any]:
    """A top-level error for an expected refusal outside a mutation's own `errors`."""
    more: dict[str, Any] = {"field": refusal.field} if refusal.field else {}
    if refusal.retry_after is not None:
        more["retryAfter"] = refusal.retry_after
    return _formatted(refusal.message, refusal.code, **more)


def format_error(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """The error as a client may see it.

    Refusals keep their code and sentence. Errors of the document keep their explanation and place. Anything else is
    logged under `request_id`, which is all that the client gets of it.
    """
    original = error.original_error
    if isinstance(original, Refusal):
        formatted = format_refusal(original)
    # A GraphQLError inside is graphql-core's own word on a variable. It quotes the value, which may be a phone number
    # or a code: the client knows it already, the log must not.
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("request %s failed at %s: %s", request_id, error.path, describe(original))
        formatted = _formatted(_SENTENCES[INTERNAL], INTERNAL, id=request_id)
    else:
        code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
        formatted = _formatted(f"{_SENTENCES[code]}：{error.message}", code)
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path:
        formatted["path"] = error.path
    return formatted
