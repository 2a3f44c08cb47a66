"""Opaque global identifiers of the Relay kind: which type, and which one of it."""

import re
from functools import partial

import graphene
from graphql_relay import from_global_id

from backend.errors import Refusal
from backend.ids import encode_id
from backend.schema.plans.declare import Column

__all__ = ["InvalidId", "decode_id", "decode_int_id", "encode_id", "id_column", "int_key", "split_id"]

_DECIMAL = re.compile(r"[1-9][0-9]{0,18}")


class InvalidId(Refusal):
    """The text is not an identifier of the type that was asked for."""

    code = "INVALID_ID"
    message = "编号无效"


def id_column(type_name: str, key: str = "pk", *, description: str = "Global id [编号].") -> Column:
    """The `id` of a type: the global id made of the column `key`."""
    return Column(graphene.ID, key, by=partial(encode_id, type_name), required=True, description=description)


def split_id(global_id: str, *, field: str = "id") -> tuple[str, str]:
    """The type's name and the key inside a global id. Raises InvalidId for any text that the server does not give."""
    try:
        found, key = from_global_id(global_id)
    except (ValueError, UnicodeError) as error:
        raise InvalidId(field=field) from error
    # Decoding is lenient: one thing must not have two ids, or a client would keep it twice.
    if not found or not key or encode_id(found, key) != global_id:
        raise InvalidId(field=field)
    return found, key


def decode_id(type_name: str, global_id: str, *, field: str = "id") -> str:
    """The key inside a global id. Raises InvalidId when it is malformed or of another type."""
    found, key = split_id(global_id, field=field)
    if found != type_name:
        raise InvalidId(field=field)
    return key


def decode_int_id(type_name: str, global_id: str, *, field: str = "id") -> int:
    """`decode_id` for types whose key is a positive 63-bit integer."""
    try:
        return int_key(decode_id(type_name, global_id, field=field))
    except ValueError as error:
        raise InvalidId(field=field) from error


def int_key(key: str) -> int:
    """The key as a positive 63-bit integer. Raises ValueError for anything else."""
    if not _DECIMAL.fullmatch(key) or int(key) >= 1 << 63:
        raise ValueError("no key of a row")
    return int(key)
