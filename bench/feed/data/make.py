"""Fills a migrated, empty database with a small province that reads and talks; run with the project's settings.

    python -m bench.feed.data.make     prints, as JSON, the token of the villager whose screen is asked for

Every citation is of a whole article (paragraph and item 0), so that peers need not repeat how 款 and 项 are written.
"""

import json

import django

django.setup()

from django.db import connection, transaction

from backend.accounts import tokens
from bench.feed.data import content, people, places


def main() -> None:
    """All of it, in one transaction."""
    with transaction.atomic():
        places.make()
        villagers = people.make()
        content.make(owner=villagers[0])
        people.make_group(villagers)
        people.make_notices(villagers[0])
        token = tokens.issue(villagers[0])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(json.dumps({"token": token}))


if __name__ == "__main__":
    main()
