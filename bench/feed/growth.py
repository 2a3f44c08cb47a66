"""Whether a page of the feed costs the same as the library grows, and however far down it lies.

    python -m bench.feed.growth                              SQLite, in a folder of its own
    python -m bench.feed.growth --sizes 1000 10000           fewer items; 1,000, 10,000 and 100,000 are the default
    DATABASE_URL=postgres://… python -m bench.feed.growth    PostgreSQL, in a schema of its own, dropped at the end

Of the items most are for villages that are not the reader's (see `growing.py`). Each reader asks for 20 items with
author, topics and cover, as an operation from document to bytes, without HTTP and without kept answers. Pages are asked
one right after the other, round after round; medians count. Writes bench/out/feed-growth-<engine>.json; the exit status
tells whether page 1,000 took more than 1.2 times as long as page 1, or more statements than any other page.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

SCHEMA = "bench_feed_growth"
FOLDER = TemporaryDirectory()
OUT = Path(__file__).resolve().parent.parent / "out"

# A place of its own, so that nothing of an installation is touched; settings are read when Django is set up.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
os.environ["DATA_DIR"] = FOLDER.name
if url := os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"{url}?options=-c%20search_path%3D{SCHEMA}"
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from backend.accounts.models import User
from backend.content import selectors
from backend.content.standing import standing_of
from backend.schema.content import ContentItemConnection
from backend.schema.endpoint import engine
from backend.schema.plans.paging import cursor_of, list_name
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from bench.feed.data import growing
from bench.shared.schemas import own_schema

SIZES = (1_000, 10_000, 100_000)
PAGE, FAR_DOWN, ROUNDS = 20, 1_000, 60
LIMIT = 1.2
FEED = """query ($after: String, $first: Int) { feed(first: $first, after: $after) {
  edges { cursor node { id kind title summary publishedAt publisher { name author } topics { id title }
    cover { url width height } } }
  pageInfo { hasNextPage endCursor }
} }"""


def ask(viewer: User | None, after: str | None, first: int = PAGE) -> tuple[float, int, int]:
    """Milliseconds, statements and items of one page. Raises SystemExit where there is no plan's whole answer."""
    context = Context(Identity(viewer=viewer))
    document = engine().documents.load(FEED)
    started = perf_counter()
    answer = engine().execute(document, context, variables={"after": after, "first": first})
    body = encode(answer)
    seconds = perf_counter() - started
    if "errors" in answer or not context.seen.planned:
        raise SystemExit(f"the feed failed: {body[:400]!r}")
    return seconds * 1000, context.seen.statements, len(answer["data"]["feed"]["edges"])


def places(viewer: User | None) -> dict[str, str | None]:
    """By page, the cursor ahead of it: page 1, and of those far down what there is."""
    found: dict[str, str | None] = {"page 1": None}
    rows = selectors.published_for(*standing_of(viewer)).order_by(*selectors.FEED_ORDER)
    for page in (50, FAR_DOWN):
        place = (page - 1) * PAGE - 1
        last = list(rows.values_list("first_published_at", "pk")[place : place + 1])
        if last:
            moment, key = last[0]
            found[f"page {page:,}"] = cursor_of(list_name(ContentItemConnection))(moment.isoformat(), key)
    return found


def measure(viewer: User | None) -> dict[str, Any]:
    """Each page's figures."""
    asked = places(viewer)
    found: dict[str, list[tuple[float, int, int]]] = {name: [] for name in asked}
    for number in range(ROUNDS + 5):
        for name, after in asked.items():
            figures = ask(viewer, after)
            if number >= 5:  # noqa: PLR2004 - the first ones fill what is kept between requests
                found[name].append(figures)
    largest = ask(viewer, None, 100)
    pages = {
        name: {
            "ms": round(median(ms for ms, *_ in each), 3),
            "p95_ms": round(quantiles([ms for ms, *_ in each], n=20)[-1], 3),
            "statements": max(statements for _, statements, _ in each),
            "items": each[0][2],
        }
        for name, each in found.items()
    }
    return {"pages": pages, "statements_for_100": largest[1], "items_of_100": largest[2]}


def main() -> int:
    """Grow, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m bench.feed.growth")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with own_schema(SCHEMA):
        call_command("migrate", verbosity=0)
        readers = growing.begin()
        for size in options.sizes:
            growing.grow(size)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            for name, viewer in readers.items():
                seen = selectors.published_for(*standing_of(viewer)).count()
                rows.append({"items": size, "reader": name, "sees": seen, **measure(viewer)})
                print(f"{size:>8,} items, {name} sees {seen:,}: {_line(rows[-1])}", flush=True)
    return report(rows)


def _line(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {each['ms']:.2f} ms ({each['statements']})" for name, each in row["pages"].items())


def report(rows: list[dict[str, Any]]) -> int:
    """Write the file; 1 where a target is missed."""
    ratios = {
        f"{row['reader']} at {row['items']:,}": round(
            row["pages"][f"page {FAR_DOWN:,}"]["ms"] / row["pages"]["page 1"]["ms"], 2
        )
        for row in rows
        if f"page {FAR_DOWN:,}" in row["pages"]
    }
    statements = {page["statements"] for row in rows for page in row["pages"].values()}
    statements |= {row["statements_for_100"] for row in rows}
    met = all(ratio <= LIMIT for ratio in ratios.values()) and len(statements) == 1
    whole = {
        "engine": connection.vendor,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "growth": rows,
        "page_1000_by_page_1": ratios,
        "statements": sorted(statements),
        "met": met,
    }
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"feed-growth-{connection.vendor}.json"
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"page 1,000 by page 1: {ratios}; statements: {sorted(statements)}; written: {path.name} in bench/out")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
