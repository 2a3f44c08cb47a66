"""How well a document answers what is asked, and which of its words show that. No database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.numerals import MAX_NUMBER, chinese_number
from backend.search.queries import Wanted

SNIPPET_CHARACTERS = 90
#: What a title adds to a document that holds the word anywhere, and what a synonym is worth beside the word itself.
_TITLE, _SYNONYM = 0.35, 0.6
#: So many words of synonyms say as much as all of them.
_ENOUGH = 3
#: Documents below are not shown: of the whole question, and of the best answer to it.
MIN_RELEVANCE, MIN_SHARE = 0.12, 0.4
#: What the first hit of a search of a room's own counts, and by how much each next one less, whatever its share.
_FIRST, _NEXT = 0.95, 0.12


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; `hit` where it is what was looked for."""

    text: str
    hit: bool


def relevance(wanted: Sequence[Wanted], title_tokens: str, tokens: str) -> float:
    """0 to 1: which part of what was typed the document holds, by weight; in the title counts more.

    What it holds of the synonyms makes up for a part of what it does not hold of the words themselves.
    """
    title, body = f" {title_tokens} ", f" {tokens} "
    own = [each for each in wanted if not each.synonym]
    others = [each for each in wanted if each.synonym]
    typed = _held(own, title, body) / (sum(each.weight for each in own) or 1.0)
    # Nobody says all that may be meant.
    enough = sum(sorted((each.weight for each in others), reverse=True)[:_ENOUGH]) or 1.0
    return typed + (1 - typed) * _SYNONYM * min(_held(others, title, body) / enough, 1.0)


def _held(wanted: Sequence[Wanted], title: str, body: str) -> float:
    """The weight of what a document holds."""
    found = 0.0
    for each in wanted:
        needle = f" {each.word} "
        if needle in title:
            found += each.weight
        elif needle in body:
            found += each.weight * (1 - _TITLE)
    return found


def relevance_at(place: int, share: float) -> float:
    """That of the hit at a place, from 0, of a list in the order of a room's own search, by its share of the first.

    What such a search gives means nothing beside the figures of others, so its first hit is believed, and the others
    by both: a list whose second hit is much worse than its first is one hit long, and so is none however even.
    """
    return _FIRST * share / (1 + _NEXT * place)


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the words in a text as it is written; None where there is nothing to find."""
    forms = {form for word in words for form in _forms(word)}
    if not forms:
        return None
    return re.compile("|".join(map(re.escape, sorted(forms, key=lambda form: (-len(form), form)))), re.IGNORECASE)


def _forms(word: str) -> list[str]:
    number = int(word) if word.isascii() and word.isdecimal() and len(word) <= len(str(MAX_NUMBER)) else 0
    return [word, f"第{chinese_number(number)}条"] if 0 < number <= MAX_NUMBER else [word]


def spans(text: str, pattern: re.Pattern[str] | None) -> list[Span]:
    """All of a text in pieces, each hit one of its own."""
    found: list[Span] = []
    at = 0
    for match in pattern.finditer(text) if pattern else ():
        if match.start() > at:
            found.append(Span(text[at : match.start()], hit=False))
        found.append(Span(match[0], hit=True))
        at = match.end()
    if at < len(text):
        found.append(Span(text[at:], hit=False))
    return found


def snippet(text: str, pattern: re.Pattern[str] | None) -> list[Span]:
    """The piece of a text that holds most different hits, as `spans`, cut at its ends with …."""
    line = " ".join(text.split())
    start = min(_best_start(line, pattern), max(len(line) - SNIPPET_CHARACTERS, 0))
    piece = line[start : start + SNIPPET_CHARACTERS]
    cut = f"{'…' if start else ''}{piece}{'…' if start + len(piece) < len(line) else ''}"
    return spans(cut, pattern)


def _best_start(line: str, pattern: re.Pattern[str] | None) -> int:
    hits = [(match.start(), match[0]) for match in pattern.finditer(line)] if pattern else []
    best, most, first = 0, 0, 0
    seen: dict[str, int] = {}
    for start, word in hits:
        seen[word] = seen.get(word, 0) + 1
        while hits[first][0] < start + len(word) - SNIPPET_CHARACTERS:
            seen[hits[first][1]] -= 1
            if not seen[hits[first][1]]:
                del seen[hits[first][1]]
            first += 1
        if len(seen) > most:
            best, most = hits[first][0], len(seen)
    return _sentence_start(line, best)


def _sentence_start(line: str, at: int) -> int:
    """A little ahead of a place, at the beginning of its clause where that is near."""
    lead = line[max(0, at - SNIPPET_CHARACTERS // 4) : at]
    behind = max((lead.rfind(mark) for mark in "。；，：、！？ "), default=-1)
    return at - len(lead) + behind + 1 if behind >= 0 or len(lead) == at else at - len(lead)
