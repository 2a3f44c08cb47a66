"""SQL that Django wrote once and the driver runs many times."""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, Protocol

import orjson
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from backend.forgetful import Forgetful
from backend.schema.plans.parameters import AnyOf, Parameter, for_database

#: Compiled statements that one source of a plan keeps.
MAX_FORMS = 64
Row = tuple[Any, ...]


class Witness(Protocol):
    """Who is told of each statement."""

    def statement(self, seconds: float, sql: str) -> None:
        """One statement has run."""


#: Calls of one statement that are put into one.
AT_ONCE = 400


class Statement:
    """One SELECT of a queryset's columns, its text taken from Django's compiler. Rows come as the driver gives them.

    `counted`: not the rows, but how many there are.
    """

    def __init__(self, rows: QuerySet[Any], connection: Any, *, counted: bool = False) -> None:
        #: What it gives where Django knows without asking, since a condition cannot hold; else None.
        self._known: list[Row] | None = None
        try:
            sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            sql, parameters = "", ()
            self._known = [(0,)] if counted else []
        if counted:
            sql = f"SELECT COUNT(*) FROM ({sql}) AS counted"  # noqa: S608 - both texts are Django's
        self.sql = sql
        self._text = _native(sql, connection.vendor)
        self._fixed = [None if isinstance(value, Parameter | AnyOf) else value for value in parameters]
        self._slots = [
            (position, value.slot, isinstance(value, AnyOf))
            for position, value in enumerate(parameters)
            if isinstance(value, Parameter | AnyOf)
        ]

    def run(self, connection: Any, values: Sequence[Any], witness: Witness | None = None) -> list[Row]:
        """All rows. `values` are what the parameters stand for, by slot."""
        if self._known is not None:
            return self._known
        return _run(connection, self.sql, self._text, self._bound(connection, values), witness)

    def run_each(self, connection: Any, calls: Sequence[Sequence[Any]], witness: Witness | None = None) -> list[Row]:
        """The rows of the statement for each of several lists of values, one behind the other.

        One statement for each AT_ONCE of them, since SQLite takes no more than 500 in one.
        """
        if len(calls) > AT_ONCE:
            chunks = (calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE))
            return [row for chunk in chunks for row in self.run_each(connection, chunk, witness)]
        if len(calls) == 1 or self._known is not None:
            return self.run(connection, calls[0], witness)
        parts = [self._bound(connection, values) for values in calls]
        sql, text = (
            " UNION ALL ".join([f"SELECT * FROM ({one}) AS part"] * len(calls))  # noqa: S608 - Django's text
            for one in (self.sql, self._text)
        )
        return _run(connection, sql, text, [value for part in parts for value in part], witness)

    def _bound(self, connection: Any, values: Sequence[Any]) -> list[Any]:
        bound = list(self._fixed)
        for position, slot, many in self._slots:
            value = values[slot]
            bound[position] = _list(value, connection) if many else for_database(value, connection)
        return bound


class Statements(Forgetful[Any, Statement]):
    """The compiled statements of one source, by form."""

    def __init__(self) -> None:
        super().__init__(MAX_FORMS)

    def of(self, form: Any, compiled: Callable[[], Statement]) -> Statement:
        """The statement of a form; compiled where it is new."""
        return self.get(form) or self.keep(form, compiled())


def _run(connection: Any, sql: str, text: str, bound: Sequence[Any], witness: Witness | None) -> list[Row]:
    started = perf_counter()
    rows = _rows(connection, sql, text, bound)
    if witness is not None:
        witness.statement(perf_counter() - started, sql)
    return rows


def _rows(connection: Any, sql: str, text: str, bound: Sequence[Any]) -> list[Row]:
    """By the driver's own cursor, which costs a tenth of Django's, unless somebody listens to Django's."""
    if connection.connection is None:
        connection.ensure_connection()
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            return list(map(tuple, cursor.fetchall()))
    if connection.vendor == "sqlite":
        found: list[Row] = connection.connection.execute(text, bound).fetchall()
        return found
    with connection.create_cursor() as cursor:
        cursor.execute(text, bound)
        return list(cursor.fetchall())


def _native(sql: str, vendor: str) -> str:
    """The text with the driver's own marks for parameters."""
    if vendor != "sqlite":
        return sql
    return "%".join(part.replace("%s", "?") for part in sql.split("%%"))


def _list(values: Iterable[Any], connection: Any) -> Any:
    prepared = [value if type(value) in (int, str) else for_database(value, connection) for value in values]
    return orjson.dumps(prepared).decode() if connection.vendor == "sqlite" else prepared
