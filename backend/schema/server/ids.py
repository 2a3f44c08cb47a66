"""Opaque global identifiers of the Relay kind: which type, and which one of it."""

import re

from graphql_relay import from_global_id

from backend.errors import Refusal
from backend.ids import encode_id

__all__ = ["InvalidId", "decode_id", "decode_int_id", "encode_id"]

_DECIMAL = re.compile(r"[1-9][0-9]{0,18}")


class InvalidId(Refusal):
    """The text is not an identifier of the type that was asked for."""

    code = "INVALID_ID"
    message = "编号无效"


def decode_id(type_name: str, global_id: str, *, field: str = "id") -> str:
    """The key inside a global id. Raises InvalidId when it is malformed or of another type."""
    try:
        found, key = from_global_id(global_id)
    except (ValueError, UnicodeError) as error:
        raise InvalidId(field=field) from error
    if found != type_name or not key:
        raise InvalidId(field=field)
    return key


def decode_int_id(type_name: str, global_id: str, *, field: str = "id") -> int:
    """`decode_id` for types whose key is a positive 63-bit integer."""
    key = decode_id(type_name, global_id, field=field)
    if not _DECIMAL.fullmatch(key) or int(key) >= 1 << 63:
        raise InvalidId(field=field)
    return int(key)
