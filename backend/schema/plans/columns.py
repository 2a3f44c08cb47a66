"""The columns that a plan reads of a row, and what the models say of them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field, ForeignKey, Model, QuerySet

from backend.schema.plans.fields import Need, Stored, path_of
from backend.schema.plans.parameters import for_database

Converter = Callable[[Any], Any]


class NotPlannable(Exception):
    """Something is not declared, or not in a way that SQL can serve; graphql-core answers it."""


class Columns:
    """Places in a row, one for each column, in the order in which they were asked for.

    `rows` is the source's queryset; None where the row is made of Python values, read by attribute.
    """

    def __init__(self, rows: QuerySet[Any] | None, connection: Any) -> None:
        if rows is not None and not isinstance(rows, QuerySet):
            raise NotPlannable("the source is no queryset")
        self.model: type[Model] | None = None if rows is None else rows.model
        self.paths: list[str] = []
        self._rows = rows
        self._connection = connection

    def place(self, prefix: str, need: Need) -> int:
        """Where the column is in a row."""
        path = prefix + path_of(need)
        if path not in self.paths:
            self.paths.append(path)
        return self.paths.index(path)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Just these columns of a queryset, as tuples."""
        return rows.values_list(*self.paths)

    def column(self, prefix: str, need: Need) -> Field[Any, Any] | None:
        """The model's column behind a need; None where there is none."""
        if self.model is None or not isinstance(need, str) or self._annotation(prefix + need):
            return None
        return _column(self.model, prefix + need)

    def may_be_null(self, prefix: str, need: Need) -> bool:
        """Whether the value may be None although the row at `prefix` is there."""
        if self.model is None or not isinstance(need, str) or self._annotation(prefix + need):
            return True
        return _crosses_null(_related(self.model, prefix), need)

    def converter(self, prefix: str, need: Need) -> Converter | None:
        """What makes a Python value of the database's; None where the driver's is right already."""
        if isinstance(need, Stored):
            return need.of_database if self.model else need.of_attribute
        if self.model is None or self._rows is None:
            return None
        expression = self._annotation(prefix + need)
        if expression is None:
            found = _column(self.model, prefix + need)
            if found is None:
                raise NotPlannable(f"{prefix}{need} is no column of {self.model.__name__}")
            expression = found.cached_col
        converters = [
            *self._connection.ops.get_db_converters(expression),
            *expression.get_db_converters(self._connection),
        ]
        return _chained(converters, expression, self._connection) if converters else None

    def moment(self, prefix: str, need: Need) -> Converter | None:
        """What makes the ISO text of a moment out of a naive one in UTC, which is what SQLite's driver gives.

        Django would make it aware first, which costs four times as much.
        """
        if self._connection.vendor != "sqlite" or self._connection.timezone is not UTC:
            return None
        return _moment_or_none if self.may_be_null(prefix, need) else _moment

    def for_json(self, path: str) -> Converter | None:
        """What makes a value that JSON can hold of an ordering column; None where the driver's can be held."""
        if type(self.column("", path)) is DateTimeField and (as_text := self.moment("", path)):
            return as_text
        return self.converter("", path)

    def for_database(self, value: Any) -> Any:
        """A Python value as the driver gives it in a row."""
        return for_database(value, self._connection)

    def _annotation(self, path: str) -> Any:
        """The expression of that name on the source's rows; None where there is none."""
        return self._rows.query.annotations.get(path) if self._rows is not None else None


def _moment(naive: datetime) -> str:
    return naive.isoformat() + "+00:00"


def _moment_or_none(naive: datetime | None) -> str | None:
    return None if naive is None else _moment(naive)


def in_lookup(rows: QuerySet[Any], path: str) -> tuple[str, Field[Any, Any]]:
    """How to ask that a column of the rows is in a list of expressions, and the column. Raises NotPlannable.

    Django takes expressions behind `in` for plain columns only, and a foreign key's target is one.
    """
    model: Any = rows.model
    if annotation := rows.query.annotations.get(path):
        return f"{path}__in", annotation.output_field
    above, _, name = path.rpartition("__")
    column = _column(model, path)
    if column is None:
        raise NotPlannable(f"{path} is no column of {model.__name__}")
    owner = _related(model, above)._meta  # noqa: SLF001 - _meta is Django's documented API
    found = owner.pk if name == "pk" else owner.get_field(name)
    own = f"{found.name}__pk__in" if isinstance(found, ForeignKey) else f"{name}__in"
    return (f"{above}__{own}" if above else own), column


def _chained(converters: Sequence[Any], expression: Any, connection: Any) -> Converter:
    # The connection is only asked for its time zone, so that of whichever thread came first serves all.
    def convert(value: Any) -> Any:
        for converter in converters:
            value = converter(value, expression, connection)
        return value

    return convert


def _related(model: type[Model], path: str) -> type[Model]:
    """The model that a path of foreign keys leads to."""
    current: Any = model
    for name in filter(None, path.split("__")):
        current = current._meta.get_field(name).related_model  # noqa: SLF001 - _meta is Django's documented API
    return current  # type: ignore[no-any-return]


def _column(model: type[Model], path: str) -> Field[Any, Any] | None:
    above, _, name = path.rpartition("__")
    owner = _related(model, above)
    if name == "pk":
        return owner._meta.pk  # noqa: SLF001 - as above
    try:
        found = owner._meta.get_field(name)  # noqa: SLF001 - as above
    except FieldDoesNotExist:
        return None
    return found.target_field if isinstance(found, ForeignKey) else found if isinstance(found, Field) else None


def _crosses_null(model: type[Model], path: str) -> bool:
    current: Any = model
    for name in path.split("__"):
        if name == "pk":
            return False
        found = current._meta.get_field(name)  # noqa: SLF001 - as above
        if found.null:
            return True
        current = found.related_model
    return False
