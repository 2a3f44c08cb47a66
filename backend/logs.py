"""How production writes its log: one JSON object a line, for programs to read."""

import logging
from datetime import UTC, datetime

import orjson

from backend.redaction import describe

#: A record with this attribute is written as it stands: its message is whole lines of JSON already.
READY = "ready"


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `message`, and `error` where an exception was logged: its kind and its way."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        message = record.getMessage()
        if getattr(record, READY, False):
            return message
        line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = describe(record.exc_info[1])
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()
