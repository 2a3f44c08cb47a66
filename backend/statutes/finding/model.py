"""The file that `train_search` writes: what was learnt of words, and the trees. Read with care, used if it fits."""

import json
import logging
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from backend.statutes.finding.features import NAMES
from backend.statutes.finding.learnt import Learnt, as_json, from_json
from backend.statutes.finding.postings import Floats

#: Of the file's own form. What the columns mean is told by their names.
FORMAT = 1
logger = logging.getLogger(__name__)


class UnfitModel(Exception):
    """The file is no model, or one of another version of this code."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt, the trees as text and ready to use, and how many questions taught them."""

    learnt: Learnt
    trees: tuple[str, ...]
    boosters: tuple[Any, ...]
    questions: int

    def scores(self, table: Floats) -> NDArray[np.float64]:
        """A score for each row of a table of NAMES; the trees' mean."""
        found: NDArray[np.float64] = np.zeros(len(table))
        for booster in self.boosters:
            found += booster.predict(table, num_threads=1)
        return found / len(self.boosters)


def path() -> Path:
    """Where the model lies that this version of the code is shipped with."""
    return Path(settings.BASE_DIR) / "data" / "search-model.json.xz"


def make(learnt: Learnt, trees: Sequence[str], questions: int) -> Model:
    """A model that is ready. Raises UnfitModel for trees that LightGBM cannot read or has no library for."""
    try:
        import lightgbm  # noqa: PLC0415 - slow to load, and the plain ranking does without

        boosters = tuple(lightgbm.Booster(model_str=text) for text in trees)
    except Exception as error:  # LightGBM's errors are of many kinds, a missing system library one of them
        raise UnfitModel(f"trees: {error}") from error
    if not boosters:
        raise UnfitModel("no trees")
    return Model(learnt, tuple(trees), boosters, questions)


def write(model: Model, target: Path) -> None:
    """Put the model in a file, all of it or none."""
    content = {
        "format": FORMAT,
        "features": NAMES,
        "questions": model.questions,
        "learnt": as_json(model.learnt),
        "trees": model.trees,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    aside = target.with_name(target.name + ".new")
    aside.write_bytes(lzma.compress(text.encode(), preset=9))
    aside.replace(target)


def read(source: Path) -> Model:
    """The model of a file. Raises UnfitModel where there is none that this code can use."""
    try:
        content = json.loads(lzma.decompress(source.read_bytes()))
        if content["format"] != FORMAT or tuple(content["features"]) != NAMES:
            raise UnfitModel("made by another version: train_search makes a new one")
        learnt = from_json(content["learnt"])
        trees, questions = [str(text) for text in content["trees"]], int(content["questions"])
    except (OSError, lzma.LZMAError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnfitModel(f"{source.name}: {error}") from error
    return make(learnt, trees, questions)


def shipped() -> Model | None:
    """The shipped model; where it cannot be used, None and a line in the log."""
    try:
        return read(path())
    except UnfitModel as error:
        logger.warning("search ranks plainly, without its model: %s", error)
        return None
