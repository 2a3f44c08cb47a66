"""In which of the two media types a client wants its answer."""

from functools import lru_cache

from backend.schema.server.errors import RequestError

#: A longer `accept` is refused: no client needs it, and it would be kept.
MAX_ACCEPT_CHARACTERS = 1_000
JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


def response_type(accept: str) -> str:
    """The media type to answer in. Raises RequestError: 406 where the client takes neither, 431 for a long text."""
    if len(accept) > MAX_ACCEPT_CHARACTERS:
        raise RequestError(431, f"accept 超过 {MAX_ACCEPT_CHARACTERS} 个字符")
    return _chosen(accept)


@lru_cache(maxsize=200)
def _chosen(accept: str) -> str:
    if not accept.strip():
        return JSON
    excluded = _excluded(accept)
    for media_type in _accepted(accept):
        if media_type == GRAPHQL_RESPONSE:
            return GRAPHQL_RESPONSE
        if media_type in (JSON, "application/*", "*/*"):
            return GRAPHQL_RESPONSE if JSON in excluded and media_type != JSON else JSON
    raise RequestError(406, f"只提供 {GRAPHQL_RESPONSE} 与 {JSON}")


def prefers_html(accept: str) -> bool:
    """Whether a browser asks, which would rather have a page."""
    if len(accept) > MAX_ACCEPT_CHARACTERS:
        return False
    for media_type in _accepted(accept):
        if media_type in (JSON, GRAPHQL_RESPONSE):
            return False
        if media_type == "text/html":
            return True
    return False


def _excluded(accept: str) -> set[str]:
    """Media types that the client does not take."""
    return {media_type for weight, media_type in _weighed(accept) if weight == 0}


def _accepted(accept: str) -> list[str]:
    """Media types in the order of preference; those with q=0 are left out."""
    taken = [pair for pair in _weighed(accept) if pair[0] < 0]
    return [media_type for _, media_type in sorted(taken, key=lambda pair: pair[0])]


def _weighed(accept: str) -> list[tuple[float, str]]:
    """Each media type behind its weight, the greatest first when sorted."""
    weighed = []
    for entry in accept.split(","):
        media_type, *options = (part.strip().lower() for part in entry.split(";"))
        quality = next((option[2:] for option in options if option.startswith("q=")), "1")
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
        if media_type:
            weighed.append((-weight, media_type))
    return weighed
