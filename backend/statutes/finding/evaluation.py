"""How good the ranking is: the usual figures over questions with known answers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from math import log2
from statistics import fmean, quantiles
from time import perf_counter

from backend.progress import Report, silent
from backend.statutes.finding.finder import Finder
from backend.statutes.finding.index import Index
from backend.statutes.finding.model import Model
from backend.statutes.finding.questions import Asked, rows, split
from backend.statutes.finding.ranking import Found
from backend.statutes.finding.training import train

DEPTH = 100
Find = Callable[[str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's figures, and how long its answer took."""

    ndcg_at_10: float
    hit_at_1: float
    recall_at_10: float
    recall_at_100: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the questions; milliseconds at the median and the 95th percentile."""

    questions: int
    ndcg_at_10: float
    hit_at_1: float
    recall_at_10: float
    recall_at_100: float
    p50_ms: float
    p95_ms: float

    def as_dict(self) -> dict[str, float]:
        """By the names that the report uses."""
        names = {
            "ndcg_at_10": "nDCG@10",
            "hit_at_1": "hit@1",
            "recall_at_10": "recall@10",
            "recall_at_100": "recall@100",
        }
        return {names.get(name, name): value for name, value in asdict(self).items()}


def outcome(found: Sequence[int], right: Collection[int], expected: int, milliseconds: float = 0.0) -> Outcome:
    """The figures of one ranking; `expected` right articles exist, those included that cannot be found at all."""
    gains = [1 / log2(place + 2) if row in right else 0.0 for place, row in enumerate(found[:10])]
    ideal = sum(1 / log2(place + 2) for place in range(min(expected, 10)))
    return Outcome(
        ndcg_at_10=sum(gains) / ideal,
        hit_at_1=float(bool(found) and found[0] in right),
        recall_at_10=sum(row in right for row in found[:10]) / expected,
        recall_at_100=sum(row in right for row in found[:DEPTH]) / expected,
        milliseconds=milliseconds,
    )


def summary(outcomes: Sequence[Outcome]) -> Figures:
    """The means, to four places."""
    times = [item.milliseconds for item in outcomes]
    marks = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    return Figures(
        questions=len(outcomes),
        ndcg_at_10=round(fmean(item.ndcg_at_10 for item in outcomes), 4),
        hit_at_1=round(fmean(item.hit_at_1 for item in outcomes), 4),
        recall_at_10=round(fmean(item.recall_at_10 for item in outcomes), 4),
        recall_at_100=round(fmean(item.recall_at_100 for item in outcomes), 4),
        p50_ms=round(marks[9], 2),
        p95_ms=round(marks[18], 2),
    )


def measure(questions: Sequence[Asked], index: Index, find: Find) -> list[Outcome]:
    """Ask every question."""
    outcomes = []
    for asked in questions:
        right = {int(index.article_ids[row]) for row in rows(asked, index)}
        started = perf_counter()
        found = find(asked.query)
        elapsed = (perf_counter() - started) * 1000
        expected = len(set(asked.relevant))
        outcomes.append(outcome([item.article_id for item in found], right, expected, elapsed))
    return outcomes


def finding_with(model: Model | None) -> Find:
    """find_articles with another model than the shipped one; without any for None. Ready to be timed."""
    finder = Finder(lambda: model)
    finder.ranker()
    return lambda question: finder.find(question, limit=DEPTH)


def cross_validated(
    questions: Sequence[Asked],
    index: Index,
    folds: int,
    *,
    also: Sequence[Asked] = (),
    progress: Report = silent,
    learn: Callable[[Sequence[Asked], Index], Model] = train,
) -> list[Outcome]:
    """Each question answered by a model that has learnt from the other folds alone, and from `also`."""
    outcomes = []
    for fold in range(folds):
        outside, inside = split(questions, folds, fold)
        if inside:
            outcomes += measure(inside, index, finding_with(learn([*outside, *also], index)))
        progress(fold + 1, folds)
    return outcomes
