"""Answers made smaller for the network: gzip, where the client takes it and the answer is large enough.

What could be guessed by compressing secrets beside a stranger's text is not here: a foreign page can send no token, so
no answer that it could provoke holds anything of the person's (docs/api.md, "Foreign pages").
"""

import zlib
from functools import lru_cache

#: Smaller answers fit into one packet anyway.
MIN_BYTES = 1_024
GZIP = "gzip"
_LEVEL = 6
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
#: No client needs a longer list; such a one gets plain answers.
_MAX_HEADER_CHARACTERS = 200


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, by its `accept-encoding` (RFC 9110, 12.5.3)."""
    return len(accept_encoding) <= _MAX_HEADER_CHARACTERS and _takes_gzip(accept_encoding)


@lru_cache(maxsize=200)
def _takes_gzip(accept_encoding: str) -> bool:
    weights: dict[str, bool] = {}
    for entry in accept_encoding.lower().split(","):
        name, *options = (part.strip() for part in entry.split(";"))
        weights[name] = not any(option.startswith("q=") and not option[2:].strip("0.") for option in options)
    return weights.get(GZIP, weights.get("x-gzip", weights.get("*", False)))


def squeezed(body: bytes) -> bytes | None:
    """The body in gzip's format; None where it is too small to gain anything. To be called in a thread.

    The same body gives the same bytes: no time stands in them.
    """
    if len(body) < MIN_BYTES:
        return None
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return packer.compress(body) + packer.flush()
