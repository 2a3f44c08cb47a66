"""The log of changes: what it must say before a changed contract is let through."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from backend.schema.contract.changes import difference
from backend.schema.contract.coordinates import contract_of, digest
from backend.schema.contract.deprecation import PERIOD, Deprecation, malformed
from backend.schema.contract.drafts import begun, drafted
from backend.schema.contract.log import TODO, Entry, Log, read_log, write_log
from backend.schema.contract.rules import problems

START = date(2027, 1, 10)
LATER = START + timedelta(days=30)
FIRST = contract_of("type Query { law: Int rule: Int year(of: Int): Int }")
WITH_DAY = contract_of("type Query { law: Int rule: Int year(of: Int): Int day: Int }")
WITHOUT_LAW = contract_of("type Query { rule: Int year(of: Int): Int }")


def reason(since: date, until: date, use: str = "Query.rule") -> str:
    return f"since {since}; use {use}; goes not before {until}"


def deprecated(since: date = LATER, until: date | None = None, use: str = "Query.rule") -> dict[str, str]:
    stands = f'Int @deprecated(reason: "{reason(since, until or since + PERIOD, use)}")'
    return {**FIRST, "Query.law": stands}


def log_of(*contracts: dict[str, str], days: tuple[date, ...] = (START, LATER), breaking: str = "") -> Log:
    """A log through these contracts, first to last, written as a person would."""
    log = begun(contracts[0], days[0])
    for (before, after), day in zip(pairwise(contracts), days[1:], strict=True):
        entry = Entry(day, "Phones need it.", breaking, tuple(difference(before, after)), digest(after))
        log = Log(log.preamble, (entry, *log.entries))
    return read_log(write_log(log))


def test_a_contract_whose_changes_are_told_is_let_through() -> None:
    assert problems(log_of(FIRST, days=(START,)), FIRST, START) == []
    assert problems(log_of(FIRST, WITH_DAY), WITH_DAY, LATER) == []


def test_a_changed_contract_without_an_entry_is_refused() -> None:
    (problem,) = problems(log_of(FIRST, days=(START,)), WITH_DAY, LATER)
    assert "export_schema" in problem


def test_a_draft_is_refused_until_a_person_wrote_the_why() -> None:
    draft = drafted(log_of(FIRST, days=(START,)), FIRST, WITH_DAY, LATER)
    assert draft.entries[0].is_draft
    (problem,) = problems(draft, WITH_DAY, LATER)
    assert "write why" in problem
    text = write_log(draft)
    assert text.count(TODO) == 1
    assert problems(read_log(text.replace(TODO, "Calendars show it.")), WITH_DAY, LATER) == []


def test_an_entry_that_leaves_out_a_line_is_refused() -> None:
    both = {**WITH_DAY, "Query.hour": "Int"}
    text = write_log(log_of(FIRST, both)).replace("- added `Query.hour`: `Int`\n", "")
    (problem,) = problems(read_log(text), both, LATER)
    assert "not all that changed" in problem


def test_an_entry_that_tells_what_did_not_happen_is_refused() -> None:
    text = write_log(log_of(FIRST, WITH_DAY)).replace("`Query.day`: `Int`", "`Query.day`: `Day`")
    (problem,) = problems(read_log(text), WITH_DAY, LATER)
    assert "not what the entry says" in problem


def test_an_older_entry_cannot_be_rewritten_either() -> None:
    last = {**WITH_DAY, "Query.hour": "Int"}
    text = write_log(log_of(FIRST, WITH_DAY, last, days=(START, LATER, LATER)))
    assert problems(read_log(text), last, LATER) == []
    (problem,) = problems(read_log(text.replace("- added `Query.day`: `Int`\n", "")), last, LATER)
    assert str(LATER) in problem


NARROWER = {
    "type changed": {**FIRST, "Query.law": "String"},
    "argument required": {**FIRST, "Query.year(of:)": "Int!"},
    "required argument added": {**FIRST, "Query.year(from:)": "Int!"},
}


@pytest.mark.parametrize("case", NARROWER)
def test_what_breaks_a_client_needs_a_reason(case: str) -> None:
    after = NARROWER[case]
    for breaking in ("", TODO):
        (problem,) = problems(log_of(FIRST, after, breaking=breaking), after, LATER)
        assert "Query." in problem
    assert problems(log_of(FIRST, after, breaking="No app asks for it."), after, LATER) == []


def test_a_reason_for_a_break_that_is_none_is_refused() -> None:
    (problem,) = problems(log_of(FIRST, WITH_DAY, breaking="Why not"), WITH_DAY, LATER)
    assert "nothing in it breaks" in problem


def test_what_was_not_deprecated_is_not_removed_whatever_the_reason() -> None:
    (problem,) = problems(log_of(FIRST, WITHOUT_LAW, breaking="It is old."), WITHOUT_LAW, LATER)
    assert "without having been deprecated" in problem


@pytest.mark.parametrize(
    ("days", "allowed"), [(PERIOD - timedelta(days=1), False), (PERIOD, True)], ids=["a day early", "in time"]
)
def test_what_was_deprecated_goes_after_the_period(days: timedelta, allowed: bool) -> None:
    end = LATER + days
    log = log_of(FIRST, deprecated(), days=(START, LATER))
    entry = Entry(end, "Over.", "Told in time.", tuple(difference(deprecated(), WITHOUT_LAW)), digest(WITHOUT_LAW))
    found = problems(Log("", (entry, *log.entries)), WITHOUT_LAW, end)
    assert found == ([] if allowed else [f"entry of {end}: Query.law: it goes not before {LATER + PERIOD}"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type Query { a: Kind } enum Kind { OLD NEW }", "type Query { a: Kind } enum Kind { NEW }"),
        (
            "type Query { a(by: By): Int } input By { old: Int new: Int }",
            "type Query { a(by: By): Int } input By { new: Int }",
        ),
        ("type Query { a(old: Int): Int }", "type Query { a: Int }"),
        ("type Query { a: Int } type Mutation { old: Int }", "type Query { a: Int }"),
    ],
    ids=["value", "input field", "argument", "last mutation"],
)
def test_every_kind_of_member_is_deprecated_before_it_goes(before: str, after: str) -> None:
    old, new = contract_of(before), contract_of(after)
    found = problems(log_of(old, new, breaking="It is old."), new, LATER)
    assert [problem.split(": ")[-1] for problem in found] == ["it was removed without having been deprecated"]


def test_a_type_goes_with_the_field_that_led_to_it() -> None:
    stands = f'Law @deprecated(reason: "{reason(START, START + PERIOD)}")'
    before = {**contract_of("type Query { rule: Int law: Law } type Law { name(of: Int): Int }"), "Query.law": stands}
    after = contract_of("type Query { rule: Int }")
    end = START + PERIOD
    assert problems(log_of(before, after, days=(START, end), breaking="Told in time."), after, end) == []


def test_a_deprecation_counts_from_its_entry_and_not_from_before() -> None:
    early = deprecated(since=LATER - timedelta(days=1))
    (problem,) = problems(log_of(FIRST, early), early, LATER)
    assert f"since {LATER}" in problem
    assert problems(log_of(FIRST, deprecated()), deprecated(), LATER) == []


def test_a_deprecation_may_be_prolonged_and_not_shortened() -> None:
    first, long = deprecated(), deprecated(until=LATER + 2 * PERIOD)
    days = (START, LATER, LATER + timedelta(days=1))
    assert problems(log_of(FIRST, first, long, days=days), long, days[-1]) == []
    for shorter in (first, deprecated(since=days[-1])):
        (problem,) = problems(log_of(FIRST, long, shorter, days=days), shorter, days[-1])
        assert "only be put off" in problem


def test_entries_stand_in_the_order_of_their_days_and_none_ahead_of_today() -> None:
    (problem,) = problems(log_of(FIRST, WITH_DAY, days=(LATER, START)), WITH_DAY, LATER)
    assert "above a later day" in problem
    (problem,) = problems(log_of(FIRST, WITH_DAY), WITH_DAY, LATER - timedelta(days=1))
    assert "still to come" in problem


def test_the_first_entry_is_not_a_place_for_changes() -> None:
    log = log_of(FIRST, WITH_DAY)
    (problem,) = problems(Log("", log.entries[:1]), WITH_DAY, LATER)
    assert "first entry" in problem


BAD_REASONS = {
    "no form": "old",
    "no date": "since now; use Query.rule; goes not before 2028-02-14",
    "no such date": "since 2027-13-10; use Query.rule; goes not before 2029-02-14",
    "too short": "since 2027-01-10; use Query.rule; goes not before 2028-02-13",
    "more words": "since 2027-01-10; use Query.rule; goes not before 2028-02-14.",
}


@pytest.mark.parametrize("text", BAD_REASONS.values(), ids=BAD_REASONS)
def test_a_reason_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Deprecation.of(text)
    assert len(malformed({**FIRST, "Query.law": f'Int @deprecated(reason: "{text}")'})) == 1


def test_a_reason_tells_what_to_use_of_the_contract_or_nothing() -> None:
    found = Deprecation.of("since 2027-01-10; use Query.rule; goes not before 2028-02-14")
    assert found == Deprecation(date(2027, 1, 10), "Query.rule", date(2028, 2, 14))
    for use in ("Query.rule", "Query.year(of:)", "nothing"):
        assert malformed(deprecated(use=use)) == []
    assert "does not have" in malformed(deprecated(use="Query.gone"))[0]
    assert len(malformed({**FIRST, "Query.law": "Int @deprecated"})) == 1
