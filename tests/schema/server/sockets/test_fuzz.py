"""Generated conversations, valid and broken, against a model of the protocol; and bytes that mean nothing."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Opcode

from tests.schema.server.sockets.clients import Client, RawClient, until
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.model import QUERIES, Closes, Model

#: Each example is a socket of its own at one server.
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
TOKENS = ["alice", "alice", "alice-2", "bob", "", "expired", "ended"]
IDS = ["a", "b", "标识"]

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
header = st.sampled_from(TOKENS).map(lambda token: {"Authorization": f"Bearer {token}"} if token else {})
subscribe = st.fixed_dictionaries(
    {
        "type": st.just("subscribe"),
        "id": st.sampled_from(IDS),
        "payload": st.fixed_dictionaries(
            {"query": st.sampled_from([*QUERIES])},
            optional={"operationName": st.none(), "variables": st.none() | st.just({}), "extensions": st.just({})},
        ),
    }
)
follow = st.sampled_from(IDS).map(
    lambda name: {"type": "subscribe", "id": name, "payload": {"query": "subscription { numbers }"}}
)
complete = st.fixed_dictionaries({"type": st.just("complete"), "id": st.sampled_from([*IDS, "never begun"])})
wellformed = st.one_of(
    st.fixed_dictionaries({"type": st.just("connection_init")}, optional={"payload": st.none() | header}),
    st.fixed_dictionaries({"type": st.just("ping")}, optional={"payload": st.none() | st.just({"n": [1, "嗨"]})}),
    header.map(lambda token: {"type": "ping", "payload": {"type": "SIGN_IN", **token}}),
    st.fixed_dictionaries({"type": st.just("pong")}, optional={"payload": st.none() | st.just({})}),
    *[subscribe, follow, complete] * 2,
)
kinds = st.sampled_from(["connection_init", "connection_ack", "ping", "pong", "subscribe", "next", "complete", "start"])
odd = st.fixed_dictionaries(
    {"type": kinds | anything},
    optional={"id": anything, "payload": anything | st.fixed_dictionaries({"query": anything})},
)
broken = odd.map(json.dumps) | anything.map(json.dumps) | st.text(max_size=20) | st.binary(max_size=20)
introductions = [
    json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}) for token in TOKENS
]
conversations = st.tuples(
    st.sampled_from([[], *([introduction] for introduction in introductions)]),
    st.lists(wellformed.map(json.dumps), max_size=10),
    st.lists(broken, max_size=3),
).map(lambda parts: [message for part in parts for message in part])


def plain(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without the wording of its errors."""
    if frame["type"] == "error":
        assert all(error["extensions"]["code"] for error in frame["payload"])
        return {"id": frame["id"], "type": "error"}
    if frame["type"] == "next":
        return {**frame, "payload": {"data": frame["payload"]["data"]}}
    return frame


def test_any_conversation_goes_as_the_protocol_says(open_hall: OpenHall) -> None:
    hall = open_hall()
    hall.ended.add("ended")
    codes: set[int] = set()

    @settings(max_examples=800, **SETTINGS)
    @given(conversations)
    def converse(messages: list[str | bytes]) -> None:
        model = Model()
        client = Client(hall, init=False)
        for message in messages:
            client.socket.send(message)
            expected = model.answer(message)
            if isinstance(expected, Closes):
                code, reason = client.closed_with()
                codes.add(code)
                assert code == expected.code
                assert reason == (expected.reason or reason) != ""
                return
            assert [plain(frame) for frame in client.take(len(expected))] == expected
        assert client.settled() == []
        until(lambda: hall.open_streams == len(model.running))
        client.close()
        until(lambda: hall.open_streams == 0)

    converse()
    assert codes == {4400, 4401, 4403, 4409, 4429}  # else the generator does not reach them


steps = st.lists(
    st.tuples(st.just("subscribe"), st.sampled_from([*QUERIES]))
    | st.tuples(st.just("complete"), st.integers(0, 10))
    | st.tuples(st.just("ping"), st.integers(0, 10)),
    max_size=25,
)


def test_messages_in_one_breath_get_what_they_ask_for_and_no_more_after_complete(open_hall: OpenHall) -> None:
    """Nobody waits here for an answer, so a complete meets its operation anywhere on its way."""
    hall = open_hall(burst=1000)

    @settings(max_examples=300, **SETTINGS)
    @given(steps)
    def converse(steps: list[tuple[str, Any]]) -> None:
        asked: list[str] = []
        completed: set[int] = set()
        client = Client(hall)
        for what, value in steps:
            if what == "subscribe":
                client.subscribe(value, str(len(asked)))
                asked.append(value)
            elif what == "complete":
                client.complete(str(value))
                completed |= {value} & {*range(len(asked))}
            else:
                client.send(type="ping", payload={"n": value})
        frames = client.settled()
        pongs = [frame["payload"]["n"] for frame in frames if frame["type"] == "pong"]
        assert pongs == [value for what, value in steps if what == "ping"]
        wanted = sum(_length(query) for number, query in enumerate(asked) if number not in completed)
        until(lambda: frames.extend(client.settled()) or _belonging(frames, asked, completed) >= wanted)
        for number, query in enumerate(asked):
            results, end = QUERIES[query]
            whole = [{"id": str(number), "type": "next", "payload": {"data": data}} for data in results]
            whole += [{"id": str(number), "type": end}] if end else []
            got = [plain(frame) for frame in frames if frame.get("id") == str(number)]
            assert got == whole[: len(got)]
            assert number in completed or len(got) == len(whole)
        client.close()
        until(lambda: hall.open_streams == 0)

    converse()


def _length(query: str) -> int:
    results, end = QUERIES[query]
    return len(results) + (end is not None)


def _belonging(frames: list[Any], asked: list[str], completed: set[int]) -> int:
    return sum(1 for frame in frames if "id" in frame and int(frame["id"]) not in completed)


raw_frames = st.lists(
    st.tuples(
        st.sampled_from([Opcode.TEXT, Opcode.BINARY, Opcode.CONT, Opcode.PING, Opcode.PONG, Opcode.CLOSE]),
        st.binary(max_size=125),
        st.booleans(),
    ),
    max_size=6,
)


def test_random_frames_and_bytes_are_no_error_of_ours(open_hall: OpenHall) -> None:
    """`open_hall` checks that the log says nothing, and that nothing is left."""
    hall = open_hall()

    @settings(max_examples=300, **SETTINGS)
    @given(raw_frames, st.binary(max_size=60))
    def send(frames: list[tuple[Opcode, bytes, bool]], rest: bytes) -> None:
        client = RawClient(hall).begin()
        try:
            for opcode, data, fin in frames:
                client.frame(opcode, data, fin=fin or opcode in (Opcode.PING, Opcode.PONG, Opcode.CLOSE))
            client.socket.sendall(rest)
        except OSError:
            pass  # it was closed already
        client.close()

    send()
    with Client(hall) as healthy:
        assert healthy.ask("{ hello }") == {"data": {"hello": "你好"}}
