"""An operation that takes too long is stopped, wherever it is, and nothing else is."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from backend.live.threads import in_thread, own_connections, pool
from backend.schema.server.deadline import Busy, Deadline, TimedOut, TimeLimit
from tests.schema.server.conftest import serving
from tests.schema.server.limited import LONG, SHORT, Slow, ask, endless, until
from tests.schema.server.sockets.clients import Client

#: Far more than a stop takes on the slowest machine, far less than what it stops.
SOON = 30.0

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    """A table to write to."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE deadline_probe (n integer)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE deadline_probe")


def rows() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM deadline_probe ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


def codes(response: Any) -> list[str]:
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]


@pytest.mark.parametrize("field", ["endless", "byDriver", "swallowing", "manyStatements", "items { n }"])
def test_a_query_is_stopped_and_the_next_one_on_its_thread_is_not(field: str) -> None:
    slow = Slow(seconds=0.5)
    began = time.monotonic()
    stopped, after = slow.ask(f"{{ {field} }}", "{ one }")
    assert time.monotonic() - began < SOON
    assert stopped.status_code == 503
    assert stopped.json() == {
        "errors": [{"message": "操作超时，已停止，未作任何更改，请稍后再试", "extensions": {"code": "TIMED_OUT"}}]
    }
    assert after.json() == {"data": {"one": 1}}
    assert pool().running == 0


def test_what_begins_after_the_stop_is_stopped_as_well() -> None:
    """And work that ends by itself, late, is answered: nothing of it was lost."""
    began = time.monotonic()
    (late,) = Slow(seconds=0.5, grace=SOON).ask("{ stubborn }")
    assert time.monotonic() - began < SOON
    assert late.json() == {"data": {"stubborn": 3}}


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("field", ["writeEndless", "writeSwallowing", "writeMany", "writeSavepoint"])
def test_a_mutation_that_is_stopped_has_changed_nothing(field: str) -> None:
    stopped, after = Slow(seconds=0.5).ask(f"mutation {{ {field}(number: 1) }}", "mutation { write(number: 2) }")
    assert (stopped.status_code, codes(stopped)) == (503, ["TIMED_OUT"])
    assert after.json() == {"data": {"write": 2}}
    assert rows() == [2]


@pytest.mark.usefixtures("table")
def test_what_was_done_before_stays_in_the_answer_and_what_comes_after_is_not_begun() -> None:
    slow = Slow(seconds=0.5)
    (response,) = slow.ask("mutation { a: write(number: 1) b: writeEndless(number: 2) touch }")
    assert response.status_code == 200
    assert response.json()["data"] == {"a": 1, "b": None, "touch": None}
    assert [(error["path"], error["extensions"]["code"]) for error in response.json()["errors"]] == [
        (["b"], "TIMED_OUT"),
        (["touch"], "TIMED_OUT"),
    ]
    assert rows() == [1]
    assert slow.touched == 0


@pytest.mark.usefixtures("table")
def test_what_was_committed_before_the_stop_is_not_called_unchanged() -> None:
    (response,) = Slow(seconds=0.5).ask("mutation { writeCommitRead(number: 1) }")
    assert response.json()["data"] == {"writeCommitRead": None}
    assert codes(response) == ["OUTCOME_UNKNOWN"]
    assert rows() == [1]


def test_waiting_for_a_thread_counts_and_what_waited_too_long_never_runs() -> None:
    slow = Slow(seconds=0.5)
    ran: list[int] = []

    async def run() -> None:
        holding = pool().start(lambda: slow.gate.wait(60))
        with pytest.raises(TimedOut):
            await slow.engine.limit.run(lambda: ran.append(1))
        slow.gate.set()
        await holding
        await slow.engine.limit.run(lambda: ran.append(2))

    asyncio.run(run())
    assert ran == [2]


def test_several_steps_of_one_operation_share_its_time() -> None:
    limit = TimeLimit(60)

    async def run() -> list[int]:
        long_ago = time.perf_counter() - 60
        with pytest.raises(TimedOut):
            await limit.run(endless, began=long_ago)
        return [await limit.run(lambda: ask("SELECT 1"), began=long_ago + 60)]

    began = time.monotonic()
    assert asyncio.run(run()) == [1]
    assert time.monotonic() - began < SOON


@pytest.mark.usefixtures("table")
def test_over_a_socket_as_well() -> None:
    slow = Slow(seconds=0.5)
    with serving(slow), Client(slow) as client:
        client.subscribe("mutation { writeEndless(number: 1) }")
        (stopped,) = client.take(1)
        assert (stopped["type"], stopped["payload"][0]["extensions"]["code"]) == ("error", "TIMED_OUT")
        assert client.ask("mutation { write(number: 2) }") == {"data": {"write": 2}}
    assert rows() == [2]


def test_a_full_queue_refuses_at_once() -> None:
    slow = Slow(seconds=60, waiting=2)

    async def run() -> Any:
        asked = [asyncio.ensure_future(slow.post("{ wait }"))]
        await until(lambda: pool().running == 1)
        asked += [asyncio.ensure_future(slow.post("{ wait }")) for _ in range(2)]
        await until(lambda: pool().waiting == 2)
        with pytest.raises(Busy):
            await slow.engine.limit.run(lambda: None)
        refused = await slow.post("{ wait }")
        owed = asyncio.ensure_future(slow.engine.limit.run(lambda: 5, unbounded=True))
        slow.gate.set()
        return refused, [(await answer).json() for answer in asked], await owed

    refused, answers, owed = asyncio.run(run())
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "2"
    assert refused.json()["errors"][0]["extensions"] == {"code": "BUSY", "retryAfter": 2}
    assert answers == [{"data": {"wait": 1}}] * 3
    assert owed == 5


def test_whoever_waits_for_what_cannot_be_stopped_is_told_that_nobody_knows() -> None:
    slow = Slow(seconds=0.2, grace=0.2)

    async def run() -> Any:
        response = await slow.post("{ wait }")
        slow.gate.set()
        return response

    response = asyncio.run(run())
    assert (response.status_code, codes(response)) == (500, ["OUTCOME_UNKNOWN"])
    assert slow.ask("{ one }")[0].json() == {"data": {"one": 1}}


def test_a_client_that_leaves_does_not_free_its_work_of_the_limit() -> None:
    limit = TimeLimit(1.0)

    async def run() -> Any:
        left = asyncio.ensure_future(limit.run(endless))
        await until(lambda: pool().running == 1)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        await until(lambda: pool().running == 0)
        return await limit.run(lambda: ask("SELECT 1"))

    began = time.monotonic()
    assert asyncio.run(run()) == 1
    assert time.monotonic() - began < SOON


def test_a_stop_that_comes_as_the_work_ends_never_hits_what_comes_next() -> None:
    """The stop and the end of the work start together, many times; what follows on the connection must be whole."""
    rounds = 1_000 if connection.vendor == "sqlite" else 200
    outcomes: list[str] = []
    stoppers: list[threading.Thread] = []

    def one(number: int) -> None:
        deadline = Deadline()
        meet = threading.Barrier(2)

        def stop() -> None:
            meet.wait(20)
            if deadline.expire():
                deadline.stop()

        stoppers.append(threading.Thread(target=stop))
        stoppers[-1].start()

        def work() -> None:
            ask("SELECT 1")
            meet.wait(20)
            if number % 2:
                ask(SHORT[connection.vendor])

        try:
            deadline.hold(work)
            outcomes.append("done")
        except TimedOut:
            outcomes.append("stopped")
        assert ask(SHORT[connection.vendor]) is not None

    for number in range(rounds):
        one(number)
    for stopper in stoppers:
        stopper.join()
    assert outcomes.count("stopped") > rounds / 20
    assert outcomes.count("done") > rounds / 20


class Hesitating:
    """A connection at which a stop looks for a long moment before it does anything."""

    def __init__(self, real: Any, looking: threading.Event) -> None:
        self._real = real
        self._looking = looking
        self.vendor = real.vendor

    @property
    def connection(self) -> Any:
        self._looking.set()
        time.sleep(0.5)
        return self._real.connection


def test_the_end_of_the_work_waits_for_a_stop_that_is_under_way() -> None:
    """Else that stop would find the next operation's statement on the connection."""
    deadline = Deadline()
    running, looking = threading.Event(), threading.Event()

    def stop() -> None:
        running.wait(20)
        deadline._connections = (Hesitating(own, looking),)  # type: ignore[assignment]
        assert deadline.expire()
        deadline.stop()

    def work() -> str:
        running.set()
        looking.wait(20)
        return "done"

    own = own_connections()[0]
    stopper = threading.Thread(target=stop)
    stopper.start()
    assert deadline.hold(work) == "done"
    assert ask(LONG[connection.vendor]) is not None
    stopper.join()


def test_a_stop_that_waited_for_the_end_of_the_work_does_nothing() -> None:
    deadline, looking = Deadline(), threading.Event()
    deadline._connections = (Hesitating(own_connections()[0], looking),)  # type: ignore[assignment]
    stopper = threading.Thread(target=deadline.stop)
    with deadline._lock:
        stopper.start()
        time.sleep(0.3)  # it stands before the lock
        deadline.ended = True
    stopper.join()
    assert not looking.is_set()


@pytest.mark.usefixtures("table")
@pytest.mark.skipif("sqlite" not in django_settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL locks rows")
@pytest.mark.parametrize(("held", "outcome"), [(0.7, "done"), (60.0, "stopped")])
def test_waiting_for_sqlites_one_writer_ends_with_the_limit_and_not_before(held: float, outcome: str) -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(held, lambda: other.execute("ROLLBACK"))
    release.start()
    began = time.monotonic()
    try:
        (response,) = Slow(seconds=SOON if outcome == "done" else 1.0).ask("mutation { write(number: 1) }")
    finally:
        release.cancel()
        if outcome == "stopped":
            other.execute("ROLLBACK")
        other.close()
    assert codes(response) == ([] if outcome == "done" else ["TIMED_OUT"])
    assert time.monotonic() - began < SOON
    assert rows() == ([1] if outcome == "done" else [])


def test_an_error_of_the_database_before_the_deadline_stays_what_it_is() -> None:
    deadline = Deadline()
    with pytest.raises(Exception, match="nonexistent"):
        deadline.hold(lambda: ask("SELECT * FROM nonexistent"))
    assert not deadline.passed


def test_work_without_a_limit_is_not_watched() -> None:
    assert asyncio.run(in_thread(lambda: ask("SELECT 1"))) == 1
    assert own_connections()[0].execute_wrappers == []
