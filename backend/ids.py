"""Opaque global identifiers, as Relay builds them: which type, and which one of it.

They stand here, below GraphQL, because deep links in notices carry them as well.
"""

from binascii import b2a_base64


def encode_id(type_name: str, key: object) -> str:
    """The global id of the object `key` of a type of the contract."""
    return b2a_base64(f"{type_name}:{key}".encode(), newline=False).decode()
