"""How long something stays after it was deprecated, said in the reason itself and in one form."""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

from backend.schema.contract.coordinates import Contract

# Whoever opens the app once a year, on Constitution Day, has one start on which to be told of a newer one; the
# weeks beyond the year are what such a newer app takes to reach the stores.
PERIOD = timedelta(days=400)
NOTHING = "nothing"
FORM = re.compile(r"since (\d{4}-\d\d-\d\d); use ([\w.@():]+); goes not before (\d{4}-\d\d-\d\d)", re.ASCII)
DIRECTIVE = re.compile(r" @deprecated(?:\(reason: (\"(?:[^\"\\]|\\.)*\")\))?")


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A deprecation: from when, in favour of which coordinate (or nothing), and how long it stays at least."""

    since: date
    use: str
    until: date

    @classmethod
    def of(cls, reason: str) -> "Deprecation":
        """Raises ValueError where the reason has not the form, or gives less than the period."""
        found = FORM.fullmatch(reason)
        if not found:
            raise ValueError(f"“{reason}” is not “since DATE; use COORDINATE; goes not before DATE”")
        deprecation = cls(date.fromisoformat(found[1]), found[2], date.fromisoformat(found[3]))
        if deprecation.until < deprecation.since + PERIOD:
            raise ValueError(f"it stays until {deprecation.since + PERIOD} at least, {PERIOD.days} days from its since")
        return deprecation


def deprecation_at(stands: str) -> Deprecation | None:
    """The deprecation of what stands at a coordinate. Raises ValueError as `Deprecation.of`."""
    found = DIRECTIVE.search(stands)
    return Deprecation.of(json.loads(found[1]) if found[1] else "") if found else None


def malformed(contract: Contract) -> list[str]:
    """What is wrong with the deprecations of a contract, one sentence each."""
    return [
        f"{coordinate}: {problem}"
        for coordinate, stands in sorted(contract.items())
        if (problem := _problem(stands, contract))
    ]


def _problem(stands: str, contract: Contract) -> str:
    try:
        deprecation = deprecation_at(stands)
    except ValueError as error:
        return str(error)
    if deprecation and deprecation.use not in (NOTHING, *contract):
        return f"it says to use {deprecation.use}, which the contract does not have"
    return ""
