"""What is told of each candidate for a question: the columns that the trees read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.statutes.finding import shapes
from backend.statutes.finding.candidates import Scores, best, chosen, score
from backend.statutes.finding.index import Index, Parts
from backend.statutes.finding.learnt import Bound
from backend.statutes.finding.postings import Floats, Ids, Postings
from backend.statutes.finding.question import KINDS, Question

Columns = dict[str, Floats]
#: How many of the best articles say which law and which chapter a question is about.
HEAD = 100
NEAR = 2
WHOLE = 0.99
_NAMES = """
words words_share pairs pairs_share meant meant_share meant_pairs meant_pairs_share heads heads_share head_pairs
chapter_text law_text partners partners_share law_prior chapter_prior law_words chapter_words total behind rank
plain plain_share plain_rank law_behind law_plain_best law_among law_weight law_within law_place chapter_behind
chapter_plain_best chapter_among chapter_weight chapter_within chapter_place before after around above_neighbours
covered covered_head rarest missed hits even own_covered meant_best meant_whole meant_sum longest longest_share
pairs_covered chained shape_punishes shape_compensates shape_defines shape_limits_time shape_names_amount
shape_permits shape_forbids shape_demands shape_voids shape_directs shape_opens shape_closes shape_refers
shape_length shape_items shape_amending shape_place shape_cited shape_law_length asks_punishment asks_compensation
asks_time asks_amount asks_person asks_meaning asks_leave asks_validity asks_way asked_length asked_words lead
"""
#: The columns in the order in which the trees count them. A model that was trained with other names is not used.
NAMES = tuple(_NAMES.split())


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one question: rows of the index, best first."""

    question: Question
    index: Index
    scores: Scores
    rows: Ids

    @property
    def laws(self) -> NDArray[np.int32]:
        """The law of each."""
        return self.index.laws.of[self.rows]

    @property
    def chapters(self) -> NDArray[np.int32]:
        """The chapter of each."""
        return self.index.chapters.of[self.rows]


def gather(question: Question, index: Index, bound: Bound | None) -> Pool:
    """The candidates of a question: of the best, those that have anything of it. None where no word is known."""
    scores = score(question, index, bound)
    rows = chosen(scores)
    return Pool(question, index, scores, rows[scores.plain[rows] + scores.partners[rows] > 0])


def columns(pool: Pool) -> Columns:
    """All columns by name, each as long as the pool."""
    groups = (_fields, _learnt, _ranks, _parts, _neighbours, _coverage, _phrases, _runs, _shape, _asked)
    found: Columns = {}
    for group in groups:
        found |= group(pool)
    return found


def table(pool: Pool) -> Floats:
    """The columns side by side, in the order of NAMES."""
    if not len(pool.rows):
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    found = columns(pool)
    return np.column_stack([found[name] for name in NAMES]).astype(np.float32)


def _share(scores: Floats, top: float) -> Floats:
    return scores / max(top, 1e-6)


def _fields(pool: Pool) -> Columns:
    scores, rows = pool.scores, pool.rows
    sections = pool.index.sections.of[rows]
    found: Columns = {}
    for name in ("words", "pairs", "meant", "meant_pairs"):
        values = getattr(scores, name)
        found[name] = values[rows]
        found[f"{name}_share"] = _share(values[rows], float(values.max()))
    found["heads"] = scores.section_heads[sections]
    found["heads_share"] = _share(found["heads"], float(scores.section_heads.max()))
    found["head_pairs"] = scores.section_head_pairs[sections]
    found["chapter_text"] = _share(scores.chapter_texts[pool.chapters], float(scores.chapter_texts.max()))
    found["law_text"] = _share(scores.law_texts[pool.laws], float(scores.law_texts.max()))
    return found


def _learnt(pool: Pool) -> Columns:
    scores, rows = pool.scores, pool.rows
    return {
        "partners": scores.partners[rows],
        "partners_share": _share(scores.partners[rows], float(scores.partners.max())),
        "law_prior": scores.law_prior[pool.laws],
        "chapter_prior": scores.chapter_prior[pool.chapters],
        "law_words": scores.law_words[pool.laws] - scores.law_words.max(),
        "chapter_words": scores.chapter_words[pool.chapters] - scores.chapter_words.max(),
    }


def _ranks(pool: Pool) -> Columns:
    total, plain = pool.scores.total[pool.rows], pool.scores.plain
    return {
        "total": total,
        "behind": total[0] - total,
        "rank": np.log1p(np.arange(len(total), dtype=np.float32)),
        "plain": plain[pool.rows],
        "plain_share": _share(plain[pool.rows], float(plain.max())),
        "plain_rank": np.log1p((-plain[pool.rows]).argsort().argsort()).astype(np.float32),
    }


def _parts(pool: Pool) -> Columns:
    found: Columns = {}
    for name, parts in (("law", pool.index.laws), ("chapter", pool.index.chapters)):
        found |= {f"{name}_{key}": values for key, values in _within(pool, parts).items()}
    return found


def _within(pool: Pool, parts: Parts) -> Columns:
    """How a candidate's law (or chapter) does as a whole, and the candidate within it."""
    own, total = parts.of[pool.rows], pool.scores.total[pool.rows]
    tops, plain_tops = parts.best(pool.scores.total), parts.best(pool.scores.plain)
    shares = np.bincount(own[:HEAD], minlength=len(parts.starts)) / HEAD
    weighed = np.bincount(own, np.exp((total - total[0]) / 3.0), len(parts.starts))
    order = np.argsort(own, kind="stable")
    begins = np.searchsorted(own[order], own)
    places = np.empty(len(own))
    places[order] = np.arange(len(own))
    return {
        "behind": (total[0] - tops[own]).astype(np.float32),
        "plain_best": _share(plain_tops[own], float(plain_tops.max())),
        "among": shares[own].astype(np.float32),
        "weight": (weighed[own] / weighed.sum()).astype(np.float32),
        "within": tops[own] - total,
        "place": np.log1p(places - begins).astype(np.float32),
    }


def _neighbours(pool: Pool) -> Columns:
    """The articles beside a candidate, in the same law."""
    total, laws, rows = pool.scores.plain, pool.index.laws.of, pool.rows
    found = []
    for step in (-NEAR, -1, 1, NEAR):
        beside = np.clip(rows + step, 0, len(total) - 1)
        found.append(np.where(laws[beside] == pool.laws, total[beside], 0))
    return {
        "before": found[1].astype(np.float32),
        "after": found[2].astype(np.float32),
        "around": np.mean(found, axis=0).astype(np.float32),
        "above_neighbours": (total[rows] - np.maximum(found[1], found[2])).astype(np.float32),
    }


def _places(pool: Pool) -> NDArray[np.int32]:
    places = np.full(pool.index.texts.size, -1, dtype=np.int32)
    places[pool.rows] = np.arange(len(pool.rows))
    return places


def _coverage(pool: Pool) -> Columns:
    """How much of the question is in the candidate, by the rarity of its words."""
    texts, words = pool.index.texts, pool.question.words
    if not len(words):
        zeros = np.zeros(len(pool.rows), dtype=np.float32)
        return dict.fromkeys(("covered", "covered_head", "rarest", "missed", "hits", "even", "own_covered"), zeros)
    rarity = texts.rarity[words][:, None]
    held = texts.table(words, _places(pool), len(pool.rows))
    there = held > 0
    heads = _table(pool.index.heads, words, pool.index.sections.of[pool.rows])
    return {
        "covered": (there * rarity).sum(0) / rarity.sum(),
        "covered_head": ((there | (heads > 0)) * rarity).sum(0) / rarity.sum(),
        "rarest": (there * rarity).max(0),
        "missed": (~there * rarity).max(0),
        "hits": there.sum(0).astype(np.float32),
        "even": np.sqrt(held * rarity).sum(0),
        "own_covered": (there * rarity).sum(0) / np.maximum(texts.masses[pool.rows], 1),
    }


def _table(held: Postings, terms: Ids, documents: NDArray[np.int32]) -> Floats:
    """Like Postings.table, for documents of which several candidates may be one."""
    distinct, own = np.unique(documents, return_inverse=True)
    places = np.full(held.size, -1, dtype=np.int32)
    places[distinct] = np.arange(len(distinct))
    return held.table(terms, places, len(distinct))[:, own]


def _phrases(pool: Pool) -> Columns:
    """How much of the terms of law that the question means stands in the candidate: as whole terms, not as words."""
    phrases = [phrase for phrase in pool.question.phrases if len(phrase)]
    width = len(pool.rows)
    if not phrases:
        return dict.fromkeys(("meant_best", "meant_whole", "meant_sum"), np.zeros(width, dtype=np.float32))
    flat = np.concatenate(phrases)
    begins = np.cumsum([0, *(len(phrase) for phrase in phrases[:-1])])
    rarity = pool.index.text_pairs.rarity[flat][:, None]
    held = (pool.index.text_pairs.table(flat, _places(pool), width) > 0) * rarity
    total = np.add.reduceat(rarity, begins)
    part = np.add.reduceat(held, begins) / total
    return {
        "meant_best": (part * np.sqrt(total)).max(0),
        "meant_whole": ((part > WHOLE) * total).sum(0),
        "meant_sum": (part * part * total).sum(0),
    }


def _runs(pool: Pool) -> Columns:
    """How long a stretch of the question stands in the candidate, and how many of its pairs."""
    pairs, index = pool.question.pairs, pool.index
    width = len(pool.rows)
    distinct, own = np.unique(pairs[pairs >= 0], return_inverse=True)
    held = index.text_pairs.table(distinct, _places(pool), width) > 0
    rarity = index.text_pairs.rarity[distinct][:, None]
    run, longest, chained = np.zeros((3, width), dtype=np.float32)
    taken = iter(own)
    for pair in pairs:
        if pair < 0:
            run = np.zeros_like(run)
            continue
        at = next(taken)
        chained += held[at] * (run > 0) * rarity[at]
        run = (run + 1) * held[at]
        np.maximum(longest, run, out=longest)
    total = max(float(rarity.sum()), 1e-6)
    return {
        "longest": longest,
        "longest_share": longest / max(len(pairs), 1),
        "pairs_covered": (held * rarity).sum(0) / total,
        "chained": chained / total,
    }


def _shape(pool: Pool) -> Columns:
    held = pool.index.shapes[pool.rows]
    return {f"shape_{name}": held[:, at] for at, name in enumerate(shapes.NAMES)}


def _asked(pool: Pool) -> Columns:
    """Of the question alone, so that the trees can tell kinds of questions apart."""
    width = len(pool.rows)
    question = pool.question
    found = {name: np.full(width, question.kinds[at]) for at, name in enumerate(KINDS)}
    found["asked_length"] = np.full(width, np.float32(len(question.text)))
    found["asked_words"] = np.full(width, np.float32(len(question.words)))
    top = best(pool.scores.plain, 2)
    found["lead"] = np.full(width, np.float32(pool.scores.plain[top[0]] - pool.scores.plain[top[-1]]))
    return found
