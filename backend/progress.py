"""How far a long command has come: a bar on a terminal, nothing in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: Told of (done, total) now and then.
Report = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""


@contextmanager
def progress_bar(stream: Any, label: str) -> Iterator[Report]:
    """A bar on `stream` while inside, where that is a terminal; elsewhere silence."""
    if not stream.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=cast("TextIO", stream))) as bars:
        task = bars.add_task(label, total=None)

        def report(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield report
