"""Where things lie. All that a run makes is below bench/out, which git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS = Path(__file__).resolve().parent / "peers"
OUT = ROOT / "bench" / "out"
#: What is installed once and kept.
CACHE = OUT / "cache"
#: Database, logs and answers of the last run.
HOME = OUT / "feed"
DATABASE = HOME / "feed.sqlite3"
MANIFEST = HOME / "documents.json"
REPORT = OUT / "feed.json"
