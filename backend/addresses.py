"""Whose address a request comes from, and which addresses are one household's or one office's."""

from ipaddress import IPv6Address, ip_address, ip_network

#: One household or one phone holds a whole /64, so that is what counts as an address.
IPV6_PREFIX = 64


def client_address(peer: str, forwarded: str, trusted_proxies: int) -> str:
    """The peer's address or, behind `trusted_proxies` of our own, the one that the outermost of ours wrote down.

    `forwarded` is the value of X-Forwarded-For. Its entries further left are the client's own claim and are not
    believed.
    """
    if trusted_proxies == 0:
        return peer
    entries = [entry.strip() for entry in forwarded.split(",") if entry.strip()]
    return entries[-trusted_proxies] if len(entries) >= trusted_proxies else peer


def network_of(address: str) -> str:
    """What an address is counted under: itself or, of IPv6, its /64. What is no address stays as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, IPV6_PREFIX), strict=False))
