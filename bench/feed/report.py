"""Medians, ratios, the table, and whether what was to be reached is reached."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The load's core was busy for so much of the time: what was measured is the load, not the server.
LOAD_IS_THE_LIMIT = 0.9
#: The server's core was busy for less of the time, though it was always asked: something else ran on it.
SERVER_WAS_DISTURBED = 0.9


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table: medians over the rounds."""

    label: str
    rate: float
    p50_ms: float
    p99_ms: float
    rss_mib: float
    load_cpu: float
    server_cpu: float

    @property
    def rate_per_cpu(self) -> float:
        """Requests for each second that the server had a core: the less disturbed figure on a busy machine."""
        return self.rate / self.server_cpu if self.server_cpu else 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """At least `factor` times as fast as another row."""

    key: str
    factor: float
    of: str
    stretch: bool = False


TARGETS = (
    Target("cached", 3, "mercurius-loaders-jit"),
    Target("cached", 0.4, "constant"),
    Target("computed", 1, "mercurius-loaders-jit"),
    Target("computed", 0.4, "limit"),
    Target("computed", 40, "graphene-feed"),
    Target("computed", 20, "strawberry-feed"),
    Target("computed", 1, "mercurius-join-jit", stretch=True),
    Target("computed", 0.6, "limit", stretch=True),
    Target("screen", 15, "graphene-screen"),
)
MOST_STATEMENTS_OF_THE_SCREEN = 8
MOST_GROWTH = 1.05


def figures(label: str, samples: Sequence[Mapping[str, float]], rss_mib: float) -> Figures:
    """The medians of the rounds."""
    names = ("rate", "p50_ms", "p99_ms", "load_cpu", "server_cpu")
    middle = {name: statistics.median(sample[name] for sample in samples) for name in names}
    return Figures(label=label, rss_mib=rss_mib, **middle)


def table(rows: Mapping[str, Figures]) -> str:
    """For people, in the order given; the limit is the limit of question A alone."""
    limit = rows["limit"].rate if "limit" in rows else None
    wide = max(len(row.label) for row in rows.values())
    head = f"{'what':<{wide}}  requests/s  of limit   p50 ms   p99 ms  RSS MiB  per CPU s  CPU server  CPU load"
    lines = [head, "-" * len(head)]
    for key, row in rows.items():
        of = f"{row.rate / limit:8.3f}" if limit and not key.endswith("screen") else " " * 8
        lines.append(
            f"{row.label:<{wide}}  {row.rate:10,.0f}  {of}  {row.p50_ms:7.2f}  {row.p99_ms:7.2f}  {row.rss_mib:7.0f}"
            f"  {row.rate_per_cpu:9,.0f}  {row.server_cpu:10.0%}  {row.load_cpu:8.0%} {_mark(row)}".rstrip()
        )
    marks = {_mark(row) for row in rows.values()}
    return "\n".join([*lines, *(text for mark, text in _MARKS.items() if mark in marks)])


_MARKS = {
    "*": "* the load was the limit: the server could do more",
    "!": "! the server had less than its core: it waited, or something else ran there",
}


def _mark(row: Figures) -> str:
    if row.load_cpu > LOAD_IS_THE_LIMIT:
        return "*"
    return "!" if row.server_cpu < SERVER_WAS_DISTURBED else ""


def rate_targets(rows: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """Every target of speed whose two rows were measured."""
    found = []
    for target in TARGETS:
        if target.key in rows and target.of in rows:
            value = rows[target.key].rate / rows[target.of].rate
            text = f"{rows[target.key].label} ≥ {target.factor:g} × {rows[target.of].label}"
            found.append(_line(text, value, reached=value >= target.factor, stretch=target.stretch))
    return found


def statement_targets(statements: Mapping[str, int]) -> list[dict[str, Any]]:
    """The same number for the shortest as for the longest page, and a bound for the screen."""
    *pages, screen = statements.items()
    (small, fewest), (large, most) = pages
    return [
        _line(f"SQL statements, {large} as for {small}: {most} and {fewest}", most, reached=most == fewest),
        _line(
            f"SQL statements of the {screen[0]} ≤ {MOST_STATEMENTS_OF_THE_SCREEN}",
            screen[1],
            reached=screen[1] <= MOST_STATEMENTS_OF_THE_SCREEN,
        ),
    ]


def memory_target(memory: Mapping[str, float]) -> dict[str, Any]:
    """Growth between two numbers of requests."""
    (few, before), (many, after) = memory.items()
    text = f"memory after {many} requests ≤ {MOST_GROWTH} × after {few} ({after:.1f} and {before:.1f} MiB)"
    return _line(text, after / before, reached=after <= MOST_GROWTH * before)


def _line(text: str, value: float, *, reached: bool, stretch: bool = False) -> dict[str, Any]:
    return {"target": text, "value": round(value, 3), "reached": reached, "stretch": stretch}


def target_lines(targets: Sequence[Mapping[str, Any]]) -> str:
    """One line each: reached or not, value, text."""
    return "\n".join(
        f"{'reached' if each['reached'] else 'NOT reached':<12}{each['value']:>9,.2f}  "
        f"{each['target']}{' (stretch)' if each['stretch'] else ''}"
        for each in targets
    )
