"""Which documents hold a term, and how much they say of it (BM25). Numbers only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

#: How soon a repeated term stops counting, and how much a long document loses.
SATURATION = 1.2
LENGTH_LOSS = 0.7


@dataclass(frozen=True, slots=True)
class Postings:
    """Of each term (0, 1, …) its documents in order, with the weight of the term in each; rare terms weigh more.

    The weight of posting p is `rarity[term] * weights[p]`; `masses` has the rarity of all words of a document.
    """

    starts: Ids
    documents: NDArray[np.int32]
    weights: Floats
    rarity: Floats
    masses: Floats
    size: int

    def scores(self, terms: Ids, boosts: Floats) -> Floats:
        """What each document gets for the terms: their weights times their boosts, added up."""
        spans = [slice(self.starts[term], self.starts[term + 1]) for term in terms]
        if not spans:
            return np.zeros(self.size, dtype=np.float32)
        documents = np.concatenate([self.documents[span] for span in spans])
        gains = [self.weights[span] * (self.rarity[t] * b) for span, t, b in zip(spans, terms, boosts, strict=True)]
        return np.bincount(documents, np.concatenate(gains), self.size).astype(np.float32)

    def table(self, terms: Ids, places: NDArray[np.int32], width: int) -> Floats:
        """The weights of the terms (rows) in chosen documents (columns); `places` has each document's column or -1."""
        found = np.zeros((len(terms), width), dtype=np.float32)
        for row, term in enumerate(terms):
            span = slice(self.starts[term], self.starts[term + 1])
            columns = places[self.documents[span]]
            chosen = columns >= 0
            found[row, columns[chosen]] = self.weights[span][chosen]
        return found


def build(terms: NDArray[Any], documents: NDArray[Any], *, number: int, size: int) -> Postings:
    """Of every occurrence, its term below `number` and its document below `size`, in any order."""
    pairs, counts = np.unique(terms.astype(np.int64) * size + documents, return_counts=True)
    held_terms, held = pairs // size, pairs % size
    starts = np.searchsorted(held_terms, np.arange(number + 1))
    lengths = np.bincount(documents, minlength=size)
    lengths = lengths / max(lengths.mean(), 1e-9)
    loss = SATURATION * (1 - LENGTH_LOSS + LENGTH_LOSS * lengths[held])
    spread = np.diff(starts)
    rarity = np.log1p((size - spread + 0.5) / (spread + 0.5)).astype(np.float32)
    return Postings(
        starts=starts.astype(np.int64),
        documents=held.astype(np.int32),
        weights=(counts * (SATURATION + 1) / (counts + loss)).astype(np.float32),
        rarity=rarity,
        masses=np.bincount(held, rarity[held_terms], size).astype(np.float32),
        size=size,
    )
