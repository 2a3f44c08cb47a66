"""What people say and what the law calls it: a list of our own, in lay_terms.txt beside this file.

A line is `said said … = term term …`: whoever says one of the words on the left may mean articles with those on the
right. Written from general knowledge of the law, not from questions that were asked.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.statutes.finding.words import plain, words

PATH = Path(__file__).with_name("lay_terms.txt")


@dataclass(frozen=True, slots=True)
class LayTerm:
    """One thing people say and the terms of law it may stand for, both as plain texts; `words` are those of `said`."""

    said: str
    words: frozenset[str]
    terms: tuple[str, ...]


def parse(text: str) -> tuple[LayTerm, ...]:
    """The entries of a list; lines that begin with # and empty lines are none. Raises ValueError for a bad line."""
    merged: dict[str, dict[str, None]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("#"):
            continue
        left, sign, right = line.partition("=")
        said, terms = plain(left).split(), plain(right).split()
        if not (sign and said and terms):
            raise ValueError(line)
        for one in said:
            merged.setdefault(one, {}).update(dict.fromkeys(terms))
    return tuple(LayTerm(said, frozenset(words(said)), tuple(terms)) for said, terms in merged.items())


@cache
def known() -> tuple[LayTerm, ...]:
    """The list as it is shipped."""
    return parse(PATH.read_text(encoding="utf-8"))


def meant(text: str) -> list[str]:
    """The terms of law that a plain text may mean without saying them, each once.

    What people say need not stand together: 房东卖房 is also in 房东要把房子卖了 where all its words are.
    """
    spoken = set(words(text))
    said = (entry for entry in known() if entry.said in text or (len(entry.words) > 1 and entry.words <= spoken))
    found = {term: None for entry in said for term in entry.terms}
    return [term for term in found if term not in text]
