"""Manifests of trusted documents: which texts, and what each is known by.

A manifest is a JSON object from the SHA-256 of a document's text, in hexadecimal, to the text. That is the plain form
which the builds of clients know: Relay's `persistConfig` and graphql-codegen's `persistedDocuments`, both told to use
sha256, and our own `make documents`.
"""

from hashlib import sha256
from pathlib import Path

import orjson


class InvalidManifest(Exception):
    """The file is no manifest; says which file, and what is wrong."""


def digest_of(text: str) -> str:
    """What a document is known by."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_manifests(path: str) -> dict[str, str]:
    """The texts, by digest, of a manifest or of all `*.json` in a folder; none for an empty path.

    Several versions of several clients live at the same time, so a folder holds a manifest for each.
    Raises InvalidManifest.
    """
    if not path:
        return {}
    place = Path(path)
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files:
        raise InvalidManifest(f"{path}: a folder without *.json")
    return {digest: text for file in files for digest, text in _manifest(file).items()}


def _manifest(file: Path) -> dict[str, str]:
    try:
        found = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise InvalidManifest(f"{file}: cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidManifest(f"{file}: should be an object from SHA-256 digests to documents")
    for digest, text in found.items():
        if not isinstance(text, str) or digest_of(text) != digest:
            raise InvalidManifest(f"{file}: {digest} is not the SHA-256, in lower-case hexadecimal, of its text")
    return found
