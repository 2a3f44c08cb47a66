"""The draft of an entry, and the document as data."""

from datetime import date

import pytest

from backend.schema.contract.coordinates import contract_of, digest
from backend.schema.contract.drafts import begun, drafted
from backend.schema.contract.log import TODO, Log, read_log, write_entry, write_log

DAY, NEXT = date(2027, 1, 10), date(2027, 1, 11)
FIRST = contract_of("type Query { law: Int }")
SECOND = contract_of("type Query { law: Int rule: Int }")
THIRD = contract_of("type Query { law: Int rule: Int day: Int }")
NARROW = contract_of("type Query { law(of: Int!): Int rule: Int }")


def with_words(log: Log) -> Log:
    return read_log(write_log(log).replace(TODO, "Phones need it."))


def test_a_draft_holds_all_but_the_words() -> None:
    draft = drafted(begun(FIRST, DAY), FIRST, SECOND, NEXT)
    assert write_entry(draft.entries[0]) == (
        f"## 2027-01-11\n\n- why: TODO\n- added `Query.rule`: `Int`\n- contract: `{digest(SECOND)}`\n"
    )
    assert draft.entries[1:] == begun(FIRST, DAY).entries


def test_a_draft_asks_why_it_breaks_clients_where_it_does() -> None:
    draft = drafted(begun(SECOND, DAY), SECOND, NARROW, NEXT)
    assert write_entry(draft.entries[0]).splitlines()[2:5] == [
        "- why: TODO",
        "- breaking: TODO",
        "- added `Query.law(of:)`: `Int!`",
    ]


def test_an_unchanged_contract_changes_nothing() -> None:
    log = begun(FIRST, DAY)
    assert drafted(log, FIRST, FIRST, NEXT) == log
    assert drafted(log, FIRST, FIRST, NEXT, amend=True) == log


def test_a_draft_grows_with_the_contract() -> None:
    draft = drafted(drafted(begun(FIRST, DAY), FIRST, SECOND, DAY), SECOND, THIRD, NEXT)
    assert [len(entry.changes) for entry in draft.entries] == [2, 0]
    assert draft.entries[0].day == NEXT


def test_a_draft_goes_when_the_contract_is_as_before() -> None:
    log = begun(FIRST, DAY)
    assert drafted(drafted(log, FIRST, SECOND, DAY), SECOND, FIRST, NEXT) == log


def test_a_finished_entry_stands_and_the_next_one_is_new() -> None:
    finished = with_words(drafted(begun(FIRST, DAY), FIRST, SECOND, DAY))
    draft = drafted(finished, SECOND, THIRD, NEXT)
    assert draft.entries[1:] == finished.entries
    assert [change.coordinate for change in draft.entries[0].changes] == ["Query.day"]


def test_a_finished_entry_is_drawn_again_on_demand_and_keeps_its_words() -> None:
    finished = with_words(drafted(begun(FIRST, DAY), FIRST, SECOND, DAY))
    amended = drafted(finished, SECOND, THIRD, NEXT, amend=True)
    newest, first = amended.entries
    assert [change.coordinate for change in newest.changes] == ["Query.day", "Query.rule"]
    assert newest.why == "Phones need it."
    assert [first] == list(begun(FIRST, DAY).entries)


def test_a_break_that_is_gone_takes_its_reason_along() -> None:
    finished = with_words(drafted(begun(SECOND, DAY), SECOND, NARROW, DAY))
    assert finished.entries[0].breaking == "Phones need it."
    assert drafted(finished, NARROW, THIRD, NEXT, amend=True).entries[0].breaking == ""


def test_the_first_entry_is_never_drawn_again() -> None:
    log = begun(FIRST, DAY)
    assert drafted(log, FIRST, SECOND, NEXT, amend=True).entries[1:] == log.entries


def test_a_schema_file_that_the_log_does_not_lead_to_is_refused() -> None:
    with pytest.raises(ValueError, match="take both from one commit"):
        drafted(begun(FIRST, DAY), SECOND, THIRD, NEXT)
    log = drafted(begun(FIRST, DAY), FIRST, SECOND, NEXT)
    assert drafted(log, FIRST, SECOND, NEXT) == log


def test_words_may_be_longer_than_a_line() -> None:
    why = "手机上的应用更新很慢, " + "and the reason takes more than one line of a document " * 4 + "to tell."
    text = write_log(drafted(begun(FIRST, DAY), FIRST, SECOND, DAY)).replace(TODO, why)
    log = read_log(text)
    assert log.entries[0].why == why
    assert read_log(write_log(log)) == log
    assert max(len(line) for line in write_entry(log.entries[0]).splitlines()) <= 120


GOOD = write_log(drafted(begun(FIRST, DAY), FIRST, SECOND, DAY))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- why: TODO", "why not"),
        ("- added `Query.rule`", "- invented `Query.rule`"),
        ("- added `Query.rule`: `Int`", "- added `Query.rule`: `Int` → `Float`"),
        ("- added `Query.rule`: `Int`", "- changed `Query.rule`: `Int`"),
        (f"- contract: `{digest(SECOND)}`\n", ""),
        ("## 2027-01-10", "## 2027-02-31"),
        ("## 2027-01-10", "## soon"),
    ],
    ids=["prose", "verb", "two sides", "one side", "no digest", "no such day", "no day"],
)
def test_what_is_no_line_of_an_entry_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_log(GOOD.replace(old, new))
