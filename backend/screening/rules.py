"""Finding words of a list in a text, whatever stands between their characters."""

import unicodedata
from collections.abc import Iterable, Iterator

MAX_WORD = 40


def normalised(text: str) -> str:
    """As words are compared: half-width, small letters, nothing that separates or is not seen."""
    return "".join(character for _, character in _characters(text))


def _characters(text: str) -> Iterator[tuple[int, str]]:
    """What counts of a text, each character with the place in the text that it comes from."""
    for place, written in enumerate(text):
        for character in unicodedata.normalize("NFKC", written).casefold():
            # Separators, what is not seen, and what people put between characters to get past a list.
            if unicodedata.category(character)[0] not in "ZCPS":
                yield place, character


class Matcher:
    """A list of words, ready to be looked for.

    Words are kept by their first character and their lengths: a look-up costs the same for 50 or 5,000 words.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(filter(None, map(normalised, words)))
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: tuple(sorted(found)) for first, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """Each word once, in the order of its first place: in its compared form, and as it stands in the text."""
        places, characters = [], []
        for place, character in _characters(text):
            places.append(place)
            characters.append(character)
        compared = "".join(characters)
        seen: set[str] = set()
        for start, first in enumerate(compared):
            for length in self._lengths.get(first, ()):
                word = compared[start : start + length]
                if word in self._words and word not in seen:
                    seen.add(word)
                    yield word, text[places[start] : places[start + length - 1] + 1]
