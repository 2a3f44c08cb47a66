"""Reads of the tree of divisions."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Lookup, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Length
from django.db.models.lookups import StartsWith

from backend.errors import InvalidInput, NotFound
from backend.regions import rules
from backend.regions.errors import InvalidDivision
from backend.regions.models import Division

MAX_TEXT = 40
#: So many digits and more are read as the beginning of a code: six name a county, as on an identity card.
MIN_CODE_DIGITS = 6
#: How many characters at the end of a text are surely the name's.
_CERTAIN = 2
_WORST = 6
_LAST_CHARACTER = "\U0010ffff"


@CharField.register_lookup
class Prefix(Lookup[str]):
    """`startswith` by the column's index: LIKE serves PostgreSQL, SQLite needs a range."""

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As `startswith`."""
        statement, parameters = StartsWith(self.lhs, self.rhs).as_sql(compiler, connection)
        return statement, tuple(parameters)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The range of all texts that begin so, in SQLite's order by code points."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"({left} >= %s AND {left} < %s)", (*parameters, self.rhs, *parameters, f"{self.rhs}{_LAST_CHARACTER}")


@CharField.register_lookup
class Like(Lookup[str]):
    """`name__like="%乐%山%"`: SQL's LIKE with a pattern of our own, whose literal parts went through `_escaped`."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column LIKE pattern`."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return rf"{left} LIKE {right} ESCAPE '\'", (*left_parameters, *right_parameters)


def children(parent: str | None) -> QuerySet[Division]:
    """The divisions directly below `parent`, by code; the provinces where it is None. Raises InvalidDivision."""
    if parent is None:
        return Division.objects.filter(level=Division.Level.PROVINCE)
    if not rules.is_code(parent):
        raise InvalidDivision(field="parent")
    ranges = [Q(level=level, code__range=codes) for level, codes in rules.child_ranges(parent)]
    return Division.objects.filter(reduce(or_, ranges)) if ranges else Division.objects.none()


def division(code: str, *, field: str = "code") -> Division:
    """One division. Raises InvalidDivision for a malformed code, NotFound for one that names nothing."""
    if not rules.is_code(code):
        raise InvalidDivision(field=field)
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise NotFound("没有这个行政区划", field=field)
    return found


def village(code: str, *, field: str = "village") -> Division:
    """A division that is a village or community. Raises InvalidDivision or NotFound."""
    found = division(code, field=field)
    if found.level != Division.Level.VILLAGE:
        raise InvalidDivision("请选择到村（社区）", field=field)
    return found


def ancestors(code: str, full_name: str) -> list[Division]:
    """The divisions above one, wide to narrow, read off its code and full name: no SQL."""
    names = full_name.split(" ")
    return [
        Division(code=above, name=names[i], level=rules.level_of(above), full_name=" ".join(names[: i + 1]))
        for i, above in enumerate(rules.ancestor_codes(code))
    ]


def search(text: str, near: str | None = None, *, level: int | None = None, limit: int = 20) -> list[Division]:
    """Divisions by what people call them, best first: one SQL statement by index, and where it finds none, one scan.

    Found are names that begin with a word of `text` (see `rules.words_of`) or, in the county of `near`, hold it (石佛村
    also finds 石佛社区, see `rules.core_of`; 甘孜州 finds 甘孜藏族自治州), where the full name holds all the words in
    whatever order. If there are none, the characters of each word need only appear in the full name in that order:
    新都木兰 finds 四川省 成都市 新都区 石板滩街道 木兰社区. Likeness and nearness decide together; `level` asks for one
    level only. Raises InvalidInput for more than 40 characters and InvalidDivision for a malformed `near`.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_TEXT} 个字", field="text")
    distance = _distance(near)
    words = rules.words_of(text)
    if not words:
        return []
    names = [word for word in words if not rules.is_common(word)]
    rows = Division.objects.all() if level is None else Division.objects.filter(level=level)
    rows = rows.alias(distance=distance, unlikeness=_unlikeness(names or words))
    found = _best(rows.filter(_beginning(words, near)), limit)
    return found or (_best(rows.filter(_scattered(words, names)), limit) if names else [])


def _beginning(words: Sequence[str], near: str | None) -> Q:
    condition = _any(_begins(word, near) for word in words)
    if len(words) > 1:
        for word in words:
            condition &= Q(full_name__contains=rules.core_of(word)) | _autonomous_above(word) | _coded(word)
    return condition


def _begins(word: str, near: str | None) -> Q:
    """Each part is served by an index."""
    common = rules.is_common(word)
    core = word if common else rules.core_of(word)
    condition = Q(name__prefix=core)
    if official := rules.autonomous(word):
        condition |= Q(name__prefix=official[0], name__endswith=official[1])
    if near is not None and not common:
        condition |= Q(code__range=rules.code_range(near[: rules.COUNTY_PREFIX]), name__contains=core)
    return condition | _coded(word)


def _coded(word: str) -> Q:
    digits = word.isascii() and word.isdecimal() and MIN_CODE_DIGITS <= len(word) <= rules.CODE_LENGTH
    return Q(code__range=rules.code_range(word)) if digits else Q()


def _autonomous_above(word: str) -> Q:
    official = rules.autonomous(word)
    return Q(full_name__like=f"%{_escaped(official[0])}%{official[1]}%") if official else Q()


def _scattered(words: Sequence[str], names: Sequence[str]) -> Q:
    """All characters of each word in order, the last two of one together in the name."""
    # The name first: most rows fail on it, and the patterns are slow.
    condition = _any(_ends(name) for name in names)
    if len(words) == 1 and len(rules.core_of(words[0])) == _CERTAIN:
        return condition
    for word in words:
        official = rules.autonomous(word)
        condition &= _spread(rules.core_of(word)) | (_spread(*official) if official else Q())
    return condition


def _ends(word: str) -> Q:
    condition = Q(name__contains=rules.core_of(word)[-_CERTAIN:])
    if official := rules.autonomous(word):
        condition |= Q(name__contains=official[0][-_CERTAIN:], name__endswith=official[1])
    return condition


def _spread(text: str, ending: str = "") -> Q:
    parts = (*text[:-_CERTAIN], text[-_CERTAIN:], ending)
    return Q(full_name__like="%".join(["", *map(_escaped, filter(None, parts)), ""]))


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _best(rows: QuerySet[Division], limit: int) -> list[Division]:
    order = (F("unlikeness") + F("distance"), "distance", "level", Length("name"), "code")
    return list(rows.order_by(*order)[:limit])


def _unlikeness(words: Sequence[str]) -> Combinable:
    """0 for the very name of a word, rising to 6 for a name that does not even hold a proper name in one piece."""
    steps: dict[int, Q] = {}
    for word in words:
        core = rules.core_of(word)
        called = core + rules.kind_of(word) if core != word else word
        official = rules.autonomous(word)
        same = Q(name__startswith=official[0], name__endswith=official[1]) if official else Q()
        for rank, step in {
            0: Q(name=word) | same,
            1: Q(name__startswith=called),
            3: Q(name__startswith=core),
            4: Q(name__contains=called),
            5: Q(name__contains=core),
        }.items():
            steps[rank] = steps.get(rank, Q()) | step
    return Case(
        *(When(step, then=Value(rank)) for rank, step in steps.items()),
        default=Value(_WORST),
        output_field=IntegerField(),
    )


def _distance(near: str | None) -> Combinable:
    """0 in the same village as `near`, rising by one a level; equal for all where it is None."""
    if near is None:
        return Value(0, output_field=IntegerField())
    if not rules.is_code(near):
        raise InvalidDivision(field="near")
    nested = [rules.code_range(rules.prefix_of(code)) for code in reversed(rules.lineage(near))]
    return Case(
        *(When(code__range=codes, then=Value(step)) for step, codes in enumerate(nested)),
        default=Value(len(nested)),
        output_field=IntegerField(),
    )
