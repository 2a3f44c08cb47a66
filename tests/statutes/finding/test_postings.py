"""BM25 against a reckoning by hand, and tables against scores."""

from collections import Counter
from math import log

import numpy as np
import pytest

from backend.statutes.finding import postings

DOCUMENTS = [[0, 1, 1, 2], [1, 3], [], [0, 0, 0, 4, 4, 1], [5]]


@pytest.fixture
def held():
    terms = np.array([term for row in DOCUMENTS for term in row])
    documents = np.array([at for at, row in enumerate(DOCUMENTS) for _ in row])
    return postings.build(terms, documents, number=7, size=len(DOCUMENTS))


def by_hand(term: int, document: int) -> float:
    """BM25 from its definition."""
    count = Counter(DOCUMENTS[document])[term]
    spread = sum(term in row for row in DOCUMENTS)
    rarity = log(1 + (len(DOCUMENTS) - spread + 0.5) / (spread + 0.5))
    mean = sum(map(len, DOCUMENTS)) / len(DOCUMENTS)
    k, b = postings.SATURATION, postings.LENGTH_LOSS
    return rarity * count * (k + 1) / (count + k * (1 - b + b * len(DOCUMENTS[document]) / mean))


@pytest.mark.parametrize("terms", [[0], [1, 4], [0, 1, 2, 3, 4, 5], [6], []], ids=str)
def test_scores_are_those_of_the_definition(held, terms):
    boosts = [1 + at / 2 for at in range(len(terms))]
    wanted = [sum(b * by_hand(t, at) for t, b in zip(terms, boosts, strict=True)) for at in range(len(DOCUMENTS))]
    scores = held.scores(np.array(terms, dtype=np.int64), np.array(boosts, dtype=np.float32))
    assert scores == pytest.approx(wanted, rel=1e-5)


def test_a_table_has_the_weights_of_the_chosen_documents(held):
    places = np.array([-1, 1, -1, 0, -1], dtype=np.int32)
    terms = np.array([1, 4, 6])
    table = held.table(terms, places, 2)
    assert (table * held.rarity[terms][:, None]).ravel().tolist() == pytest.approx(
        [by_hand(1, 3), by_hand(1, 1), by_hand(4, 3), 0, 0, 0], rel=1e-5
    )


def test_the_mass_is_the_rarity_of_all_words(held):
    assert held.masses[0] == pytest.approx(held.rarity[[0, 1, 2]].sum())
    assert held.masses[2] == 0
