"""The plain ranking: what every article gets for a question, and the best of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.statutes.finding.index import Index
from backend.statutes.finding.learnt import Bound
from backend.statutes.finding.postings import Floats, Ids, Postings
from backend.statutes.finding.question import Question

#: How many articles are looked at closely.
NUMBER = 200
BY_TEXT = 80
#: How much each part adds to the plain ranking, where words count 1.
PAIRS, MEANT, MEANT_PAIRS, HEADS, HEAD_PAIRS, PARTNERS = 0.8, 0.35, 0.15, 0.3, 0.5, 0.035
#: What a word that is only meant counts in headings and in laws as a whole.
MEANT_AS_WORDS = 0.5
LAW, CHAPTER, LAW_WORDS, CHAPTER_WORDS = 1.5, 1.2, 1.0, 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """By article (or by law, chapter, section, where it says so), what each way of looking gives."""

    words: Floats
    pairs: Floats
    meant: Floats
    meant_pairs: Floats
    section_heads: Floats
    section_head_pairs: Floats
    chapter_texts: Floats
    law_texts: Floats
    partners: Floats
    law_words: Floats
    chapter_words: Floats
    law_prior: Floats
    chapter_prior: Floats
    plain: Floats
    total: Floats


def score(question: Question, index: Index, bound: Bound | None) -> Scores:
    """Every article's scores; without what was learnt, `total` is the plain ranking."""
    texts, known = _by_texts(question, index), _by_learning(question, index, bound)
    plain = texts["words"] + PAIRS * texts["pairs"] + MEANT * texts["meant"] + MEANT_PAIRS * texts["meant_pairs"]
    plain = plain + (HEADS * texts["section_heads"] + HEAD_PAIRS * texts["section_head_pairs"])[index.sections.of]
    by_law = LAW * known["law_prior"] + LAW_WORDS * known["law_words"]
    by_chapter = CHAPTER * known["chapter_prior"] + CHAPTER_WORDS * known["chapter_words"]
    total = plain + PARTNERS * known["partners"] + by_law[index.laws.of] + by_chapter[index.chapters.of]
    return Scores(**texts, **known, plain=plain, total=total)


def _by_texts(question: Question, index: Index) -> dict[str, Floats]:
    """What the words and pairs of the question and of what it means give."""
    asked = np.unique(question.pairs[question.pairs >= 0])
    ones = np.ones(len(question.meant), dtype=np.float32)
    both = np.concatenate([question.words, question.meant])
    boosts = np.concatenate([question.boosts, ones * MEANT_AS_WORDS])
    return {
        "words": index.texts.scores(question.words, question.boosts),
        "pairs": _ones(index.text_pairs, asked),
        "meant": index.texts.scores(question.meant, ones),
        "meant_pairs": _ones(index.text_pairs, question.meant_pairs),
        "section_heads": index.heads.scores(both, boosts),
        "section_head_pairs": _ones(index.head_pairs, asked),
        "chapter_texts": index.chapter_texts.scores(both, boosts),
        "law_texts": index.law_texts.scores(both, boosts),
    }


def _by_learning(question: Question, index: Index, bound: Bound | None) -> dict[str, Floats]:
    """What was learnt of such words, laws and chapters; nothing without a model."""
    if bound is None:
        laws, chapters = np.zeros_like(index.laws.starts), np.zeros_like(index.chapters.starts)
        empty = {"partners": np.zeros_like(index.article_ids), "law_words": laws, "chapter_words": chapters}
        empty |= {"law_prior": laws, "chapter_prior": chapters}
        return {name: values.astype(np.float32) for name, values in empty.items()}
    return {
        "partners": index.texts.scores(*bound.partners(question.spoken)),
        "law_words": bound.law_scores(question.spoken),
        "chapter_words": bound.chapter_scores(question.spoken),
        "law_prior": bound.law_prior,
        "chapter_prior": bound.chapter_prior,
    }


def chosen(scores: Scores) -> NDArray[np.int64]:
    """The rows that are looked at closely, best first: the best in all, and the best by what the texts say.

    The latter for questions about laws and chapters that nobody has asked about while the model was learning.
    """
    rows = best(scores.total, NUMBER)
    others = np.setdiff1d(best(scores.plain, BY_TEXT), rows)
    return np.concatenate([rows, others[np.argsort(-scores.total[others], kind="stable")]])


def best(scores: Floats, number: int) -> NDArray[np.int64]:
    """The rows of the best scores, best first; of equal ones the first row."""
    chosen = np.argpartition(-scores, number)[:number] if number < len(scores) else np.arange(len(scores))
    return chosen[np.lexsort((chosen, -scores[chosen]))]


def _ones(held: Postings, terms: Ids) -> Floats:
    return held.scores(terms, np.ones(len(terms), dtype=np.float32))
