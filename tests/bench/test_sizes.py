"""Measured at one size there is no growth to tell, and no promise of it to keep."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Apart from this process, for a bench takes a database of its own when it is imported.
ASKED = """
import json, sys
from bench import search
from bench.pack import __main__ as pack

def packed(ms):
    row = {name: {"fastest_ms": ms} for name in ("first", "middle", "changed", "unchanged")}
    return row | {"first_items": 200, "first_gzip_bytes": 1, "unchanged_items": 0, "unchanged_bytes": 1}

one, two = {"1000": packed(2.0)}, {"1000": packed(2.0), "10000": packed(4.0)}
found = {1000: {"index": {}, "search": {"p50_ms": 2.0}}}
print(json.dumps([
    pack.growth(one), pack.judged(one, pack.growth(one)), pack.growth(two), pack.judged(two, pack.growth(two)),
    search.growth(found), search.growth(found | {9000: {"index": {}, "search": {"p50_ms": 3.0}}}),
]))
"""


def test_growth_needs_two_sizes() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    one, kept, two, broken, found, grown = json.loads(done.stdout.splitlines()[-1])
    assert (one, found) == (None, None)
    assert (len(kept), all(kept.values())) == (2, True)
    assert two == dict.fromkeys(("first", "middle", "changed", "unchanged"), 2.0)
    assert (len(broken), sum(broken.values())) == (3, 2)
    assert grown == {"search": 1.5}
