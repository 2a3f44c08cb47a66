"""Reads of the list of sensitive words."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max

from backend.screening.models import SensitiveWord
from backend.screening.rules import Matcher


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the list that stands in a text: as listed, as it stands there, its level, and what staff say of it."""

    word: str
    written: str
    forbidden: bool
    note: str


def found_in(text: str) -> list[Found]:
    """The listed words in a text, each once, in the order of their first places.

    One statement; a second where the list has changed since this process read it.
    """
    matcher, entries = _read(*SensitiveWord.objects.aggregate(n=Count("pk"), at=Max("updated_at")).values())
    return [Found(word, written, *entries[word]) for word, written in matcher.find(text)]


@lru_cache(maxsize=1)
def _read(_number: int, _changed_at: datetime | None) -> tuple[Matcher, dict[str, tuple[bool, str]]]:
    """The list as it stood at its last change; the arguments only tell one state of it from another."""
    rows = SensitiveWord.objects.values_list("word", "level", "note")
    entries = {word: (level == SensitiveWord.Level.FORBIDDEN, note) for word, level, note in rows}
    return Matcher(entries), entries
