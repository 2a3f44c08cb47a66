"""Values that are filled in when a compiled statement runs."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    UUIDField,
)

#: By the type of a value, the kind of column that it may be compared with. `bool` is an `int`, `datetime` a `date`.
_FIELDS: dict[type, type[Field[Any, Any]]] = {
    bool: BooleanField,
    int: BigIntegerField,
    datetime: DateTimeField,
    date: DateField,
    UUID: UUIDField,
    str: CharField,
}


class Parameter(Expression):
    """Stands in a queryset for a value that is known when the statement runs.

    `slot` is its place among the values that `Statement.run` gets. It may stand wherever Django takes an expression;
    for an `in` on a foreign key say `division__pk__in`, because `division__in` wants values.
    """

    def __init__(self, slot: int, sample: Any) -> None:
        kind = next((field for known, field in _FIELDS.items() if isinstance(sample, known)), None)
        if kind is None:
            raise TypeError(f"no parameter can stand for a {type(sample).__name__}")
        super().__init__(output_field=kind())
        self.slot = slot

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Django's hook: the parameter itself, for `Statement` to find."""
        return "%s", (self,)


class AnyOf(Expression):
    """Stands in a queryset, behind `column__in=`, for a list of any length; the statement's text stays the same."""

    def __init__(self, slot: int, column: Field[Any, Any]) -> None:
        super().__init__(output_field=column)
        self.slot = slot
        self._column = column

    def as_sqlite(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Django's hook."""
        return "SELECT value FROM json_each(%s)", (self,)

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Django's hook."""
        return f"SELECT unnest(%s::{self._column.rel_db_type(connection)}[])", (self,)


#: What tells one compiled statement of a source from another: the values' types, which are None, how long lists are.
Form = tuple[Any, ...]


def form_of(values: Sequence[Any]) -> Form:
    """The form of a source's arguments. Two calls of one form differ in parameters alone."""
    return tuple(
        None if value is None else tuple(map(type, value)) if isinstance(value, tuple) else type(value)
        for value in values
    )


def parameters_for(values: Sequence[Any], start: int = 0) -> list[Any]:
    """The arguments with a Parameter for each value, numbered from `start`; None and empty lists stay as they are."""
    slots = iter(range(start, 1 << 30))

    def stand_in(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, tuple):
            return tuple(Parameter(next(slots), each) for each in value)
        return Parameter(next(slots), value)

    return [stand_in(value) for value in values]


def flattened(values: Sequence[Any]) -> Iterator[Any]:
    """The values in the order of `parameters_for`'s slots."""
    for value in values:
        if isinstance(value, tuple):
            yield from value
        elif value is not None:
            yield value


def for_database(value: Any, connection: Any) -> Any:
    """A value as the driver takes it, without a column to ask."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
