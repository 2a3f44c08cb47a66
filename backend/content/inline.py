"""Inline text: the small subset of rich text that passages may hold, and nothing else of HTML.

Stored is what the console's editor writes: paragraphs with bold, italic and links. Clients get spans.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import groupby

#: What the editor offers and what is stored; anything else in the stored text is read as the text it encloses.
FEATURES = ["bold", "italic", "link"]
_BOLD, _ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\\x00-\x20]{1,500}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters alike; `link` is an https or http address, or empty. Line breaks stand in the text."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


def is_address(text: str) -> bool:
    """Whether a link may lead there."""
    return _ADDRESS.fullmatch(text) is not None


class _Reader(HTMLParser):
    """Collects spans; what is no part of the subset has no effect but for the text in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.spans: list[Span] = []
        self._bold = self._italic = self._hidden = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what the tag means."""
        if (tag == "p" and self.spans) or tag == "br":
            self._add("\n")
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            self._links.append(address if is_address(address) else "")
        self._count(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        """Close it; a tag that was never opened closes nothing."""
        if tag == "a" and self._links:
            self._links.pop()
        self._count(tag, -1)

    def handle_data(self, data: str) -> None:
        """Text, unless it stands in what is never shown."""
        if not self._hidden:
            self._add(data)

    def _count(self, tag: str, step: int) -> None:
        if tag in _BOLD:
            self._bold = max(0, self._bold + step)
        elif tag in _ITALIC:
            self._italic = max(0, self._italic + step)
        elif tag in _UNSEEN:
            self._hidden = max(0, self._hidden + step)

    def _add(self, text: str) -> None:
        link = self._links[-1] if self._links else ""
        self.spans.append(Span(text, bool(self._bold), bool(self._italic), link))


def spans(html: str) -> list[Span]:
    """The runs of a stored passage, neighbours that look alike put together."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return list(merged(reader.spans))


def merged(runs: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that look alike as one, empty ones left out."""
    kept = (run for run in runs if run.text)
    for look, same in groupby(kept, key=lambda run: (run.bold, run.italic, run.link)):
        yield Span("".join(run.text for run in same), *look)


def plain(html: str) -> str:
    """The text alone; paragraphs and breaks are line breaks."""
    return "".join(span.text for span in spans(html))


def to_html(runs: Iterable[Span]) -> str:
    """The runs as they are stored: one paragraph; line breaks within it stay."""
    return f"<p>{''.join(_tagged(run) for run in merged(runs))}</p>"


def _tagged(run: Span) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br/>")
    if run.italic:
        text = f"<i>{text}</i>"
    if run.bold:
        text = f"<b>{text}</b>"
    return f'<a href="{escape(run.link)}">{text}</a>' if run.link else text
