"""GET requests that were answered from what is kept, by their looks: the next one like it is not taken apart again."""

from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass
from typing import Any

from backend.forgetful import Forgetful
from backend.schema.server.compression import takes_gzip
from backend.schema.server.observe import Observation

#: Past so many they are all forgotten, and learnt again from the next requests.
MAX_SHORTCUTS = 1_000
#: Longer looks are not worth keeping.
MAX_LOOKS_BYTES = 2_000

Looks = tuple[bytes, bytes, bool]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What a request asks for: where its answer is kept, in which media type it goes out, what the log says of it."""

    key: Hashable
    media_type: str
    seen: Observation


class Shortcuts:
    """By query string, `accept` and whether gzip is taken, of requests without `authorization`.

    For the event loop alone.
    """

    def __init__(self) -> None:
        self._known: Forgetful[Looks, Shortcut] = Forgetful(MAX_SHORTCUTS)

    def find(self, looks: Looks | None) -> Shortcut | None:
        """What such a request asks for; None where no answer of the kind was kept yet."""
        return self._known.get(looks) if looks else None

    def learn(self, looks: Looks | None, shortcut: Shortcut) -> None:
        """A request of these looks was answered so."""
        if looks is not None and sum(map(len, looks[:2])) <= MAX_LOOKS_BYTES:
            self._known.keep(looks, shortcut)


def looks_of(scope: MutableMapping[str, Any]) -> Looks | None:
    """What decides the answer of an anonymous GET; None for any other request."""
    if scope["method"] != "GET":
        return None
    accept, encodings = b"", ""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return None
        if name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"accept-encoding":
            encodings = f"{encodings},{value.decode('latin-1')}"
    return scope["query_string"], accept, takes_gzip(encodings)


def held_by(scope: MutableMapping[str, Any]) -> str:
    """The validators that the client sent."""
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match")
