"""The log of operations: a line each, and for slow ones the statements they ran. Nothing that anybody wrote."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from backend.schema.server.observe import Observation

log = logging.getLogger(__name__)

#: Lines are written together, since a record of their own each would cost more than many an answer.
LATEST_SECONDS: Final = 0.2
MOST_LINES: Final = 200


class Journal:
    """A recorder that logs operations at INFO, and those from `slow_ms` on at WARNING with their SQL.

    `as_json` writes JSON objects, each within LATEST_SECONDS; otherwise lines for people, each at once.
    """

    def __init__(self, *, slow_ms: float = 500.0, as_json: bool = False) -> None:
        self._slow_seconds = slow_ms / 1000
        self._as_json = as_json
        self._lines: list[bytes] = []
        self._flush_at: asyncio.TimerHandle | None = None

    def record(self, seen: Observation, request_id: str) -> None:
        """Log one operation."""
        if seen.seconds >= self._slow_seconds:
            self._write_slow(seen, request_id)
        elif log.isEnabledFor(logging.INFO):
            if self._as_json:
                self._add(_json(seen, request_id, "INFO"))
            else:
                log.info("%s", _text(seen, request_id))

    async def close(self) -> None:
        """Write what waits to be written."""
        self.flush()

    def flush(self) -> None:
        """Write what waits to be written."""
        if self._flush_at is not None:
            self._flush_at.cancel()
            self._flush_at = None
        if self._lines:
            lines, self._lines = self._lines, []
            log.info("%s", b"\n".join(lines).decode(), extra={"ready": True})

    def _write_slow(self, seen: Observation, request_id: str) -> None:
        if self._as_json:
            line = _json(seen, request_id, "WARNING", statements=[_statement(each) for each in seen.kept])
            log.warning("%s", line.decode(), extra={"ready": True})
        else:
            statements = "".join(f"\n  {each.seconds * 1000:.1f} ms {each.text}" for each in seen.kept)
            log.warning("slow: %s%s", _text(seen, request_id), statements)

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= MOST_LINES:
            self.flush()
        elif self._flush_at is None:
            self._flush_at = asyncio.get_running_loop().call_later(LATEST_SECONDS, self.flush)


def _json(seen: Observation, request_id: str, level: str, **more: Any) -> bytes:
    line = {
        "time": datetime.now(UTC),
        "level": level,
        "event": "operation",
        "id": request_id,
        "operation": seen.name,
        "kind": seen.kind,
        "document": seen.digest,
        "ms": round(seen.seconds * 1000, 2),
        "cost": seen.cost,
        "sql": seen.statements,
        "sql_ms": round(seen.sql_seconds * 1000, 2),
        "cached": seen.cached,
        "planned": seen.planned,
        "errors": seen.codes,
        **more,
    }
    if seen.status:
        line["status"] = seen.status
    if seen.upstream_id:
        line["upstream_id"] = seen.upstream_id
    return orjson.dumps(line, option=orjson.OPT_UTC_Z)


def _statement(each: Any) -> dict[str, Any]:
    return {"text": each.text, "ms": round(each.seconds * 1000, 2)}


def _text(seen: Observation, request_id: str) -> str:
    name = f"{seen.kind or 'no operation'} {seen.name}".rstrip()
    way = " from the cache" if seen.cached else " by plan" if seen.planned else ""
    codes = f" {', '.join(seen.codes)}" if seen.codes else ""
    return f"{name}{way}: {seen.seconds * 1000:.1f} ms, {seen.statements} SQL, cost {seen.cost}{codes} [{request_id}]"
