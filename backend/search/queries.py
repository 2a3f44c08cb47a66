"""What is asked, as words to look for, and how a database is asked for them. No database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from backend.search.words import words_in

#: Longer questions are read up to here.
MAX_WORDS = 40
MAX_SYNONYMS = 24
#: So rare that a word alone is worth a look at all its documents.
RARE = 50
#: What a word tells that stands in no document, beside those that do.
_UNKNOWN = 2.0
#: Where there are fewer documents, each word would say next to nothing.
_SMALL = 1_000
#: Of the others this many are looked at, two together.
_WIDE = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word to look for; `weight` says how much it tells. A synonym is not what was typed."""

    word: str
    weight: float
    documents: int
    synonym: bool = False


def asked_words(text: str) -> list[str]:
    """The words of a question, each once, in its order."""
    return list(dict.fromkeys(word.text for word in words_in(text)))[:MAX_WORDS]


def synonym_words(synonyms: Mapping[str, Sequence[str]]) -> list[str]:
    """The words of two and more characters that the terms are made of, each once."""
    terms = dict.fromkeys(term for found in synonyms.values() for term in found)
    words = dict.fromkeys(word for term in terms for word in asked_words(term) if len(word) > 1)
    return list(words)[:MAX_SYNONYMS]


def weighed(asked: Iterable[str], synonyms: Iterable[str], documents: Mapping[str, int]) -> list[Wanted]:
    """What is asked and what it means in other words, given in how many documents each word stands ("": in all)."""
    total = max(documents.get("", 0), _SMALL)

    def one(word: str, *, synonym: bool) -> Wanted:
        number = documents.get(word, 0)
        return Wanted(word, log(1 + total / number) if number > 0 else _UNKNOWN, number, synonym)

    own = {word: one(word, synonym=False) for word in asked}
    return [*own.values(), *(one(word, synonym=True) for word in synonyms if word not in own)]


def alternatives(wanted: Sequence[Wanted]) -> list[tuple[Wanted, ...]]:
    """Which words a document must hold together to be looked at: those of one entry or of another.

    A rare word is enough, and the rarest always is; of common ones it takes two, or a question as people ask it would
    match every document.
    """
    known = sorted((each for each in wanted if each.documents > 0), key=lambda each: each.documents)
    alone = [each for each in known if each is known[0] or each.documents <= RARE]
    common = known[len(alone) : len(alone) + _WIDE]
    return [(each,) for each in alone] + list(combinations(common, 2))


def for_sqlite(found: Iterable[Sequence[Wanted]]) -> str:
    """The alternatives as FTS5 reads them. Words hold nothing but letters, digits and marks (see `words`)."""
    return _written(found, '"', (" OR ", " AND "))


def for_postgresql(found: Iterable[Sequence[Wanted]]) -> str:
    """The same as text of a tsquery."""
    return _written(found, "'", (" | ", " & "))


def _written(found: Iterable[Sequence[Wanted]], mark: str, joins: tuple[str, str]) -> str:
    either, both = joins
    return either.join(f"({both.join(f'{mark}{each.word}{mark}' for each in together)})" for together in found)


def beginning(words: Sequence[str], last: str) -> tuple[str, str]:
    """For SQLite and PostgreSQL: titles that hold all the words, and one that begins with the last."""
    sqlite = " AND ".join([*(f'"{word}"' for word in words), f'"{last}" *'])
    postgresql = " & ".join([*(f"'{word}':A" for word in words), f"'{last}':*A"])
    return f"title_tokens : ({sqlite})", postgresql
