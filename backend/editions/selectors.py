"""Reading the number."""

from django.db import connection

from backend.editions.models import Edition

CURRENT = f'SELECT "number" FROM "{Edition._meta.db_table}"'  # noqa: S608, SLF001 - the name is our own, _meta documented


def current() -> int:
    """The number now; 0 before the first change. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
