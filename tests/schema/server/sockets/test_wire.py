"""Below the protocol: clients that do not read, do not leave, flood, or send what is no websocket; and the end."""

import random
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from websockets.frames import Frame, Opcode

from backend.schema.server.wire import BoundedWebSocket
from tests.schema.server.sockets.clients import Client, RawClient, encoded, until
from tests.schema.server.sockets.conftest import OpenHall
from tests.schema.server.sockets.hall import Hall

RESTARTING = (1012, "The server restarts: reconnect and resume")
PIECES = encoded(Opcode.TEXT, b'{"type"', fin=False)


class Hasty(BoundedWebSocket):
    """It gives clients little time to read what is left."""

    linger_seconds = 0.3
    stopping_seconds = 0.3


def goodbye(frames: list[Frame]) -> tuple[int, str]:
    """Code and reason of the close frame that comes last."""
    assert frames[-1].opcode is Opcode.CLOSE, frames[-1]
    return int.from_bytes(frames[-1].data[:2]), frames[-1].data[2:].decode()


def fill_up(hall: Hall) -> RawClient:
    """A client that has read nothing for so long that the server waits for it."""
    client = RawClient(hall).begin()
    client.say(type="subscribe", id="1", payload={"query": "subscription { blobs(size: 500000) }"})
    until(lambda: hall.open_streams == 1)
    [transport] = [one.transport for one in hall.server.server_state.connections]
    for number in range(1, 200):
        hall.grow(number)
        if transport.get_write_buffer_size():
            return client
    raise AssertionError("the kernel takes everything")


def flood_with(client: RawClient, frame: bytes, is_well: Callable[[], bool] = lambda: True) -> None:
    """Send it until the connection breaks."""
    while True:
        client.socket.sendall(frame * 100)
        assert is_well()


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(encoded(Opcode.PING, b"x" * 125), id="pings"),
        pytest.param(encoded(Opcode.CONT, b"", fin=False), id="empty pieces of a message"),
    ],
)
def test_frames_that_no_application_sees_are_bounded_too(hall: Hall, flood: bytes) -> None:
    client = RawClient(hall).begin()
    client.socket.sendall(PIECES if flood[0] == 0 else b"")
    with pytest.raises(OSError, match=r"reset|Broken pipe|aborted"):
        flood_with(client, flood)
    client.close()


def test_a_flood_is_told_why(hall: Hall) -> None:
    client = RawClient(hall).begin()
    client.socket.sendall(encoded(Opcode.PING) * (BoundedWebSocket.unseen_burst + 50))
    assert goodbye(client.read_to_end()) == (1008, "Too many frames")
    client.close()


def test_answers_to_pings_do_not_pile_up_for_who_does_not_read(open_hall: OpenHall) -> None:
    hall = open_hall({"ws": Hasty}, send_seconds=60)
    client = fill_up(hall)
    [transport] = [one.transport for one in hall.server.server_state.connections]
    most = transport.get_write_buffer_size() + 200_000
    ping = encoded(Opcode.PING, b"x" * 125)
    with pytest.raises(OSError, match=r"reset|Broken pipe|aborted|timed out"):
        flood_with(client, ping, lambda: transport.get_write_buffer_size() < most)
    until(hall.holds_nothing)
    client.close()


def test_a_message_in_pieces_is_one_message(hall: Hall) -> None:
    client = RawClient(hall).begin()
    for piece in (b'{"type":', b"", b'"ping","payload":{"n":"', "嗨".encode()[:1], "嗨".encode()[1:]):
        client.frame(Opcode.TEXT if piece.startswith(b"{") else Opcode.CONT, piece, fin=False)
    client.frame(Opcode.CONT, b'"}}')
    assert client.read(1)[0].data == '{"type":"pong","payload":{"n":"嗨"}}'.encode()
    client.close()


@pytest.mark.parametrize("pieces", [1, 3])
def test_text_that_is_no_utf8_closes_as_the_websocket_standard_says(hall: Hall, pieces: int) -> None:
    client = RawClient(hall).begin()
    for number in range(1, pieces + 1):
        client.frame(Opcode.TEXT if number == 1 else Opcode.CONT, b"\xff\xfe", fin=number == pieces)
    assert goodbye(client.read_to_end()) == (1007, "Text is UTF-8")
    client.close()


def test_a_message_beyond_all_bounds_is_not_even_read(hall: Hall) -> None:
    client = RawClient(hall).begin()
    client.socket.sendall(encoded(Opcode.TEXT, b"x" * 1_000_001)[:100])
    assert goodbye(client.read_to_end())[0] == 1009
    client.close()


def leave_politely(client: RawClient) -> None:
    client.frame(Opcode.CLOSE, b"\x03\xe8")


def break_the_protocol(client: RawClient) -> None:
    client.say(type="nonsense")


def break_the_websocket(client: RawClient) -> None:
    client.socket.sendall(b"\xff" * 10)


def say_no_utf8(client: RawClient) -> None:
    client.frame(Opcode.TEXT, b"\xff")


@pytest.mark.parametrize("leave", [leave_politely, break_the_protocol, break_the_websocket, say_no_utf8])
def test_whoever_closes_without_reading_is_let_go(open_hall: OpenHall, leave: Callable[[RawClient], None]) -> None:
    """Its connection stays open on its side, and what it was sent is never read."""
    hall = open_hall({"ws": Hasty}, send_seconds=60)
    client = fill_up(hall)
    leave(client)
    until(hall.holds_nothing)
    client.close()


def test_a_client_that_does_not_answer_a_goodbye_is_let_go(open_hall: OpenHall) -> None:
    hall = open_hall({"ws": Hasty})
    client = RawClient(hall).begin()
    client.say(type="nonsense")
    assert goodbye(client.read_to_end())[0] == 4400
    until(hall.holds_nothing)
    client.close()


def handshake(hall: Hall, behind: bytes) -> bytes:
    """Everything that comes back on a connection which begins with a handshake and goes on with something else."""
    address = urlsplit(hall.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
        client.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n" + behind[:20]
        )
        received = b""
        try:
            client.sendall(behind[20:])
            client.shutdown(socket.SHUT_WR)
            while data := client.recv(65536):
                received += data
        except ConnectionError:
            pass
        return received


def test_bytes_that_are_no_websocket_are_no_error_of_ours(open_hall: OpenHall) -> None:
    """`open_hall` checks that the log says nothing, and that nothing is left."""
    hall = open_hall({"ws": Hasty})
    bytes_of = random.Random(20261204).randbytes  # noqa: S311 - the same on each run
    for length in (0, 1, 2, 7, 50, 300, 5000) * 4:
        assert handshake(hall, bytes_of(length)).startswith(b"HTTP/1.1 101")
    for _ in range(10):
        client = RawClient(hall).begin()
        client.socket.sendall(bytes_of(200))
        client.close()
    for _ in range(10):
        client = RawClient(hall, bytes_of(30))
        client.close()
    with Client(hall) as healthy:
        assert healthy.ask("{ hello }") == {"data": {"hello": "你好"}}


def test_handshakes_that_fail_are_answered_with_http(hall: Hall) -> None:
    address = urlsplit(hall.url)
    for header in (b"", b"Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n", b"Sec-WebSocket-Version: 99\r\n"):
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
            client.sendall(
                b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + header + b"\r\n"
            )
            assert client.recv(12) in (b"HTTP/1.1 400", b"HTTP/1.1 426")


def stopped(hall: Hall) -> threading.Thread:
    """The server, asked to stop."""
    thread = next(thread for thread in threading.enumerate() if thread.name == f"server {hall.url}")
    hall.server.should_exit = True
    return thread


def test_a_server_that_stops_says_that_it_will_be_back(hall: Hall) -> None:
    client = Client(hall, token="alice")
    client.subscribe("subscription { numbers }")
    fresh = Client(hall, init=False)
    until(lambda: hall.open_streams == 1)
    server = stopped(hall)
    assert client.closed_with() == RESTARTING
    assert fresh.closed_with() == RESTARTING
    server.join(10)
    assert not server.is_alive()
    assert hall.holds_nothing()


def test_a_client_that_does_not_read_cannot_keep_the_server_from_stopping(open_hall: OpenHall) -> None:
    hall = open_hall({"ws": Hasty, "timeout_graceful_shutdown": 30}, send_seconds=60)
    client = fill_up(hall)
    began = time.monotonic()
    stopped(hall).join(20)
    assert time.monotonic() - began < 20
    client.close()
