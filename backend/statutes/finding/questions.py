"""Files of questions with their right articles, one JSON object a line."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.statutes import rules
from backend.statutes.finding.index import Index


class InvalidQuestionFile(Exception):
    """The file has a line that is no question; its number is in the message."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and its right articles as (law, label) in the source's names."""

    query_id: str
    query: str
    relevant: tuple[tuple[str, str], ...]


def read_questions(path: Path) -> list[Asked]:
    """All questions of a file. Raises InvalidQuestionFile, OSError."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                right = tuple((str(item["law"]), str(item["article"])) for item in row["relevant"])
                found.append(Asked(str(row["query_id"]), str(row["query"]), right))
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidQuestionFile(f"第 {number} 行不是有效的问题：{error!r}") from error
    if not found:
        raise InvalidQuestionFile("文件里没有问题")
    return found


def rows(asked: Asked, index: Index) -> frozenset[int]:
    """The rows of the right articles in an index; one that it does not have is left out, and can never be found."""
    return frozenset(row for law, label in asked.relevant for row in row_of(index, law, label))


def row_of(index: Index, law: str, label: str) -> list[int]:
    """The first article of that label in the law of that name, as a list of one or none."""
    name = rules.lookup_name(law)
    if name not in index.laws.names:
        return []
    return [row for row in index.laws.span(index.laws.names.index(name)) if index.labels[row] == label][:1]


def unknown(questions: Iterable[Asked], index: Index) -> list[tuple[str, str]]:
    """Right articles that an index does not have, each once, in the names of the files."""
    right = dict.fromkeys(pair for asked in questions for pair in asked.relevant)
    return [(law, label) for law, label in right if not row_of(index, law, label)]


def fold_of(name: str, number: int) -> int:
    """Which of `number` folds something is in; by its name alone, so that it is always the same."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % number


def split(questions: Sequence[Asked], number: int, fold: int) -> tuple[list[Asked], list[Asked]]:
    """The questions outside a fold, and those in it."""
    inside = [asked for asked in questions if fold_of(asked.query_id, number) == fold]
    outside = [asked for asked in questions if fold_of(asked.query_id, number) != fold]
    return outside, inside
