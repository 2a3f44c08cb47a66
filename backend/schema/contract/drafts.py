"""The entry that a changed contract needs, ready but for the words."""

from datetime import date

from backend.schema.contract.changes import breaking, difference, undone
from backend.schema.contract.coordinates import Contract, digest
from backend.schema.contract.log import TODO, Entry, Log

PREAMBLE = """# Changes of the contract

What a client can ask and what it gets, newest change first. How an entry is made, and what it may take away:
[api.md](api.md#changing-the-contract). An added coordinate stands for all that it holds. `contract` is the digest of
`schema.graphql` without descriptions and order.

"""
BEGINNING = "The contract when this log began."


def begun(contract: Contract, today: date) -> Log:
    """A log that starts with the contract as it is."""
    return Log(PREAMBLE, (Entry(today, BEGINNING, "", (), digest(contract)),))


def drafted(log: Log, recorded: Contract, present: Contract, today: date, *, amend: bool = False) -> Log:
    """The log for the contract of the code, where `recorded` is that of schema.graphql.

    A newest entry that is a draft is drawn again, and with `amend` a finished one too: its words stay, its lines do
    not, and it goes where nothing is left of it. Raises ValueError where schema.graphql is not what the log leads to.
    """
    newest, *earlier = log.entries
    if digest(present) == newest.digest:
        return log
    if digest(recorded) != newest.digest:
        raise ValueError("schema.graphql is not what docs/api-changes.md leads to: take both from one commit first")
    if not earlier or not (amend or newest.is_draft):
        entry = _entry(Entry(today, TODO, "", (), ""), recorded, present)
        return Log(log.preamble, (entry, *log.entries))
    before = undone(recorded, newest.changes)
    if before == present:
        return Log(log.preamble, tuple(earlier))
    entry = _entry(Entry(today, newest.why, newest.breaking, (), ""), before, present)
    return Log(log.preamble, (entry, *earlier))


def _entry(words: Entry, before: Contract, after: Contract) -> Entry:
    reason = (words.breaking or TODO) if breaking(before, after) else ""
    return Entry(words.day, words.why, reason, tuple(difference(before, after)), digest(after))
