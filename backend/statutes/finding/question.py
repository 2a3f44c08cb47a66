"""A question as the index understands it."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from backend.statutes.finding.index import Index
from backend.statutes.finding.lay_terms import meant
from backend.statutes.finding.postings import Floats, Ids
from backend.statutes.finding.words import joined, pairs, plain, words

#: Longer questions are cut: what comes after that many characters seldom says more.
MAX_LENGTH = 400
#: What a word adds that is said again.
REPEATED = 0.3
#: What kind of answer is asked for; a feature each, in this order.
KINDS = {
    "asks_punishment": re.compile(r"犯罪|[什么何]罪|判|坐牢|处罚|罚款|刑|违法|拘留"),
    "asks_compensation": re.compile(r"赔|补偿|损失|责任"),
    "asks_time": re.compile(r"多久|多长|期限|何时|什么时候|几[天年日]|时间|时效"),
    "asks_amount": re.compile(r"多少|几倍|标准|比例|怎么算|计算"),
    "asks_person": re.compile(r"谁|哪些人|哪个(?:部门|机关)|由.{0,6}承担"),
    "asks_meaning": re.compile(r"什么是|是什么|含义|定义|何为|指什么|区别|哪些"),
    "asks_leave": re.compile(r"可以|能否|能不能|是否|可否|能.{0,20}吗|有权"),
    "asks_validity": re.compile(r"有效|无效|效力|生效|算数|撤销|解除"),
    "asks_way": re.compile(r"怎么|如何|怎样|程序|流程|手续"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Words and pairs by their numbers in an index; `meant` are words of law that lay words stand for.

    `phrases` are the terms meant, each as its pairs. `spoken` are all its words, `known` and `meant_known` those that
    the index has, in the order of their numbers here.
    """

    text: str
    spoken: tuple[str, ...]
    known: tuple[str, ...]
    meant_known: tuple[str, ...]
    words: Ids
    boosts: Floats
    pairs: Ids
    meant: Ids
    meant_pairs: Ids
    phrases: tuple[Ids, ...]
    kinds: Floats


def understand(text: str, index: Index) -> Question:
    """What is asked, in the terms of the index."""
    asked = plain(text[:MAX_LENGTH])
    counted = Counter(words(asked))
    known = tuple(word for word in counted if word in index.vocabulary)
    terms = meant(asked)
    legal = joined(terms)
    implied = tuple(word for word in dict.fromkeys(words(legal)) if word in index.vocabulary and word not in counted)
    asked_pairs = index.pair_ids(pairs(asked))
    return Question(
        text=asked,
        spoken=tuple(counted),
        known=known,
        meant_known=implied,
        words=index.word_ids(known),
        boosts=np.array([1 + REPEATED * (counted[word] - 1) for word in known], dtype=np.float32),
        pairs=asked_pairs,
        meant=index.word_ids(implied),
        meant_pairs=np.setdiff1d(_known(index.pair_ids(pairs(legal))), _known(asked_pairs)),
        phrases=tuple(_known(index.pair_ids(pairs(term))) for term in terms if len(term) > 1),
        kinds=np.array([pattern.search(asked) is not None for pattern in KINDS.values()], dtype=np.float32),
    )


def _known(ids: Ids) -> Ids:
    return np.unique(ids[ids >= 0])
