"""Messages and close codes of `graphql-transport-ws` (source: PROTOCOL.md of npm's graphql-ws 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from backend.schema.server.bounds import Bounds
from backend.schema.server.errors import RequestError
from backend.schema.server.requests import Parameters

SUBPROTOCOL: Final = "graphql-transport-ws"

NORMAL: Final = 1000
POLICY: Final = 1008
TRY_AGAIN_LATER: Final = 1013
BAD_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
SUBPROTOCOL_NOT_ACCEPTABLE: Final = 4406
INIT_TIMEOUT: Final = 4408
DUPLICATE_ID: Final = 4409
TOO_MANY_INITS: Final = 4429
INTERNAL_ERROR: Final = 4500

#: A close frame has room for so many bytes of reason (RFC 6455, 5.5).
REASON_BYTES: Final = 123

#: Types of the payloads that our pings and pongs carry; the protocol leaves them to the two sides.
SIGN_IN_AGAIN: Final = "SIGN_IN_AGAIN"
SIGN_IN: Final = "SIGN_IN"
SIGNED_IN: Final = "SIGNED_IN"
SIGN_IN_REFUSED: Final = "SIGN_IN_REFUSED"

ACK: Final = b'{"type":"connection_ack"}'

Payload = dict[str, Any]


class CloseSocket(Exception):
    """The socket must close, with a code of the protocol and a reason that the client can log."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class Departed(Exception):
    """There is nobody left to send to."""


@dataclass(frozen=True, slots=True)
class Init:
    """`connection_init`."""

    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Ping:
    """`ping`."""

    payload: Payload | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A ping that brings a newer token; this is ours, the protocol leaves payloads to the two sides."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`subscribe`: a query, a mutation or a subscription."""

    id: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Complete:
    """`complete`: the client wants no more of an operation."""

    id: str


Message = Init | Ping | SignIn | Pong | Subscribe | Complete


def read(event: Mapping[str, Any], bounds: Bounds) -> Message:
    """The message in a `websocket.receive` event. Raises CloseSocket where it is none of the protocol."""
    text = event.get("text")
    if text is None:
        raise CloseSocket(BAD_MESSAGE, "Messages are text, not bytes")
    if len(text) > bounds.message_characters:
        raise CloseSocket(BAD_MESSAGE, f"Messages have {bounds.message_characters} characters at most")
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CloseSocket(BAD_MESSAGE, "Messages are JSON") from error
    if not isinstance(raw, dict):
        raise CloseSocket(BAD_MESSAGE, "Messages are objects")
    match raw.get("type"):
        case "connection_init":
            return Init(_payload(raw))
        case "ping":
            payload = _payload(raw)
            return SignIn(payload) if payload and payload.get("type") == SIGN_IN else Ping(payload)
        case "pong":
            _payload(raw)
            return Pong()
        case "subscribe":
            return Subscribe(_id(raw, bounds), _parameters(raw))
        case "complete":
            return Complete(_id(raw, bounds))
    raise CloseSocket(BAD_MESSAGE, "Unknown message type")


def _payload(raw: dict[str, Any]) -> Payload | None:
    payload = raw.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise CloseSocket(BAD_MESSAGE, f"The payload of {raw['type']} is an object")
    return payload


def _id(raw: dict[str, Any], bounds: Bounds) -> str:
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise CloseSocket(BAD_MESSAGE, f"{raw['type']} needs an id")
    if len(identifier) > bounds.id_characters:
        raise CloseSocket(BAD_MESSAGE, f"Ids have {bounds.id_characters} characters at most")
    return identifier


def _parameters(raw: dict[str, Any]) -> Parameters:
    try:
        return Parameters.of(raw.get("payload"))
    except RequestError as error:
        raise CloseSocket(BAD_MESSAGE, "Invalid payload of subscribe") from error


def ping(payload: Payload | None = None) -> bytes:
    """The frame of a ping."""
    return _with_payload("ping", payload)


def pong(payload: Payload | None = None) -> bytes:
    """The frame of a pong."""
    return _with_payload("pong", payload)


def _with_payload(kind: str, payload: Payload | None) -> bytes:
    return orjson.dumps({"type": kind} if payload is None else {"type": kind, "payload": payload})


def next_result(identifier: str, response: bytes) -> bytes:
    """The frame of one result, which is encoded already."""
    return b'{"id":' + orjson.dumps(identifier) + b',"type":"next","payload":' + response + b"}"


def error(identifier: str, errors: list[dict[str, Any]]) -> bytes:
    """The frame that ends an operation with what stopped it."""
    return orjson.dumps({"id": identifier, "type": "error", "payload": errors}, default=str)


def complete(identifier: str) -> bytes:
    """The frame that ends an operation."""
    return orjson.dumps({"id": identifier, "type": "complete"})


def fitting(reason: str) -> str:
    """As much of a reason as a close frame can carry."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")
