"""Learning to rank from questions and their right articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.progress import Report, silent
from backend.statutes.finding import features, learnt
from backend.statutes.finding.index import Index
from backend.statutes.finding.model import Model, make
from backend.statutes.finding.postings import Floats
from backend.statutes.finding.question import understand
from backend.statutes.finding.questions import Asked, fold_of, rows
from backend.statutes.rules import lookup_name

#: A question's columns are filled by what was learnt from the other folds.
FOLDS = 5
#: So many of the questions are shown a second time as if nothing had been learnt of their law (and of a fifth of all):
#: else the trees trust what is learnt of laws, and bury those that nobody has asked about yet.
NEW_LAWS = 0.3
SEEDS = 5
ROUNDS = 100
PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "label_gain": [0, 1],
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_data_in_leaf": 150,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
#: So many of the best candidates of a question are shown to the trees. No right one from further down is added: they
#: would learn that who stands there must be right.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Lines:
    """A question's candidates as the trees learn from them."""

    table: Floats
    right: NDArray[np.bool_]


def train(questions: Sequence[Asked], index: Index, *, progress: Report = silent) -> Model:
    """A model learnt from these questions alone."""
    lines = [group for group in _out_of_fold(questions, index) if group.right.any()]
    table = np.vstack([group.table for group in lines])
    right = np.concatenate([group.right for group in lines]).astype(int)
    groups = [len(group.right) for group in lines]
    trees = []
    for seed in range(SEEDS):
        trees.append(_grown(table, right, groups, seed))
        progress(seed + 1, SEEDS)
    return make(_learnt(questions, index), trees, len(questions))


def _grown(table: Floats, right: NDArray[np.int_], groups: list[int], seed: int) -> str:
    import lightgbm  # noqa: PLC0415 - slow to load, and only training and a model need it

    data = lightgbm.Dataset(table, right, group=groups, free_raw_data=False)
    booster = lightgbm.train(PARAMETERS | {"seed": seed}, data, ROUNDS)
    return str(booster.model_to_string())


def _out_of_fold(questions: Sequence[Asked], index: Index) -> list[Lines]:
    """The lines of all questions, filled by what was learnt from others; of some once more as if their law were new."""
    by_id = [fold_of(f"inner{asked.query_id}", FOLDS) for asked in questions]
    by_law = [fold_of(f"law{lookup_name(asked.relevant[0][0])}", FOLDS) for asked in questions]
    found = []
    for fold in range(FOLDS):
        found += _held_out(questions, index, [own == fold for own in by_id])
        found += _held_out(questions, index, [own == fold for own in by_law], share=NEW_LAWS)
    return found


def _held_out(questions: Sequence[Asked], index: Index, held: Sequence[bool], *, share: float = 1.0) -> list[Lines]:
    """The lines of the questions that are held out (of a share of them), with what the others teach."""
    outside = [asked for asked, out in zip(questions, held, strict=True) if not out]
    inside = [asked for asked, out in zip(questions, held, strict=True) if out]
    bound = learnt.bind(_learnt(outside, index), index)
    shown = [asked for asked in inside if fold_of(f"share{asked.query_id}", 100) < share * 100]
    return [_lines(asked, index, bound) for asked in shown]


def _learnt(questions: Sequence[Asked], index: Index) -> learnt.Learnt:
    lessons = [(understand(asked.query, index).spoken, tuple(sorted(rows(asked, index)))) for asked in questions]
    return learnt.learn([learnt.Lesson(words, right) for words, right in lessons if right], index)


def _lines(asked: Asked, index: Index, bound: learnt.Bound) -> Lines:
    pool = features.gather(understand(asked.query, index), index, bound)
    right = np.isin(pool.rows, list(rows(asked, index)))
    shown = slice(SHOWN)
    return Lines(features.table(pool)[shown], right[shown])
