"""The index of a corpus: postings of its words and character pairs, its parts, and what its articles look like."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.statutes.finding import postings, shapes
from backend.statutes.finding.corpus import Entry
from backend.statutes.finding.postings import Floats, Ids, Postings
from backend.statutes.finding.words import joined, pairs, plain, words

_ORDINAL = re.compile(r"^第[零一二三四五六七八九十百]+[编章节]\s*")


@dataclass(frozen=True, slots=True)
class Parts:
    """A division of the articles into runs (laws, chapters, sections): where each begins, and each article's run."""

    starts: Ids
    of: NDArray[np.int32]
    names: list[str]

    def best(self, scores: Floats) -> Floats:
        """The best score of each run."""
        return np.maximum.reduceat(scores, self.starts) if len(self.starts) else scores

    def span(self, run: int) -> range:
        """The articles of a run."""
        end = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.of)
        return range(int(self.starts[run]), int(end))


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that is known of a corpus before a question comes."""

    article_ids: Ids
    labels: list[str]
    laws: Parts
    chapters: Parts
    sections: Parts
    vocabulary: dict[str, int]
    codes: NDArray[np.uint32]
    texts: Postings
    text_pairs: Postings
    heads: Postings
    head_pairs: Postings
    chapter_texts: Postings
    law_texts: Postings
    shapes: Floats

    def word_ids(self, found: Iterable[str]) -> Ids:
        """The numbers of the words that the corpus knows; a word that comes twice, twice."""
        return np.array([self.vocabulary[word] for word in found if word in self.vocabulary], dtype=np.int64)

    def pair_ids(self, found: NDArray[np.uint32]) -> Ids:
        """The numbers of the pairs that the corpus knows, in order; -1 for others."""
        if not len(self.codes):
            return np.full(len(found), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.codes, found), len(self.codes) - 1)
        return np.where(self.codes[places] == found, places, -1).astype(np.int64)


def build(entries: Iterable[Entry]) -> Index:
    """The index of entries that come by law and position; their texts are let go one by one."""
    vocabulary: dict[str, int] = {}
    texts, heads = _Terms(vocabulary), _Terms(vocabulary)
    kept, named, forms = [], [], array("d")
    for entry in entries:
        texts.add(entry.text)
        forms.extend(shapes.own(entry))
        named.append(shapes.references(entry))
        kept.append(entry._replace(text=""))
    laws, chapters, sections = (_parts(kept, depth) for depth in (1, 2, 3))
    for start in sections.starts:
        heads.add(_heading(kept[start]))
    codes = np.unique(np.concatenate([np.asarray(texts.codes), np.asarray(heads.codes)]))
    labels = [entry.label for entry in kept]
    return Index(
        article_ids=np.array([entry.article_id for entry in kept], dtype=np.int64),
        labels=labels,
        laws=laws,
        chapters=chapters,
        sections=sections,
        vocabulary=vocabulary,
        codes=codes,
        texts=texts.words(np.arange(len(kept))),
        text_pairs=texts.pairs(codes),
        heads=heads.words(np.arange(len(sections.starts))),
        head_pairs=heads.pairs(codes),
        chapter_texts=texts.words(chapters.of),
        law_texts=texts.words(laws.of),
        shapes=shapes.measure(forms, labels, named, laws.starts),
    )


class _Terms:
    """The words and pairs of many texts as numbers, in arrays: millions of strings would stay in the process."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self.vocabulary = vocabulary
        self.codes = array("I")
        self._terms, self._lengths, self._pair_lengths = array("i"), array("i"), array("i")

    def add(self, text: str) -> None:
        """The next text; new words are given the next numbers."""
        same = plain(text)
        found, codes = words(same), pairs(same)
        self._terms.extend(self.vocabulary.setdefault(word, len(self.vocabulary)) for word in found)
        self._lengths.append(len(found))
        self.codes.frombytes(codes.tobytes())
        self._pair_lengths.append(len(codes))

    def words(self, runs: NDArray[Any]) -> Postings:
        """Postings of the words, where text number t belongs to document runs[t]."""
        documents = np.repeat(runs, np.asarray(self._lengths))
        size = int(runs[-1]) + 1 if len(runs) else 0
        return postings.build(np.asarray(self._terms), documents, number=len(self.vocabulary), size=size)

    def pairs(self, codes: NDArray[np.uint32]) -> Postings:
        """Postings of the pairs, by their places among all codes."""
        documents = np.repeat(np.arange(len(self._pair_lengths)), np.asarray(self._pair_lengths))
        terms = np.searchsorted(codes, np.asarray(self.codes))
        return postings.build(terms, documents, number=len(codes), size=len(self._pair_lengths))


def _heading(entry: Entry) -> str:
    return joined([entry.law, _ORDINAL.sub("", entry.chapter), _ORDINAL.sub("", entry.section)])


def _parts(entries: Sequence[Entry], depth: int) -> Parts:
    """The runs of entries of the same law (1), and chapter (2), and section (3)."""
    starts, names = [], []
    seen: Counter[str] = Counter()
    at = 0
    for key, run in groupby(entries, lambda entry: (entry.law, entry.chapter, entry.section)[:depth]):
        starts.append(at)
        at += sum(1 for _ in run)
        name = "|".join(key)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}|{seen[name]}")
    lengths = np.diff([*starts, len(entries)])
    return Parts(np.array(starts, dtype=np.int64), np.repeat(np.arange(len(starts)), lengths).astype(np.int32), names)
