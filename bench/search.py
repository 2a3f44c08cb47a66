"""How fast the search box answers and the index is built, as what can be found grows.

    python bench/search.py                              SQLite, in a folder of its own
    python bench/search.py --sizes 1000 10000           fewer items; 1,000 and 100,000 are the default
    DATABASE_URL=postgres://… python bench/search.py    PostgreSQL, in a schema of its own, dropped at the end

Beside the real law (26,196 articles) stand as many items of content as the size says, half of them for one village
alone. Each question is asked in every way, one right after the other: `limit` is the bare statement of the database's
own index, ten ids without a look at who may see them. While the index is built anew, one thread searches and another
writes. Prints the figures and writes them to bench/out/search-<engine>.json; the exit status tells whether 50,000
documents would take longer than 90 seconds.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "bench_search"
FOLDER = TemporaryDirectory()

# A place of its own, so that nothing of an installation is touched; settings are read when Django is set up.
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
os.environ["DATA_DIR"] = FOLDER.name
if url := os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"{url}?options=-c%20search_path%3D{SCHEMA}"
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.editions.services import turn_page
from backend.regions.models import Division
from backend.schema.endpoint import engine
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from backend.search import queries, selectors
from backend.search.models import SearchDocument
from backend.search.rebuilding import rebuild
from backend.statutes.finding import lay_terms
from backend.statutes.models import Article
from backend.statutes.searching import StatuteProvider
from backend.statutes.services import import_statutes
from backend.statutes.source import default_path
from bench.shared.schemas import own_schema

PROVINCE, VILLAGE, OTHER = "510000000000", "510114006003", "510112102001"
TEXTS, BATCH = 120, 2_000
TARGET_DOCUMENTS, TARGET_SECONDS = 50_000, 90.0
SEARCH = """query ($text: String!) { search(text: $text) {
  total corrected facets { kind count }
  hits { kind title titleSpans { text hit } snippet { text hit } content { id } article { id label } }
} }"""
BARE = {
    "sqlite": "SELECT rowid FROM search_index WHERE search_index MATCH ?"
    " ORDER BY bm25(search_index, 5.0, 1.0) LIMIT 10",
    "postgresql": "SELECT id FROM search_searchdocument, CAST(%s AS tsquery) AS asked WHERE vector @@ asked"
    " ORDER BY ts_rank('{0, 0, 0.2, 1}', vector, asked) DESC LIMIT 10",
}


def make() -> User:
    """Tables, three divisions, the real law, and the villager who asks."""
    call_command("migrate", verbosity=0)
    levels = {PROVINCE: 1, VILLAGE: 5, OTHER: 5}
    Division.objects.bulk_create(Division(code=c, name=c, full_name=c, level=level) for c, level in levels.items())
    import_statutes(default_path())
    return User.objects.create(nickname="村民", village_id=VILLAGE)


def grow(size: int) -> None:
    """So many items, made of the sentences of the law; half are for everyone, half for another village."""
    texts = list(Article.objects.order_by("pk").values_list("text", flat=True))
    dice, links, now = random.Random(12348), ContentItem.audience.through, timezone.now()  # noqa: S311 - a repeatable sample
    numbers = iter(range(ContentItem.objects.count(), size))
    kinds = ["article", "article", "article", "qa", "case"]
    while batch := list(islice(numbers, BATCH)):
        items = ContentItem.objects.bulk_create(
            ContentItem(
                slug=f"bench-{number}",
                kind=(kind := kinds[number % len(kinds)]),
                case_category="mediation" if kind == "case" else "",
                title=dice.choice(texts)[:30],
                summary=dice.choice(texts)[:100],
                body=json.dumps([{"type": "paragraph", "value": dice.choice(texts), "id": f"{number}"}]),
                live=True,
                first_published_at=now - timedelta(minutes=number),
            )
            for number in batch
        )
        links.objects.bulk_create(
            links(contentitem_id=item.pk, division_id=OTHER if number % 2 else PROVINCE)
            for number, item in zip(batch, items, strict=True)
        )


class Beside(Thread):
    """Does something again and again, and keeps how long each time took, in ms."""

    def __init__(self, action: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._action, self._over = action, Event()
        self.taken: list[float] = []

    def run(self) -> None:
        """Until `end`."""
        while not self._over.wait(0.02):
            started = perf_counter()
            self._action()
            self.taken.append((perf_counter() - started) * 1000)
        connections.close_all()

    def end(self) -> list[float]:
        """Stop it; what it measured."""
        self._over.set()
        self.join()
        return self.taken


def write() -> None:
    """What every publication begins with."""
    with transaction.atomic():
        turn_page()


def built(viewer: User) -> dict[str, Any]:
    """The index from nothing, and what people and writers noticed of it."""
    SearchDocument.objects.all().delete()
    selectors.search("离婚 财产", viewer=viewer)  # makes what a process makes once
    reader = Beside(lambda: selectors.search("离婚 财产", viewer=viewer))
    writer = Beside(write)
    reader.start()
    writer.start()
    started = perf_counter()
    done = rebuild()
    seconds = perf_counter() - started
    waited, searched = writer.end(), reader.end()
    return {
        "documents": done.written,
        "seconds": round(seconds, 1),
        "documents_per_s": round(done.written / seconds),
        "search_meanwhile_p95_ms": round(statistics.quantiles(searched, n=20)[-1], 1),
        "write_meanwhile_max_ms": round(max(waited), 1),
    }


def questions() -> list[str]:
    """What people say, one thing or two at a time: the same for every run."""
    dice = random.Random(12348)  # noqa: S311 - a repeatable sample, nothing secret
    said = dice.sample([entry.said for entry in lay_terms.known()], TEXTS)
    return [f"{one}怎么办" if n % 3 else f"{one} {said[n - 1]}" for n, one in enumerate(said)]


def ways(viewer: User) -> dict[str, Callable[[str], Any]]:
    """From the bare statement to the bytes of an answer."""
    connection.ensure_connection()
    cursor, statement = connection.connection.cursor(), BARE[connection.vendor]

    def bare(text: str) -> Any:
        written = queries.for_sqlite if connection.vendor == "sqlite" else queries.for_postgresql
        wanted = queries.alternatives(selectors._asked(text).wanted)  # noqa: SLF001 - the same words
        if wanted:
            cursor.execute(statement, (written(wanted),))
            cursor.fetchall()

    def by_index(text: str) -> Any:
        find, StatuteProvider.find = StatuteProvider.find, lambda *_: None  # type: ignore[method-assign, assignment]
        try:
            return selectors.search(text, viewer=viewer)
        finally:
            StatuteProvider.find = find  # type: ignore[method-assign]

    def graphql(text: str) -> Any:
        document = engine().documents.load(SEARCH)
        answer = engine().execute(document, Context(Identity(viewer=viewer)), variables={"text": text})
        if "errors" in answer:
            raise SystemExit(f"search({text!r}) failed: {answer['errors']}")
        return encode(answer)

    return {
        "limit": bare,
        "index alone": by_index,
        "search": lambda text: selectors.search(text, viewer=viewer),
        "GraphQL": graphql,
        "suggestions": lambda text: selectors.suggestions(text[:2], viewer=viewer),
    }


def timed(asked: dict[str, Callable[[str], Any]], texts: list[str], rounds: int = 3) -> dict[str, Any]:
    """Milliseconds of each way, interleaved: each text in every way before the next one."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for text in texts:
            for name, way in asked.items():
                started = perf_counter()
                way(text)
                if turn:  # the first round warms caches
                    taken[name].append((perf_counter() - started) * 1000)
    return {
        name: {
            "p50_ms": round(statistics.median(values), 2),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 2),
            "max_ms": round(max(values), 2),
            "samples": len(values),
        }
        for name, values in taken.items()
    }


def growth(rows: dict[int, dict[str, Any]]) -> dict[str, float] | None:
    """How many times as long each way takes at the last size as at the first; None where there is only one."""
    first, last = (rows[size] for size in (min(rows), max(rows)))
    if first is last:
        return None
    timed_ways = (name for name in first if name != "index")
    return {name: round(last[name]["p50_ms"] / first[name]["p50_ms"], 2) for name in timed_ways}


def main() -> None:
    """Measure the database that DATABASE_URL names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000], help="items of content, rising")
    sizes = sorted(set(parser.parse_args().sizes))
    settings.DEBUG = False  # in development Django writes down every statement
    report: dict[str, Any] = {"engine": connection.vendor, "python": platform.python_version(), "sizes": {}}
    with own_schema(SCHEMA):
        viewer = make()
        for size in sizes:
            grow(size)
            index = built(viewer)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            report["sizes"][size] = {"index": index, **timed(ways(viewer), questions())}
        connections.close_all()
    report["growth_p50"], last = growth(report["sizes"]), report["sizes"][sizes[-1]]
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    (out / f"search-{connection.vendor}.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    print(json.dumps(report, ensure_ascii=False, indent=2))
    seconds = TARGET_DOCUMENTS / last["index"]["documents_per_s"]
    within = seconds < TARGET_SECONDS
    print(
        f"{TARGET_DOCUMENTS:,} documents in {seconds:.0f} s ({'within' if within else 'OVER'} {TARGET_SECONDS:.0f} s)"
    )
    raise SystemExit(not within)


if __name__ == "__main__":
    main()
