"""The client's address and headers, out of an ASGI scope."""

from collections.abc import MutableMapping
from typing import Any

from backend.addresses import client_address


def joined_headers(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """The request's headers by lower-case name; one that comes several times is joined by commas, in its order."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def address_of(scope: MutableMapping[str, Any], headers: dict[str, str], trusted_proxies: int) -> str:
    """Where the request comes from, behind `trusted_proxies` of our own."""
    peer = str((scope.get("client") or ("", 0))[0])
    return client_address(peer, headers.get("x-forwarded-for", ""), trusted_proxies)
