"""The feed and the villager's screen, beside what people would pick instead.

    python -m bench.feed                     three rounds of seven seconds a row
    python -m bench.feed --quick             one short round
    python -m bench.feed --only limit mercurius graphene

What the rows are and what they may be compared with stands in bench/README.md.
"""

import argparse
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NoReturn

from bench.feed import answers, machine, memory, outcome, project, rounds
from bench.feed.answers import Differs
from bench.feed.contenders import ANSWER, Contender, contenders
from bench.feed.rounds import Pace, Row
from bench.feed.servers import DoesNotStart

#: In a normal run memory is measured if its requests take no longer.
MEMORY_SECONDS = 150


def main() -> None:
    """Prepare, check, measure, report."""
    signal.signal(signal.SIGTERM, _end)
    options = _options()
    notes = machine.notes()
    print("making the database …", flush=True)
    token = project.make_database()
    wanted = contenders(token, lambda key: not options.only or any(_names(key, name) for name in options.only))
    pace = Pace(options.rounds, options.seconds, options.warm, options.connections, *_cores(), options.nice)
    try:
        rows = _measure(wanted, pace)
    except (Differs, DoesNotStart) as error:
        raise SystemExit(f"nothing is measured: {error}") from error
    by_key = {row.contender.key: row for row in rows}
    statements = project.statements(token) if "computed" in by_key else {}
    growth = _growth(by_key, pace, options)
    outcome.tell(notes, pace, rows, statements, growth)


def _end(*_: Any) -> NoReturn:
    """On SIGTERM as on Ctrl-C: leave every block, so that every server is ended."""
    raise SystemExit(128 + signal.SIGTERM)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.feed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=7.0, help="measured a row and round")
    parser.add_argument("--warm", type=float, default=1.5, help="seconds before that which are not counted")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", nargs="+", default=[], metavar="ROW", help="rows by the beginning of their names")
    parser.add_argument("--memory", action="store_true", help=f"also where it takes more than {MEMORY_SECONDS} s")
    parser.add_argument("--quick", action="store_true", help="one round of two seconds, and no memory unless asked for")
    parser.add_argument("--nice", type=int, default=0, help="-15 sets what is measured before all else; needs root")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.warm = 1, 2.0, 0.7
    return options


def _names(key: str, name: str) -> bool:
    """Whether `name` names the row, its group, or a row of the group."""
    return key.startswith(name) or name.startswith(key)


def _cores() -> tuple[int | None, int | None]:
    """One for the servers, one for the load; none where there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) > 1:
        return usable[0], usable[1]
    print("there is one core: servers and load share it, so every figure is too low")
    return None, None


def _measure(wanted: Sequence[Contender], pace: Pace) -> list[Row]:
    """Every server started and its answer compared, then the rounds. Raises Differs or DoesNotStart."""
    expected: dict[str, Any] = {}
    rows = {}
    with ExitStack() as running:
        # What answers constant bytes goes last: it repeats what the others have answered.
        for contender in sorted(wanted, key=lambda each: each.key == "constant"):
            ANSWER.write_text(answers.normal({"data": expected.get("Feed")}), encoding="utf-8")
            server = running.enter_context(contender.server(pace.server_core, pace.nice))
            rows[contender.key] = rounds.check(contender, server, expected)
        found = [rows[contender.key] for contender in wanted]
        sizes = {name: len(answers.normal(data).encode()) for name, data in expected.items()}
        print(f"{len(rows)} rows answer the same, in bytes: {sizes}", flush=True)
        rounds.run(found, pace)
        return found


def _growth(rows: Mapping[str, Row], pace: Pace, options: argparse.Namespace) -> dict[str, float]:
    """Memory by number of requests; nothing where it would take too long and was not asked for."""
    if "computed" not in rows or "screen" not in rows:
        return {}
    seconds = memory.MANY * memory.seconds_a_request(rows["computed"], rows["screen"])
    if not options.memory and (options.quick or seconds > MEMORY_SECONDS):
        print(f"memory is not measured, as {memory.MANY:,} requests take {seconds:.0f} s: --memory does it")
        return {}
    print(f"memory: {memory.MANY:,} requests, about {seconds:.0f} s …", flush=True)
    return memory.grow(rows["computed"].contender, rows["screen"].contender, pace)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nended; so are all servers") from None
