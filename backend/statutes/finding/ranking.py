"""From a question to ranked articles, in one index; with a model if there is one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backend.numerals import chinese_number
from backend.statutes import rules
from backend.statutes.citations import CitationRef, KnownNames
from backend.statutes.finding import features, learnt
from backend.statutes.finding.index import Index
from backend.statutes.finding.model import Model
from backend.statutes.finding.named import named
from backend.statutes.finding.postings import Ids
from backend.statutes.finding.question import MAX_LENGTH, Question, understand

#: So far below the best one's score by the trees an article counts half of it. The fiftieth lies about 5 below.
HALF = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """An article for a question: the better, the higher the score, which means nothing between questions.

    `share` says from 1 down to 0 how it does beside the best one, whatever the scores are made of. `words` are those of
    the question that stand in the article, and words of law that it has for what was said.
    """

    article_id: int
    score: float
    share: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Ranker:
    """An index, and the model bound to it where there is one."""

    index: Index
    model: Model | None = None

    @cached_property
    def bound(self) -> learnt.Bound | None:
        """What the model has learnt of words, in the numbers of the index."""
        return None if self.model is None else learnt.bind(self.model.learnt, self.index)

    @cached_property
    def names(self) -> KnownNames:
        """What the laws of the index are called."""
        laws = set(self.index.laws.names)
        return KnownNames(laws | {alias for alias, name in rules.ALIASES.items() if name in laws})

    def find(self, text: str, limit: int) -> list[Found]:
        """The best articles, best first, those that the question names before all; none where no word is known."""
        question = understand(text, self.index)
        rows, scores = self.ranked(question)
        best = dict.fromkeys(self._named(text), float(scores[0]) + 1 if len(scores) else 1.0)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            best.setdefault(row, score)
        chosen = list(best.items())[:limit]
        matched = self._matched(question, np.array([row for row, _ in chosen], dtype=np.int64))
        top, ids = max(best.values(), default=0.0), self.index.article_ids
        return [
            Found(int(ids[row]), score, self._share(score, top), words)
            for (row, score), words in zip(chosen, matched, strict=True)
        ]

    def _share(self, score: float, top: float) -> float:
        """The trees' scores tell by their differences, below zero too; the plain ones are sums, and nothing is 0."""
        if self.model is not None:
            return 1 / (1 + ((top - score) / HALF) ** 2)
        return max(score, 0.0) / top if top > 0 else 1.0

    def ranked(self, question: Question) -> tuple[Ids, NDArray[np.float64]]:
        """The candidates' rows, best first, with their scores."""
        pool = features.gather(question, self.index, self.bound)
        if self.model is None or not len(pool.rows):
            return pool.rows, pool.scores.total[pool.rows].astype(np.float64)
        scores = self.model.scores(features.table(pool))
        order = np.argsort(-scores, kind="stable")
        return pool.rows[order], scores[order]

    def _named(self, text: str) -> list[int]:
        """The rows of the articles that the question itself cites."""
        return [row for ref in named(text[:MAX_LENGTH], self.names) for row in self._rows_of(ref)]

    def _rows_of(self, ref: CitationRef) -> list[int]:
        name = rules.lookup_name(ref.law)
        if ref.too_long or name not in self.index.laws.names:
            return []
        label = f"第{chinese_number(ref.number)}条" + (f"之{chinese_number(ref.suffix)}" if ref.suffix else "")
        law = self.index.laws.names.index(name)
        return [row for row in self.index.laws.span(law) if self.index.labels[row] == label]

    def _matched(self, question: Question, rows: Ids) -> list[tuple[str, ...]]:
        """Of each row, the words that it has of the question and of what the question means."""
        names = question.known + question.meant_known
        terms = np.concatenate([question.words, question.meant])
        places = np.full(self.index.texts.size, -1, dtype=np.int32)
        places[rows] = np.arange(len(rows))
        held = self.index.texts.table(terms, places, len(rows)) > 0
        return [tuple(name for name, there in zip(names, column, strict=True) if there) for column in held.T]
