"""docs/api-changes.md as data, and back: newest entry first."""

import re
from dataclasses import dataclass
from datetime import date
from textwrap import fill

from backend.schema.contract.changes import Change, Kind

TODO = "TODO"
WIDTH = 120
HEADING = re.compile(r"^## (\d{4}-\d\d-\d\d)$", re.MULTILINE)
WORDS = re.compile(r"- (why|breaking): (\S.*)")
DIGEST = re.compile(r"- contract: `([0-9a-f]{64})`")
CHANGE = re.compile(r"- (\w+) `([^`]+)`: `([^`]+)`(?: → `([^`]+)`)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the contract: why, what breaks and why that is right, each coordinate, and where it leads."""

    day: date
    why: str
    breaking: str
    changes: tuple[Change, ...]
    digest: str

    @property
    def is_draft(self) -> bool:
        """Whether a person has yet to write something."""
        return TODO in (self.why, self.breaking)


@dataclass(frozen=True, slots=True)
class Log:
    """The whole document; `entries` begins with the newest and has one at least."""

    preamble: str
    entries: tuple[Entry, ...]


def read_log(text: str) -> Log:
    """Raises ValueError with the line that is no part of a log."""
    preamble, *parts = HEADING.split(text)
    if not parts:
        raise ValueError("the log has no entry")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Log(preamble, tuple(_read_entry(day, body) for day, body in pairs))


def write_log(log: Log) -> str:
    """The text from which `read_log` makes the same log."""
    return log.preamble + "\n".join(write_entry(entry) for entry in log.entries)


def write_entry(entry: Entry) -> str:
    """One entry as it stands in the document."""
    lines = [f"## {entry.day}", "", _wrapped(f"- why: {entry.why}")]
    if entry.breaking:
        lines.append(_wrapped(f"- breaking: {entry.breaking}"))
    lines += [write_change(change) for change in entry.changes]
    return "\n".join([*lines, f"- contract: `{entry.digest}`", ""])


def write_change(change: Change) -> str:
    """One line."""
    stands = " → ".join(f"`{side}`" for side in (change.before, change.after) if side)
    return f"- {change.kind} `{change.coordinate}`: {stands}"


def _read_entry(day: str, body: str) -> Entry:
    words, changes, digests = {"why": "", "breaking": ""}, [], []
    for line in filter(None, re.sub(r"\n +", " ", body).splitlines()):
        if found := WORDS.fullmatch(line):
            words[found[1]] = found[2]
        elif found := DIGEST.fullmatch(line):
            digests.append(found[1])
        elif found := CHANGE.fullmatch(line):
            changes.append(_read_change(found, line))
        else:
            raise ValueError(f"entry of {day}: “{line}” is no line of an entry")
    if len(digests) != 1:
        raise ValueError(f"entry of {day}: it needs one line `- contract:`")
    return Entry(date.fromisoformat(day), words["why"], words["breaking"], tuple(changes), digests[0])


def _read_change(found: re.Match[str], line: str) -> Change:
    verb, coordinate, first, second = found.groups()
    kind = next((kind for kind in Kind if kind == verb), None)
    one_sided = kind in (Kind.ADDED, Kind.REMOVED)
    if kind is None or one_sided == bool(second):
        raise ValueError(f"“{line}” is no line of an entry")
    return Change(kind, coordinate, "" if kind is Kind.ADDED else first, first if kind is Kind.ADDED else second or "")


def _wrapped(line: str) -> str:
    return fill(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
