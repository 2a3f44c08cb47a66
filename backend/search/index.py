"""The index of each database, asked in SQL: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from backend.search.models import SearchDocument

# bm25 is better the lower; ts_rank counts all but the title's weight as one fifth.
_SQLITE = "SELECT rowid AS id, bm25(search_index, 5.0, 1.0) AS score FROM search_index WHERE search_index MATCH %s"
_POSTGRESQL = (
    "SELECT id, -ts_rank('{0, 0, 0.2, 1}', vector, asked) AS score"
    " FROM search_searchdocument, CAST(%s AS tsquery) AS asked WHERE vector @@ asked"
)
_NEWEST_SQLITE = "SELECT rowid AS id, 0 AS score FROM search_index WHERE search_index MATCH %s ORDER BY rowid DESC"
_NEWEST_POSTGRESQL = "SELECT id, 0 AS score FROM search_searchdocument WHERE vector @@ CAST(%s AS tsquery)"


class Match(NamedTuple):
    """A document that holds what was asked."""

    id: int
    source: str
    kind: str
    key: int
    language: str
    title_tokens: str
    tokens: str


def best(sqlite: str, postgresql: str, rows: QuerySet[SearchDocument], *, each: int) -> list[Match]:
    """Of the rows those that match, the best `each` of every kind by the database's own measure; one statement."""
    inner, parameters = _joined(rows, "id", "kind", "score")
    columns = ", ".join(f"document.{name}" for name in Match._fields)
    # Which they are is settled on narrow rows; the words are read of those alone.
    statement = (
        f"WITH matched AS {_materialized()} ({_own(_SQLITE, _POSTGRESQL)}) SELECT {columns} FROM ("  # noqa: S608 - names of our own
        f"SELECT id, kind, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY score, id DESC) AS place FROM ({inner}) found"
        ") ranked JOIN search_searchdocument document ON document.id = ranked.id"
        " WHERE ranked.place <= %s ORDER BY ranked.kind, ranked.place"
    )
    return [Match(*row) for row in _run(statement, [_own(sqlite, postgresql), *parameters, each])]


def newest_titles(sqlite: str, postgresql: str, rows: QuerySet[SearchDocument], *, limit: int) -> list[str]:
    """Titles of the rows that match, those first that came in last; one statement."""
    inner, parameters = _joined(rows, "title")
    # FTS5 gives them in this order one by one. PostgreSQL would rather look at every document from the newest on.
    matched = _own(f"({_NEWEST_SQLITE})", f"MATERIALIZED ({_NEWEST_POSTGRESQL})")
    statement = f"WITH matched AS {matched} {inner} ORDER BY matched.id DESC LIMIT %s"
    return [title for (title,) in _run(statement, [_own(sqlite, postgresql), *parameters, limit])]


def lock_index() -> None:
    """From here to the end of the transaction nobody else writes the index; on SQLite that is so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


#: Any number that nothing else locks.
_LOCK = 0x5EA2C4


def _own(sqlite: str, postgresql: str) -> str:
    return sqlite if connection.vendor == "sqlite" else postgresql


def _materialized() -> str:
    # FTS5 works bm25 out only where its own table is read.
    return "MATERIALIZED" if connection.vendor == "sqlite" else ""


def _joined(rows: QuerySet[SearchDocument], *columns: str) -> tuple[str, Sequence[Any]]:
    """The rows that are in `matched`, as SQL."""
    own = [column for column in columns if column != "score"]
    extra: dict[str, Any] = {"score": "matched.score"} if "score" in columns else {}
    joined = rows.order_by().extra(  # noqa: S610 - names of our own; Django has no other way to join what it does not know
        tables=["matched"], where=['matched.id = "search_searchdocument"."id"'], select=extra
    )
    statement, parameters = joined.values(*own, *extra).query.sql_with_params()
    return str(statement), parameters


def _run(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
