"""What a phone pays for its offline pack, in bytes and milliseconds, as the library grows from 1,000 to 100,000 items.

    python -m bench.pack                             SQLite, in a folder of its own
    DATABASE_URL=postgres://… python -m bench.pack   PostgreSQL, in a schema of its own, dropped at the end
    python -m bench.pack --sizes 1000 10000          fewer items

Asked is the query of docs/api.md, from document to compressed bytes, without HTTP. Prints the figures and writes them
to bench/out/pack-<engine>.json; the exit status tells whether all limits are kept.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = "bench_pack"
FOLDER = TemporaryDirectory()

# A place of its own, so that nothing of an installation is touched; settings are read when Django is set up.
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
os.environ["DATA_DIR"] = FOLDER.name
if url := os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"{url}?options=-c%20search_path%3D{SCHEMA}"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from backend.schema.endpoint import engine
from backend.schema.server.compression import squeezed
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from bench.pack import library
from bench.shared.schemas import own_schema

SIZES = (1_000, 10_000, 100_000)
FIRST_ITEMS = 200
FIRST_LIMIT_BYTES, UNCHANGED_LIMIT_BYTES, GROWTH_LIMIT = 300_000, 200, 1.5
ROUNDS, WARM = 15, 3


class Asker:
    """Asks for packs as one villager."""

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._document = engine().documents.load(library.documented_query())

    def pack(self, since: str | None) -> tuple[dict[str, Any], bytes, bytes]:
        """The pack, its plain bytes, and what goes over the network."""
        context = Context(Identity(viewer=self._viewer))
        answer = engine().execute(self._document, context, variables={"since": since})
        if "errors" in answer or not context.seen.planned:
            raise SystemExit(f"contentPack failed: {answer.get('errors', 'no plan')}")
        body = encode(answer)
        return answer["data"]["contentPack"], body, squeezed(body) or body


def timed(ask: Callable[[], Any]) -> dict[str, float]:
    """Milliseconds; the first WARM rounds fill caches."""
    taken = []
    for turn in range(ROUNDS + WARM):
        started = perf_counter()
        ask()
        if turn >= WARM:
            taken.append((perf_counter() - started) * 1000)
    found = {"fastest_ms": min(taken), "p50_ms": statistics.median(taken), "max_ms": max(taken)}
    return {name: round(value, 2) for name, value in found.items()}


def measure(asker: Asker) -> dict[str, Any]:
    """A first pack, one from the middle of a long first pack, one with none and one with twenty changes."""
    first, plain, small = asker.pack(None)
    middle = library.cursor_in_the_middle(first["cursor"])
    whole = library.cursor_at_the_end(first["cursor"])
    library.change_elsewhere()
    unchanged, nothing, _ = asker.pack(whole)
    figures: dict[str, Any] = {
        "first_items": first["itemCount"],
        "first_bytes": len(plain),
        "first_gzip_bytes": len(small),
        "unchanged_bytes": len(nothing),
        "unchanged_items": unchanged["itemCount"],
        "first": timed(lambda: asker.pack(None)),
        "middle": timed(lambda: asker.pack(middle)),
        "unchanged": timed(lambda: asker.pack(whole)),
    }
    library.change(20)
    changed, _, small = asker.pack(whole)
    figures |= {"changed_items": changed["itemCount"], "changed_gzip_bytes": len(small)}
    figures["changed"] = timed(lambda: asker.pack(whole))
    return figures


def growth(rows: dict[str, Any]) -> dict[str, float] | None:
    """How many times as long each takes in the largest library as in the smallest; None where there is only one.

    By the fastest round: a median tells what else runs on the machine.
    """
    if len(rows) == 1:
        return None
    smallest, *_, largest = rows.values()
    names = ("first", "middle", "changed", "unchanged")
    return {name: round(largest[name]["fastest_ms"] / smallest[name]["fastest_ms"], 2) for name in names}


def judged(rows: dict[str, Any], grown: dict[str, float] | None) -> dict[str, bool]:
    """Whether each promise is kept; that of growth only where there is any."""
    kept = {
        f"first pack of {FIRST_ITEMS} below {FIRST_LIMIT_BYTES:,} bytes with gzip": all(
            row["first_items"] == FIRST_ITEMS and row["first_gzip_bytes"] < FIRST_LIMIT_BYTES for row in rows.values()
        ),
        f"unchanged pack below {UNCHANGED_LIMIT_BYTES} bytes": all(
            row["unchanged_items"] == 0 and row["unchanged_bytes"] < UNCHANGED_LIMIT_BYTES for row in rows.values()
        ),
    }
    if grown:
        kept[f"no pack takes {GROWTH_LIMIT} times as long in the largest library"] = max(grown.values()) < GROWTH_LIMIT
    return kept


def main() -> None:
    """Fill, ask, fill more, ask again."""
    parser = argparse.ArgumentParser(prog="python -m bench.pack")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = sorted(set(parser.parse_args().sizes))
    rows: dict[str, Any] = {}
    with own_schema(SCHEMA):
        call_command("migrate", verbosity=0)
        asker = Asker(library.open_library())
        for size in sizes:
            started = perf_counter()
            library.fill(size)
            print(f"{size:,} items after {perf_counter() - started:.0f} s", flush=True)
            rows[str(size)] = measure(asker)
    grown = growth(rows)
    report = {
        "engine": connection.vendor,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "items": rows,
        "growth": grown,
        "kept": judged(rows, grown),
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    print(text)
    out = ROOT / "bench" / "out"
    out.mkdir(parents=True, exist_ok=True)
    (out / f"pack-{connection.vendor}.json").write_text(text + "\n", encoding="utf-8")
    raise SystemExit(0 if all(report["kept"].values()) else 1)


if __name__ == "__main__":
    main()
