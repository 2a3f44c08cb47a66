"""Rules of content that need no database."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backend.ids import encode_id
from backend.regions import rules as regions
from backend.statutes.citations import CitationRef, parse_citations

#: No article for villagers comes near it.
MAX_REFERENCES = 1000


def outermost(codes: Iterable[str]) -> list[str]:
    """Those of the divisions that no other of them contains, by code: to reach each resident exactly once."""
    kept: list[str] = []
    for code in sorted(set(codes), key=lambda code: (regions.level_of(code), code)):
        if not any(regions.contains(outer, code) for outer in kept):
            kept.append(code)
    return sorted(kept)


def passages(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Index and text of each block of a body that may cite the law, in order."""
    for index, block in enumerate(blocks):
        if block["type"] == "statute":
            yield index, block["value"]["citation"]
        elif block["type"] == "paragraph":
            yield index, block["value"]


def references(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, CitationRef]]:
    """What a body cites, in order, each with the index of its block. Beyond MAX_REFERENCES nothing is read."""
    left = MAX_REFERENCES
    for index, text in passages(blocks):
        refs = parse_citations(text)[:left]
        left -= len(refs)
        for ref in refs:
            yield index, ref
        if not left:
            return


def notice_key(content_id: int, division_code: str) -> str:
    """What makes a publication tell a division once."""
    return f"content:{content_id}:{division_code}"


def content_link(content_id: int) -> str:
    """The deep link that opens the item in the app."""
    return f"content/{encode_id('ContentItem', content_id)}"
