"""What somebody meant who typed a wrong character: words of the index that sound the same, or nearly look the same."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Q

from backend.regions.selectors import Prefix  # the lookup `prefix`
from backend.search.models import SearchTerm
from backend.search.sounds import sound_of
from backend.search.words import STOP_WORDS, every_word, is_word

#: Longer questions have words enough without the one that is wrong.
MAX_CHARACTERS = 40
MAX_CANDIDATES = 6
_LONGEST = 4
#: Shorter words that differ in a character and sound different are simply other words.
_LONG = 3
_MAX_TERMS = 500
_PREFIX = Prefix.lookup_name


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that may have been meant; `text` is the whole text with it. `said` is what everybody may know."""

    term: str
    text: str
    rank: tuple[int, int, int]
    said: bool


def corrections(text: str, known: Collection[str], said: Callable[[], frozenset[str]]) -> list[Correction]:
    """What may have been meant, best first: words of the index, or what is `said` by people.

    Looked at are places that hold no word: none of the `known` ones, which the index or a list has, and none of the
    dictionary. So a text that is understood is left as it is. One statement, none where there is no such place.
    Whether the viewer may see anything that holds a word of the index is for the caller to find out.
    """
    places = list(_places(text, known)) if len(text) <= MAX_CHARACTERS else []
    if not places:
        return []
    sounds = {sound_of(text[start:end]) for start, end in places}
    firsts = {text[start] for start, end in places if end - start >= _LONG}
    terms = [(term, documents, sound, False) for term, documents, sound in _terms(sounds, firsts)]
    terms += [(term, 0, sound, True) for sound in sounds for term in _by_sound(said()).get(sound, ())]
    found = [
        Correction(term, text[:start] + term + text[end:], rank, everybodys)
        for start, end in places
        for term, documents, sound, everybodys in terms
        if (rank := _rank(text, text[start:end], term, sound, documents))
    ]
    found.sort(key=lambda correction: (correction.rank, correction.term), reverse=True)
    return found[:MAX_CANDIDATES]


def _terms(sounds: Collection[str], firsts: Collection[str]) -> Iterable[tuple[str, int, str]]:
    """Words of the index that have one of the sounds, or begin with one of the characters."""
    likely = [Q(sound__in=sounds), *(Q(**{f"term__{_PREFIX}": first}) for first in sorted(firsts))]
    rows = SearchTerm.objects.filter(reduce(or_, likely), documents__gt=0).order_by("-documents", "term")
    return rows.values_list("term", "documents", "sound")[:_MAX_TERMS]


@lru_cache(maxsize=1)
def _by_sound(said: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in sorted(said):
        found.setdefault(sound_of(term), []).append(term)
    return found


def _places(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where a mistyped word may stand: two to four Chinese characters together that are no word, nor part of one."""
    covered = {
        at
        for word in every_word(text)
        if word.end - word.start > 1 and (word.text in known or word.text in STOP_WORDS or not sound_of(word.text))
        for at in range(word.start, word.end)
    }
    covered |= {
        at
        for word in known
        if len(word) > 1 and (start := text.find(word)) >= 0
        for at in range(start, start + len(word))
    }
    for start in range(len(text)):
        for end in range(start + 2, min(start + _LONGEST, len(text)) + 1):
            place = text[start:end]
            if (
                covered.isdisjoint(range(start, end))
                and not STOP_WORDS.issuperset(place)
                and sound_of(place)
                and not is_word(place)
            ):
                yield start, end


def _rank(text: str, typed: str, term: str, sound: str, documents: int) -> tuple[int, int, int] | None:
    """How likely the term is meant: the fewer characters are wrong the better, then the longer and the commoner it is.

    A short word must sound the same and share a character, unless it is all that was typed.
    """
    if len(term) != len(typed) or term == typed:
        return None
    wrong = sum(one != other for one, other in zip(typed, term, strict=True))
    if sound and sound == sound_of(typed) and (wrong < len(typed) or typed == text.strip()):
        return -2 * wrong + 1, len(term), documents
    return (-2 * wrong, len(term), documents) if wrong == 1 and len(term) >= _LONG else None
