"""How fast divisions are imported, walked and searched, beside a bare SQL statement of the same purpose.

    python bench/divisions.py                              SQLite, in a folder of its own
    DATABASE_URL=postgres://… python bench/divisions.py    PostgreSQL, in a schema of its own, dropped at the end

Each text is asked in three ways, one right after the other: by hand (one LIKE, no ranking, DB-API), through the
selector, and as a GraphQL operation from document to bytes. Prints the figures and writes them to
bench/out/divisions-<engine>.json; the exit status tells whether the 95th percentile is below 20 ms.
"""

import json
import os
import platform
import random
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "divisions-sichuan.csv.xz"
SCHEMA = "bench_divisions"
FOLDER = TemporaryDirectory()

# A place of its own, so that nothing of an installation is touched; settings are read when Django is set up.
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
if url := os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"{url}?options=-c%20search_path%3D{SCHEMA}"
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"

import django

django.setup()

import graphene
from django.db import connection

from backend.editions.models import Edition
from backend.regions import rules, selectors
from backend.regions.models import Division
from backend.regions.services import import_divisions
from backend.schema import regions
from backend.schema.server.context import ANONYMOUS, Context
from backend.schema.server.engine import Engine, encode
from bench.shared.schemas import own_schema

TEXTS = 400
LIMIT_MS = 20.0
VILLAGE = Division.Level.VILLAGE
SEARCH = """query ($text: String!, $near: ID) {
  divisionSearch(text: $text, near: $near) { code name fullName level }
}"""
BARE = """SELECT code, name, full_name, level FROM regions_division
WHERE name LIKE {p} AND full_name LIKE {p} ORDER BY level, code LIMIT 20"""
CHILDREN = "SELECT code, name, full_name, level FROM regions_division WHERE level = {p} AND code BETWEEN {p} AND {p}"


def load() -> dict[str, float]:
    """Make the table and import twice; seconds of each."""
    with connection.schema_editor() as editor:
        editor.create_model(Edition)
        editor.create_model(Division)
    seconds = {}
    for name in ("first import", "second import"):
        started = perf_counter()
        import_divisions(DATA)
        seconds[name] = perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return seconds


def texts() -> list[tuple[str, str | None]]:
    """What villagers would type, from real villages: the same for every run."""
    dice = random.Random(12348)  # noqa: S311 - a repeatable sample, nothing secret
    villages = dice.sample(list(Division.objects.filter(level=VILLAGE)), TEXTS)
    asked: list[tuple[str, str | None]] = []
    for i, village in enumerate(villages):
        core, parts = rules.core_of(village.name), village.full_name.split()
        forms = (
            core,
            core[:2],
            core[:1],
            f"{core}村",
            f"{core}社区",
            f"{parts[2]} {core}",
            village.name,
            f"{parts[2]}{core}",
            "不存在的地方村",
            f"{core}%",
        )
        asked.append((forms[i % len(forms)], village.code if i // len(forms) % 2 else None))
    return asked


def bare_search(cursor: Any, mark: str) -> Callable[[str, str | None], Any]:
    """The statement someone would write by hand."""
    statement = BARE.format(p=mark)

    def run(text: str, _near: str | None) -> Any:
        *outer, last = text.split()
        cursor.execute(statement, (f"%{last}%", f"%{outer[0]}%" if outer else "%"))
        return cursor.fetchall()

    return run


def graphql_search() -> Callable[[str, str | None], Any]:
    """The operation as a client sends it, without HTTP."""
    root = type("Query", (regions.Query, graphene.ObjectType), {})
    engine = Engine(graphene.Schema(query=root).graphql_schema, lambda _token: ANONYMOUS)

    def run(text: str, near: str | None) -> Any:
        answer = engine.execute(engine.documents.load(SEARCH), Context(), variables={"text": text, "near": near})
        if "errors" in answer:
            raise SystemExit(f"divisionSearch({text!r}) failed: {answer['errors']}")
        return encode(answer)

    return run


def timed(ways: dict[str, Callable[..., Any]], inputs: list[tuple[Any, ...]], rounds: int = 3) -> dict[str, Any]:
    """Milliseconds of each way, interleaved: each input in every way before the next one."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for values in inputs:
            for name, way in ways.items():
                started = perf_counter()
                way(*values)
                if turn:  # the first round warms caches
                    taken[name].append((perf_counter() - started) * 1000)
    base = statistics.median(taken[next(iter(ways))])
    return {
        name: {
            "p50_ms": round(statistics.median(values), 2),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 2),
            "max_ms": round(max(values), 2),
            "ratio_p50": round(statistics.median(values) / base, 2),
            "samples": len(values),
        }
        for name, values in taken.items()
    }


def measure() -> dict[str, Any]:
    """Searches, then walks."""
    connection.ensure_connection()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    cursor = connection.connection.cursor()
    search = {
        "bare SQL": bare_search(cursor, mark),
        "selector": selectors.search,
        "GraphQL": graphql_search(),
    }
    statement = CHILDREN.format(p=mark)

    def bare_children(code: str) -> Any:
        level, (low, high) = rules.child_ranges(code)[0]
        cursor.execute(statement, (level, low, high))
        return cursor.fetchall()

    walk = {"bare SQL": bare_children, "selector": lambda code: list(selectors.children(code))}
    parents = list(Division.objects.filter(level__lt=VILLAGE).values_list("code")[::11])
    return {
        "rows": Division.objects.count(),
        "divisionSearch": timed(search, texts()),
        "divisions": timed(walk, parents),
    }


def main() -> None:
    """Measure the database that DATABASE_URL names."""
    with own_schema(SCHEMA):
        seconds = load()
        figures = measure()
    engine = connection.vendor
    report: dict[str, Any] = {
        "engine": engine,
        "python": platform.python_version(),
        "import_s": {name: round(value, 2) for name, value in seconds.items()},
        **figures,
    }
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    (out / f"divisions-{engine}.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    print(json.dumps(report, ensure_ascii=False, indent=2))
    worst = report["divisionSearch"]["GraphQL"]["p95_ms"]
    print(f"{engine}: divisionSearch p95 {worst} ms ({'within' if worst < LIMIT_MS else 'OVER'} {LIMIT_MS} ms)")
    raise SystemExit(worst >= LIMIT_MS)


if __name__ == "__main__":
    main()
