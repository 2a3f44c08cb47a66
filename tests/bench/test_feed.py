"""The bench measures only servers that say the same, and does its sums right."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle

import pytest

from bench.feed import answers, report
from bench.feed.load import Exchange, Job, Load, WrongAnswer, percentiles
from bench.feed.report import Figures

DATA = {"feed": {"edges": [{"node": {"id": "1", "title": "借条"}}, {"node": {"id": "2", "title": "宅基地"}}]}}


def figures(**given: float) -> Figures:
    values = {"rate": 100.0, "p50_ms": 1.0, "p99_ms": 2.0, "rss_mib": 50.0, "load_cpu": 0.5, "server_cpu": 1.0}
    return Figures(label="a row", **{**values, **given})


def changed(text: str, by: str) -> object:
    return json.loads(json.dumps(DATA, ensure_ascii=False).replace(text, by))


def test_an_answer_that_is_written_otherwise_but_says_the_same_is_taken() -> None:
    body = json.dumps({"data": DATA}, indent=2, ensure_ascii=True).encode()
    answers.must_equal(DATA, answers.data_of("a peer", 200, body), name="a peer")


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (changed("宅基地", "宅基"), 'data.feed.edges[1].node.title: expected "宅基地", got "宅基"'),
        (changed('"1"', "1"), 'data.feed.edges[0].node.id: expected "1", got 1'),
        ({"feed": {"edges": DATA["feed"]["edges"][:1]}}, "data.feed.edges: expected"),
        ({"feed": {**DATA["feed"], "more": None}}, "data.feed: expected"),
        (changed('"id": "1", "title": "借条"', '"title": "借条", "id": "1"'), "the order of fields differs"),
    ],
    ids=["value", "type", "length", "field", "order"],
)
def test_a_peer_that_says_something_else_is_refused_with_the_place(found: object, place: str) -> None:
    with pytest.raises(answers.Differs) as caught:
        answers.must_equal(DATA, found, name="a peer")
    assert str(caught.value).startswith(f"a peer: {place}")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"data": {"feed": []}}'),
        (200, b"<html>"),
        (200, b'{"data": null}'),
        (200, b'{"data": {"feed": []}, "errors": [{"message": "no"}]}'),
        (200, b"[1]"),
    ],
    ids=["status", "no-json", "no-data", "errors", "no-object"],
)
def test_an_answer_that_is_no_success_is_refused(status: int, body: bytes) -> None:
    with pytest.raises(answers.Differs):
        answers.data_of("a peer", status, body)


def test_the_middle_of_the_rounds_counts() -> None:
    samples = [{"rate": rate, "p50_ms": 1, "p99_ms": 2, "load_cpu": 0.1, "server_cpu": 1} for rate in (5, 90, 7)]
    assert report.figures("a row", samples, 12.0).rate == 7


def test_the_percentiles_are_those_of_the_sorted_times() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert percentiles(seconds) == {"p50_ms": pytest.approx(51), "p99_ms": pytest.approx(100)}


def test_a_target_is_reached_from_its_factor_on_and_not_before() -> None:
    rows = {"limit": figures(rate=1000), "computed": figures(rate=400), "graphene-feed": figures(rate=10.1)}
    found = {each["value"]: each["reached"] for each in report.rate_targets(rows) if not each["stretch"]}
    assert found == {0.4: True, 39.604: False}


def test_targets_of_rows_that_were_not_measured_are_left_out() -> None:
    assert report.rate_targets({"computed": figures()}) == []


def test_the_statements_of_a_long_list_must_be_those_of_a_short_one() -> None:
    grown = report.statement_targets({"feed of 20": 3, "feed of 100": 83, "screen": 9})
    kept = report.statement_targets({"feed of 20": 3, "feed of 100": 3, "screen": 8})
    assert [each["reached"] for each in grown] == [False, False]
    assert [each["reached"] for each in kept] == [True, True]


@pytest.mark.parametrize(("after", "reached"), [(105.0, True), (105.2, False)], ids=["kept", "grown"])
def test_memory_may_grow_by_a_twentieth(after: float, reached: bool) -> None:
    assert report.memory_target({"10,000": 100.0, "100,000": after})["reached"] is reached


def test_the_table_tells_ratios_and_marks_what_was_not_the_servers_own_figure() -> None:
    rows = {
        "limit": figures(rate=1000),
        "cached": figures(rate=2500, load_cpu=0.97),
        "computed": figures(rate=400, server_cpu=0.6),
        "screen": figures(rate=300),
    }
    lines = report.table(rows).splitlines()
    limit, cached, computed, screen = lines[2:6]
    assert limit.split()[2:4] == ["1,000", "1.000"]
    assert cached.split()[3] == "2.500"
    assert computed.split()[3] == "0.400"
    assert screen.split()[2:4] == ["300", "1.00"]
    assert computed.split()[7:9] == ["667", "60%"]
    assert [line.split()[-1] for line in (limit, cached, computed, screen)] == ["50%", "*", "!", "50%"]
    assert [line[0] for line in lines[6:]] == ["*", "!"]


@contextmanager
def server(*bodies: bytes, closing: bool = False) -> Iterator[int]:
    """Answers one connection after the other, the bodies in turn, in two pieces each."""
    listening = socket.create_server(("127.0.0.1", 0))
    turns = cycle(bodies)
    head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" if closing else b"HTTP/1.1 200 OK\r\n\r\n"

    def serve() -> None:
        with suppress(OSError):  # it ends when the listening socket or a connection does
            while True:
                link, _ = listening.accept()
                with link:
                    while link.recv(65_536):
                        body = next(turns)
                        link.sendall(head + body[:1])
                        link.sendall(body[1:])
                        if closing:
                            break

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def run(port: int, requests: int) -> dict[str, float]:
    return Load(Job(port, [Exchange(b"GET / HTTP/1.1\r\n\r\n", b"right")], connections=1, requests=requests)).run()


@pytest.mark.parametrize("closing", [False, True], ids=["kept", "closed"])
def test_the_load_counts_the_answers_that_it_compared(closing: bool) -> None:
    with server(b"right", closing=closing) as port:
        result = run(port, 50)
    assert result["requests"] == 50
    assert result["reconnects"] == (50 if closing else 0)


def test_the_load_gives_up_where_a_server_changes_its_answer() -> None:
    with server(b"right", b"right", b"wrong") as port, pytest.raises(WrongAnswer, match="wrong"):
        run(port, 500)


def test_a_job_survives_the_way_to_its_process() -> None:
    job = Job(80, [Exchange(b"\x00\xff", "问".encode())], connections=2, warm=0.5, seconds=1.0, watched=[1])
    assert Job.from_json(job.to_json()) == job
