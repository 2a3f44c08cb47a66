"""Whether two servers gave the same answer; nothing is measured before they did."""

import json
from http import HTTPStatus
from typing import Any

SHOWN_CHARACTERS = 120


class Differs(Exception):
    """A server's answer is not the one that it has to be."""


def data_of(name: str, status: int, body: bytes) -> Any:
    """The `data` of a response. Raises Differs where it is no success, or has errors."""
    if status != HTTPStatus.OK:
        raise Differs(f"{name}: status {status}: {body[:600].decode(errors='replace')}")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Differs(f"{name}: no JSON: {body[:600].decode(errors='replace')}") from error
    if not isinstance(answer, dict) or answer.get("errors") or not answer.get("data"):
        raise Differs(f"{name}: {json.dumps(answer, ensure_ascii=False)[:600]}")
    return answer["data"]


def normal(data: Any) -> str:
    """JSON with one way to write everything but the order of fields, which is part of an answer."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def must_equal(expected: Any, found: Any, *, name: str) -> None:
    """Raises Differs, with the first place where they differ, unless both are the same to the byte."""
    if normal(expected) != normal(found):
        raise Differs(f"{name}: {first_difference(expected, found) or 'the order of fields differs'}")


def first_difference(expected: Any, found: Any, path: str = "data") -> str | None:
    """Where the two first differ, and how; None where they differ at most in the order of fields."""
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        pairs = [(f"{path}.{key}", value, found[key]) for key, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(f"{path}[{at}]", *both) for at, both in enumerate(zip(expected, found, strict=True))]
    elif normal(expected) == normal(found):
        return None
    else:
        return f"{path}: expected {_short(expected)}, got {_short(found)}"
    differences = (first_difference(left, right, place) for place, left, right in pairs)
    return next(filter(None, differences), None)


def _short(value: Any) -> str:
    text = normal(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
