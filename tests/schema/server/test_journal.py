"""The log of operations: everything that helps, and nothing that anybody wrote."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backend.logs import JsonLines
from backend.schema.server.journal import LATEST_SECONDS, MOST_LINES, Journal
from backend.schema.server.observe import Observation, Observer
from tests.schema.server.limited import Slow

PHONE = "13912345678"
SECRET = "不要告诉别人"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """What production's handler has written so far."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.extend(self.format(record).split("\n"))

    handler = Handler()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("backend")
    logger.addHandler(handler)
    yield lambda: written
    logger.removeHandler(handler)


def seen(seconds: float = 0.0123, **more: Any) -> Observation:
    observation = Observation()
    observation.name, observation.kind, observation.digest = "Feed", "query", "d" * 64
    observation.seconds = seconds
    for name, value in more.items():
        setattr(observation, name, value)
    return observation


def test_a_line_holds_what_an_operator_asks_for(lines: Callable[[], list[str]]) -> None:
    journal = Journal(as_json=True)
    more = {"cost": 120, "statements": 2, "sql_seconds": 0.004, "status": 200, "planned": True, "codes": ["NOT_FOUND"]}

    async def run() -> None:
        journal.record(seen(**more, upstream_id="4bf92f3577b34da6"), "0123456789abcdef")
        await journal.close()

    asyncio.run(run())
    line = json.loads(lines()[0])
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "event": "operation",
        "id": "0123456789abcdef",
        "upstream_id": "4bf92f3577b34da6",
        "operation": "Feed",
        "kind": "query",
        "document": "d" * 64,
        "ms": 12.3,
        "cost": 120,
        "sql": 2,
        "sql_ms": 4.0,
        "cached": False,
        "planned": True,
        "errors": ["NOT_FOUND"],
        "status": 200,
    }


def test_lines_are_written_together_and_soon(lines: Callable[[], list[str]]) -> None:
    journal = Journal(as_json=True)

    async def run() -> None:
        for number in range(MOST_LINES + 2):
            journal.record(seen(), str(number))
        assert len(lines()) == MOST_LINES
        async with asyncio.timeout(30):
            while len(lines()) < MOST_LINES + 2:  # noqa: ASYNC110 - nothing else tells it
                await asyncio.sleep(LATEST_SECONDS)

    asyncio.run(run())
    assert [json.loads(line)["id"] for line in lines()] == [str(number) for number in range(MOST_LINES + 2)]


def test_a_slow_one_is_told_at_once_with_what_it_asked_the_database(lines: Callable[[], list[str]]) -> None:
    journal = Journal(slow_ms=500, as_json=True)
    slow = seen(0.75)
    slow.statement(0.7, "SELECT 1 FROM t WHERE phone = %s")
    journal.record(slow, "0123456789abcdef")
    line = json.loads(lines()[0])
    assert line["level"] == "WARNING"
    assert line["statements"] == [{"text": "SELECT 1 FROM t WHERE phone = %s", "ms": 700.0}]


def test_people_read_lines_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(slow_ms=500)
    slow = seen(0.75, codes=["TIMED_OUT"], cost=3)
    slow.statement(0.7, "SELECT 1")
    with caplog.at_level(logging.INFO):
        journal.record(seen(cached=True), "0123456789abcdef")
        journal.record(slow, "fedcba9876543210")
    assert caplog.messages == [
        "query Feed from the cache: 12.3 ms, 0 SQL, cost 0 [0123456789abcdef]",
        "slow: query Feed: 750.0 ms, 1 SQL, cost 3 TIMED_OUT [fedcba9876543210]\n  700.0 ms SELECT 1",
    ]


def test_where_nobody_listens_no_line_is_made(lines: Callable[[], list[str]]) -> None:
    logger = logging.getLogger("backend.schema.server.journal")
    logger.setLevel(logging.WARNING)
    try:
        Journal(as_json=True).record(seen(), "0123456789abcdef")
    finally:
        logger.setLevel(logging.NOTSET)
    assert lines() == []


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("slow_ms", [0, 60_000], ids=["slow", "quick"])
def test_nothing_that_a_client_wrote_is_in_the_log(lines: Callable[[], list[str]], slow_ms: int) -> None:
    server = Slow(seconds=60)
    journal = Journal(slow_ms=slow_ms, as_json=True)
    server.engine.observer = Observer(journal)

    async def run() -> None:
        query = f'query Q($text: String!) {{ length(text: $text) literal: length(text: "{SECRET}") }}'
        answer = await server.post(query, {"text": PHONE}, {"authorization": f"Bearer {SECRET.encode().hex()}"})
        assert answer.json() == {"data": {"length": len(PHONE), "literal": len(SECRET)}}
        await server.post(f'{{ length(text: "{SECRET}", nothing: {PHONE}) }}')
        await server.post("query Q($text: Int!) { length(text: $text) }", {"text": PHONE})
        await journal.close()

    asyncio.run(run())
    assert len(lines()) == 3
    whole = "\n".join(lines())
    assert PHONE not in whole
    assert SECRET not in whole
    assert json.dumps(SECRET) not in whole
    assert SECRET.encode().hex() not in whole
    if slow_ms == 0:
        statements = json.loads(lines()[0])["statements"]
        assert [each["text"] for each in statements] == ["SELECT length(%s)"] * 2


def test_every_line_of_production_is_json(settings: Any, lines: Callable[[], list[str]]) -> None:
    settings.DEVELOPMENT = False
    log = logging.getLogger("backend.tests")
    log.warning("one %s", "word")
    try:
        int(PHONE + "x")
    except ValueError:
        log.exception("it failed")
    first, second = (json.loads(line) for line in lines())
    assert (first["level"], first["logger"], first["message"]) == ("WARNING", "backend.tests", "one word")
    assert second["message"] == "it failed"
    assert second["error"].startswith("ValueError\n")
    assert "test_journal.py" in second["error"]
    assert PHONE not in second["error"]
