"""What a run says at its end: to people as text, to programs as bench/out/feed.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.feed import machine, report
from bench.feed.paths import PEERS, REPORT
from bench.feed.rounds import Pace, Row


def tell(
    notes: Mapping[str, Any],
    pace: Pace,
    rows: Sequence[Row],
    statements: Mapping[str, int],
    growth: Mapping[str, float],
) -> None:
    """Print the table and the targets, and write the file."""
    found = {row.contender.key: report.figures(row.contender.label, row.samples, row.rss_mib) for row in rows}
    targets = report.rate_targets(found)
    targets += report.statement_targets(statements) if statements else []
    targets += [report.memory_target(growth)] if growth else []
    packages = {path.parent.name: machine.pinned(path) for path in sorted(PEERS.glob("*/requirements.in"))}
    packages["mercurius"] = machine.pinned(PEERS / "mercurius" / "package.json")
    whole = {
        "machine": {**notes, "peers": packages},
        "pace": asdict(pace),
        "rows": {key: {**asdict(each), "rate_per_cpu": each.rate_per_cpu} for key, each in found.items()},
        "ways": {row.contender.key: row.contender.way.__name__ for row in rows},
        "samples": {row.contender.key: row.samples for row in rows},
        "statements": statements,
        "memory_mib": growth,
        "targets": targets,
    }
    REPORT.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{_heading(notes, pace)}\n\n{report.table(found)}\n\n{report.target_lines(targets)}\n")
    print(f"written: {REPORT.name} in bench/out")


def _heading(notes: Mapping[str, Any], pace: Pace) -> str:
    return (
        f"{notes['processor']}, {notes['cores']} cores; Python {notes['python']}, SQLite {notes['sqlite']}, "
        f"Node {notes['node']}; load before: {notes['load_average_before']:.2f}\n"
        f"medians of {pace.rounds} interleaved rounds of {pace.seconds:g} s, {pace.connections} connections; "
        f"server and load each on a core of its own: {'yes' if pace.load_core is not None else 'NO'}"
    )
