"""Whether the log tells the truth about the contract, and every change in it was one that may be made.

The log is a chain that needs no history of the repository: from the contract of today and the lines of the newest entry
follows the contract before it, whose digest the entry below has, and so on down to the first.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from backend.schema.contract.changes import Change, Kind, breaking, undone
from backend.schema.contract.coordinates import Contract, digest, parent
from backend.schema.contract.deprecation import deprecation_at, malformed
from backend.schema.contract.log import TODO, Entry, Log

ROOTS = ("Query", "Mutation", "Subscription")


def problems(log: Log, contract: Contract, today: date) -> list[str]:
    """What is wrong, one sentence each; nothing where all is in order."""
    newest = log.entries[0]
    if digest(contract) != newest.digest:
        return ["docs/api-changes.md does not lead to this contract: run `manage.py export_schema`"]
    late = [f"entry of {newest.day}: that day is still to come"] if newest.day > today else []
    return [*malformed(contract), *late, *_of_the_chain(log, contract)]


def _of_the_chain(log: Log, after: Contract) -> Iterator[str]:
    for entry, earlier in pairwise(log.entries):
        try:
            before = undone(after, entry.changes)
        except ValueError as error:
            yield f"entry of {entry.day}: {error}"
            return
        if digest(before) != earlier.digest:
            yield f"entry of {entry.day}: its lines are not all that changed since the entry of {earlier.day}"
            return
        if earlier.day > entry.day:
            yield f"entry of {entry.day}: it stands above a later day"
        yield from (f"entry of {entry.day}: {problem}" for problem in of_an_entry(entry, before, after))
        after = before
    first = log.entries[-1]
    if not first.why or first.changes:
        yield f"entry of {first.day}: the first entry has a why, and no changes"


def of_an_entry(entry: Entry, before: Contract, after: Contract) -> Iterator[str]:
    """What is wrong with one entry between these contracts."""
    if entry.why in ("", TODO):
        yield "write why, for those who write clients, in the line `- why:`"
    broken = breaking(before, after)
    if broken and entry.breaking in ("", TODO):
        yield f"write in a line `- breaking:` why this is right all the same: {' '.join(broken)}"
    if entry.breaking and not broken:
        yield "nothing in it breaks a client: take out the line `- breaking:`"
    gone = {change.coordinate for change in entry.changes if change.kind is Kind.REMOVED}
    for change in entry.changes:
        try:
            problem = _too_early(change, gone, entry.day) or _shortened(change, entry.day)
        except ValueError as error:
            problem = str(error)
        if problem:
            yield f"{change.coordinate}: {problem}"


def _too_early(change: Change, gone: set[str], day: date) -> str:
    """A type goes with the last field that leads to it; what has others to lead to it goes by its own deprecation."""
    whole = parent(change.coordinate)
    if change.kind is not Kind.REMOVED or not whole or (whole in gone and whole not in ROOTS):
        return ""
    deprecation = deprecation_at(change.before)
    if deprecation is None:
        return "it was removed without having been deprecated"
    return f"it goes not before {deprecation.until}" if deprecation.until > day else ""


def _shortened(change: Change, day: date) -> str:
    """A reason that is new counts from its entry; one that was there may only become longer."""
    if change.kind is Kind.REMOVED:
        return ""
    new, old = deprecation_at(change.after), deprecation_at(change.before)
    if new is None or new == old:
        return ""
    if old is not None and new.until < old.until:
        return f"it was to stay until {old.until}, which may only be put off"
    if new.since < day and (old is None or old.since != new.since):
        return f"it is deprecated since {day} at the earliest, the day of its entry"
    return ""
