"""What is learnt of questions and their right articles, by words and parts of laws; never a question or an article.

Three things: which laws and chapters people ask about, which words of articles go with which words of questions, and
which words of questions go with which laws and chapters.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.statutes.finding.index import Index, Parts
from backend.statutes.finding.postings import Floats, Ids

#: Words that came together less often than this, over different questions, say nothing.
LEAST_TOGETHER = 2
LEAST_PMI = 1.0
MOST_PARTNERS = 40
#: A law that nobody asked about counts as asked so often.
UNASKED = 1.0
Counts = dict[str, float]


class Lesson(NamedTuple):
    """The words of a question, and the rows of its right articles in the index."""

    words: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Counts and associations, by names and words, so that they hold for another import of the laws."""

    laws: Counts = field(default_factory=dict)
    chapters: Counts = field(default_factory=dict)
    partners: dict[str, Counts] = field(default_factory=dict)
    law_words: dict[str, Counts] = field(default_factory=dict)
    chapter_words: dict[str, Counts] = field(default_factory=dict)
    spoken: Counts = field(default_factory=dict)


def learn(lessons: Sequence[Lesson], index: Index) -> Learnt:
    """What the lessons teach."""
    spoken = Counter(word for lesson in lessons for word in lesson.words)
    laws, law_words = _places(lessons, index.laws, spoken)
    chapters, chapter_words = _places(lessons, index.chapters, spoken)
    return Learnt(
        laws=laws,
        chapters=chapters,
        partners=_partners(lessons, index),
        law_words=law_words,
        chapter_words=chapter_words,
        spoken={word: float(count) for word, count in spoken.items() if count >= LEAST_TOGETHER},
    )


def _places(lessons: Sequence[Lesson], parts: Parts, spoken: Counter[str]) -> tuple[Counts, dict[str, Counts]]:
    """How often each part held a right article, and how often with each word; a question counts 1 altogether."""
    totals: Counts = defaultdict(float)
    by_word: dict[str, Counts] = defaultdict(lambda: defaultdict(float))
    for lesson in lessons:
        for row in lesson.rows:
            name, share = parts.names[parts.of[row]], 1 / len(lesson.rows)
            totals[name] += share
            for word in lesson.words:
                if spoken[word] >= LEAST_TOGETHER:
                    by_word[word][name] += share
    return dict(totals), {word: dict(counts) for word, counts in by_word.items()}


def _partners(lessons: Sequence[Lesson], index: Index) -> dict[str, Counts]:
    """Words of articles by words of questions, with how much more often than by chance they came together."""
    answers = _words_of({row for lesson in lessons for row in lesson.rows}, index)
    asked, answered, together = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for lesson in lessons:
        legal = set().union(*(answers[row] for row in lesson.rows))
        asked.update(set(lesson.words))
        answered.update(legal)
        together.update(product(set(lesson.words), legal))
    found: dict[str, Counts] = defaultdict(dict)
    for (word, legal_word), count in together.items():
        if count >= LEAST_TOGETHER and word != legal_word:
            pmi = log(count * len(lessons) / (asked[word] * answered[legal_word]))
            if pmi > LEAST_PMI:
                found[word][legal_word] = round(pmi * count / (count + 1), 3)
    return {word: dict(sorted(legal.items(), key=_strongest)[:MOST_PARTNERS]) for word, legal in sorted(found.items())}


def _strongest(partner: tuple[str, float]) -> tuple[float, str]:
    return -partner[1], partner[0]  # of equal ones always the same, or training twice would give two models


def _words_of(rows: Iterable[int], index: Index) -> dict[int, set[str]]:
    """The words of chosen articles, read back from the postings."""
    wanted = np.zeros(index.texts.size, dtype=bool)
    wanted[list(rows)] = True
    terms = np.repeat(np.arange(len(index.texts.starts) - 1), np.diff(index.texts.starts))
    held = wanted[index.texts.documents]
    names = list(index.vocabulary)
    found: dict[int, set[str]] = defaultdict(set)
    for row, term in zip(index.texts.documents[held].tolist(), terms[held].tolist(), strict=True):
        found[row].add(names[term])
    return found


@dataclass(frozen=True, slots=True)
class Bound:
    """What was learnt, in the numbers of one index."""

    law_prior: Floats
    chapter_prior: Floats
    learnt: Learnt
    law_at: dict[str, int]
    chapter_at: dict[str, int]
    index: Index

    def partners(self, spoken: Iterable[str]) -> tuple[Ids, Floats]:
        """Words of articles that go with the spoken ones, and how strongly."""
        total: dict[int, float] = defaultdict(float)
        for word in spoken:
            for legal, strength in self.learnt.partners.get(word, {}).items():
                term = self.index.vocabulary.get(legal)
                if term is not None:
                    total[term] += strength
        return np.array(list(total), dtype=np.int64), np.array(list(total.values()), dtype=np.float32)

    def law_scores(self, spoken: Iterable[str]) -> Floats:
        """How well the spoken words go with each law, as a logarithm of odds."""
        return _odds(spoken, self.learnt.law_words, self.law_at, self.learnt, self.learnt.laws)

    def chapter_scores(self, spoken: Iterable[str]) -> Floats:
        """The same for each chapter."""
        return _odds(spoken, self.learnt.chapter_words, self.chapter_at, self.learnt, self.learnt.chapters)


def bind(learnt: Learnt, index: Index) -> Bound:
    """Look up the names in the index; what it does not have is left out."""
    laws = np.array([learnt.laws.get(name, 0.0) for name in index.laws.names])
    chapters = np.array([learnt.chapters.get(name, 0.0) for name in index.chapters.names])
    law_prior = np.log((laws + UNASKED) / (laws.sum() + 1))
    sizes = np.diff([*index.chapters.starts, index.texts.size])
    law_sizes = np.diff([*index.laws.starts, index.texts.size])
    law_of_chapter = index.laws.of[index.chapters.starts]
    expected = laws[law_of_chapter] * sizes / law_sizes[law_of_chapter]
    smooth = 4.0
    chapter_prior = np.log((chapters + smooth * expected / np.maximum(expected + 1, 1) + 0.1) / (sizes + 5.0))
    return Bound(
        law_prior.astype(np.float32),
        chapter_prior.astype(np.float32),
        learnt,
        {name: at for at, name in enumerate(index.laws.names)},
        {name: at for at, name in enumerate(index.chapters.names)},
        index,
    )


def _odds(
    spoken: Iterable[str],
    table: dict[str, dict[str, float]],
    places: dict[str, int],
    learnt: Learnt,
    totals: dict[str, float],
) -> NDArray[np.float32]:
    scores = np.zeros(len(places), dtype=np.float32)
    everything = sum(totals.values())
    for word in spoken:
        for name, count in table.get(word, {}).items():
            at = places.get(name)
            if at is not None:
                expected = learnt.spoken[word] * totals[name] / everything
                scores[at] += log((count + 0.5) / (expected + 0.5))
    return scores


def as_json(learnt: Learnt) -> dict[str, Any]:
    """As it is written to a file."""
    return {name: getattr(learnt, name) for name in Learnt.__dataclass_fields__}


def from_json(content: dict[str, Any]) -> Learnt:
    """Read it back. Raises KeyError, TypeError, ValueError for anything else."""
    values = {name: content[name] for name in Learnt.__dataclass_fields__}
    for name in ("laws", "chapters", "spoken"):
        values[name] = {str(key): float(value) for key, value in values[name].items()}
    for name in ("partners", "law_words", "chapter_words"):
        values[name] = {
            str(word): {str(key): float(value) for key, value in inner.items()} for word, inner in values[name].items()
        }
    return Learnt(**values)
