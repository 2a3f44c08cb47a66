"""The protocol as its document has it: what a message leads to, given what came before. Knows nothing of the server."""

import json
from dataclasses import dataclass, field
from typing import Any

#: What each of these leads to: results by their data, and what ends it; None where nothing does.
QUERIES: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "{ hello }": ([{"hello": "你好"}], "complete"),
    "{ refuse hello }": ([{"refuse": None, "hello": "你好"}], "complete"),
    "subscription { count(to: 2) }": ([{"count": 1}, {"count": 2}], "complete"),
    "subscription { refuses(to: 1) }": ([{"refuses": 1}], "error"),
    "subscription { numbers }": ([], None),
    "{ nope }": ([], "error"),
    "{": ([], "error"),
    "query A { hello } query B { hello }": ([], "error"),
}
VIEWERS = {"": None, "alice": "alice", "alice-2": "alice", "bob": "bob"}
REFUSALS = {"expired": "TOKEN_EXPIRED", "ended": "TOKEN_INVALID"}


@dataclass(frozen=True)
class Closes:
    """The socket closes with this code; `reason` where the document, or docs/api.md, says which."""

    code: int
    reason: str | None = None


@dataclass
class Model:
    """One socket. `answer` says what a message leads to: frames, or the end."""

    introduced: bool = False
    viewer: str | None = None
    running: set[str] = field(default_factory=set)

    def answer(self, sent: str | bytes) -> list[dict[str, Any]] | Closes:
        try:
            message = json.loads(sent) if isinstance(sent, str) else None
        except ValueError:
            message = None
        if not isinstance(message, dict) or not _is_of_the_protocol(message):
            return Closes(4400)
        match message["type"]:
            case "connection_init":
                return self._init(message.get("payload") or {})
            case "ping":
                return [self._pong(message.get("payload"))]
            case "subscribe":
                return self._subscribe(message["id"], message["payload"]["query"])
            case "complete":
                self.running.discard(message["id"])
        return []

    def _init(self, payload: dict[str, Any]) -> list[dict[str, Any]] | Closes:
        if self.introduced:
            return Closes(4429, "Too many initialisation requests")
        if not isinstance(payload.get("Authorization") or "", str):
            return Closes(4400)
        token = _token(payload)
        if token in REFUSALS:
            return Closes(4403, REFUSALS[token])
        self.introduced, self.viewer = True, VIEWERS.get(token, token)
        return [{"type": "connection_ack"}]

    def _pong(self, payload: dict[str, Any] | None) -> dict[str, Any]:
        if payload and payload.get("type") == "SIGN_IN":
            token = _token(payload)
            if self.viewer and token in REFUSALS:
                return {"type": "pong", "payload": {"type": "SIGN_IN_REFUSED", "code": REFUSALS[token]}}
            if self.viewer is None or VIEWERS[token] != self.viewer:
                return {"type": "pong", "payload": {"type": "SIGN_IN_REFUSED", "code": "FORBIDDEN"}}
            return {"type": "pong", "payload": {"type": "SIGNED_IN", "expiresAt": None}}
        return {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}

    def _subscribe(self, identifier: str, query: str) -> list[dict[str, Any]] | Closes:
        if not self.introduced:
            return Closes(4401, "Unauthorized")
        if identifier in self.running:
            return Closes(4409, f"Subscriber for {identifier} already exists")
        if not query:
            return Closes(4400)  # the document allows it; as over HTTP, a request without a query is none here
        results, end = QUERIES.get(query, ([], "error"))
        frames = [{"id": identifier, "type": "next", "payload": {"data": data}} for data in results]
        if end is None:
            self.running.add(identifier)
            return frames
        return [*frames, {"id": identifier, "type": end}]


def _token(payload: dict[str, Any]) -> str:
    return str(payload.get("Authorization") or "").removeprefix("Bearer ")


def _is_of_the_protocol(message: dict[str, Any]) -> bool:
    """Whether the document has a message of this type and format that clients may send."""
    payload, has_id = message.get("payload"), isinstance(message.get("id"), str) and bool(message["id"])
    match message.get("type"):
        case "connection_init" | "ping" | "pong":
            return payload is None or isinstance(payload, dict)
        case "complete":
            return has_id
        case "subscribe":
            return (
                has_id
                and isinstance(payload, dict)
                and isinstance(payload.get("query"), str)
                and isinstance(payload.get("operationName"), str | None)
                and isinstance(payload.get("variables"), dict | None)
                and isinstance(payload.get("extensions"), dict | None)
            )
    return False
