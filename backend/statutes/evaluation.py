"""How well citations are found: measured on texts of which somebody has said by hand what they cite."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from backend.statutes.citations import CitationRef, KnownNames, parse_citations
from backend.statutes.rules import lookup_name, own_law

#: Article texts with their citations, read and noted by hand before the parser had seen them. In each line `law` is the
#: law that the text is of, and `citations` what it names, each as often as it does. 本法 and 第…条 alone count as
#: citations of the text's own law, in an amendment of the law amended. 前款, 第一项 and the like without an article do
#: not count, nor does what stands inside another text's title or quotation.
SAMPLE = settings.BASE_DIR / "data" / "citations-sample.jsonl"
#: What is to be reached.
PRECISION, RECALL = 0.98, 0.97

Cited = tuple[str, int, int, int, int]


@dataclass(slots=True)
class Mistake:
    """What was read wrongly of one text."""

    source: str
    text: str
    missed: list[Cited]
    invented: list[Cited]


@dataclass(slots=True)
class Evaluation:
    """How many citations were found of those that are there, how many that are not, and which."""

    texts: int = 0
    right: int = 0
    missed: int = 0
    invented: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found, how much is there; 1 where nothing was found."""
        found = self.right + self.invented
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Of what is there, how much was found; 1 where nothing is."""
        there = self.right + self.missed
        return self.right / there if there else 1.0


def read_sample(path: Path = SAMPLE) -> list[dict[str, Any]]:
    """The lines of a sample. Raises ValueError with the number of a line that is none."""
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            row["expected"] = [_expected(one) for one in row["citations"]]
            row["text"], row["law"], row["source"] = (str(row[key]) for key in ("text", "law", "source"))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"第 {number} 行不是标注样本：{error}") from error
        lines.append(row)
    return lines


def evaluate(sample: Iterable[dict[str, Any]], known: KnownNames) -> Evaluation:
    """Read each text as one of its law's, with these names of laws known, and compare."""
    done = Evaluation()
    for row in sample:
        found = Counter(map(_found, parse_citations(row["text"], known=known, own=own_law(row["law"]))))
        expected = Counter(row["expected"])
        missed, invented = expected - found, found - expected
        done.texts += 1
        done.right += (expected & found).total()
        done.missed += missed.total()
        done.invented += invented.total()
        if missed or invented:
            wrong = Mistake(row["source"], row["text"], sorted(missed.elements()), sorted(invented.elements()))
            done.mistakes.append(wrong)
    return done


def _expected(one: dict[str, Any]) -> Cited:
    return lookup_name(one["law"]), one["number"], one.get("suffix", 0), one.get("paragraph", 0), one.get("item", 0)


def _found(ref: CitationRef) -> Cited:
    return lookup_name(ref.law), ref.number, ref.suffix, ref.paragraph, ref.item
