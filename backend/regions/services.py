"""Writes to the tree of divisions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from backend.editions.services import turn_page
from backend.progress import Report, silent
from backend.regions import files, rules
from backend.regions.models import Division

# Below SQLite's smallest limit on the parameters of one statement.
BATCH = 900
T = TypeVar("T")
_COLUMNS = ["name", "level", "full_name"]


@dataclass(slots=True)
class DivisionImport:
    """What an import did, in rows. `followed`: only a name above changed, and with it the full name."""

    created: int = 0
    renamed: int = 0
    followed: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        """Whether the table is different now."""
        return bool(self.created or self.renamed or self.followed)


def import_divisions(source: files.Source, *, progress: Report = silent) -> DivisionImport:
    """Bring the table up to a file or sequence of (code, name, level): all of it in one transaction, or nothing.

    Rows of the table that the source does not have stay; their full names follow the names above them. Raises
    InvalidDivisionFile with every problem found (20 are listed).
    """
    survey = files.survey(source)
    with transaction.atomic():
        full_names = _full_names_above(survey)
        written = _Writer(survey, full_names).write(files.lines_of(source), progress)
        turn_page()
        return written


def _full_names_above(survey: files.Survey) -> dict[str, str]:
    """Full names, by code, of every division above a village, as they will be. Raises InvalidDivisionFile."""
    outside = [code for code in survey.parents if code not in survey.names]
    full_names: dict[str, str] = {}
    for codes in _batches(outside, BATCH):
        for code, full_name in Division.objects.filter(code__in=codes).values_list("code", "full_name"):
            full_names[code] = _renamed(code, full_name, survey.names)
    for code in outside:
        if code not in full_names:
            number, rows = survey.parents[code]
            also = f"（共 {rows} 行）" if rows > 1 else ""
            survey.add(number, f"上级 {code} 既不在文件中，也不在数据库中{also}", rows=rows)
    survey.check()
    for code in sorted(survey.names):
        full_names[code] = _full_name(code, survey.names[code], full_names)
    return full_names


def _renamed(code: str, full_name: str, names: dict[str, str]) -> str:
    """The full name of a row of the table with what the source calls the divisions above it."""
    line = zip(rules.lineage(code), full_name.split(" "), strict=True)
    return " ".join(names.get(above, name) for above, name in line)


def _full_name(code: str, name: str, above: dict[str, str]) -> str:
    parent = rules.parent_of(code)
    return name if parent is None else f"{above[parent]} {name}"


class _Writer:
    """One import on its way through the lines."""

    def __init__(self, survey: files.Survey, full_names: dict[str, str]) -> None:
        self._total = survey.total
        self._full_names = full_names
        self._result = DivisionImport()
        self._changed_above: list[tuple[str, str]] = []

    def write(self, lines: Iterator[files.Line], progress: Report) -> DivisionImport:
        done = 0
        for batch in _batches(lines, BATCH):
            self._write_batch(batch)
            done += len(batch)
            progress(done, self._total)
        if Division.objects.count() > self._total:
            self._let_others_follow()
        return self._result

    def _write_batch(self, batch: list[files.Line]) -> None:
        codes = [line.code for line in batch]
        rows = Division.objects.filter(code__in=codes).values_list("code", "name", "full_name")
        known = {code: (name, full_name) for code, name, full_name in rows}
        Division.objects.bulk_create(
            [row for line in batch if (row := self._compared(line, known.get(line.code)))],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=_COLUMNS,
        )

    def _compared(self, line: files.Line, known: tuple[str, str] | None) -> Division | None:
        """The row to write, or None where the table has it."""
        full_name = _full_name(line.code, line.name, self._full_names)
        if known == (line.name, full_name):
            self._result.unchanged += 1
            return None
        if known is None:
            self._result.created += 1
        else:
            self._result.renamed += line.name != known[0]
            self._result.followed += line.name == known[0]
            if line.code in self._full_names:
                self._changed_above.append((line.code, known[1]))
        return Division(code=line.code, name=line.name, level=rules.level_of(line.code), full_name=full_name)

    def _let_others_follow(self) -> None:
        """Full names of rows that the source does not have.

        The narrowest first: a row gets all of it from the nearest division above, and no longer matches wider ones.
        """
        for code, old in sorted(self._changed_above, key=lambda pair: rules.level_of(pair[0]), reverse=True):
            below = Division.objects.filter(code__range=rules.code_range(rules.prefix_of(code)))
            self._result.followed += below.filter(full_name__startswith=f"{old} ").update(
                full_name=Concat(Value(self._full_names[code]), Substr("full_name", len(old) + 1))
            )


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
