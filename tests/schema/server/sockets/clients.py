"""Clients of a socket: one that speaks the protocol, and one without manners."""

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from tests.schema.server.conftest import Tiny


class Client:
    """A client that speaks the protocol and nothing by itself: not even an answer to a ping."""

    def __init__(self, hall: Tiny, *, init: bool = True, token: str = "", **options: Any) -> None:
        options = {"subprotocols": ["graphql-transport-ws"], "max_size": None, "max_queue": None, **options}
        self.socket: ClientConnection = connect(hall.url.replace("http", "ws", 1), **options)
        if init:
            self.init(token)
            assert self.receive() == {"type": "connection_ack"}

    def init(self, token: str = "") -> None:
        payload = {"payload": {"Authorization": f"Bearer {token}"}} if token else {}
        self.send(type="connection_init", **payload)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def subscribe(self, query: str, identifier: str = "1", **variables: Any) -> None:
        self.send(type="subscribe", id=identifier, payload={"query": query, "variables": variables})

    def complete(self, identifier: str = "1") -> None:
        self.send(type="complete", id=identifier)

    def receive(self, timeout: float = 10) -> Any:
        return json.loads(self.socket.recv(timeout=timeout))

    def take(self, count: int) -> list[Any]:
        return [self.receive() for _ in range(count)]

    def ask(self, query: str, identifier: str = "1", **variables: Any) -> Any:
        """The response of a query or a mutation."""
        self.subscribe(query, identifier, **variables)
        first, second = self.take(2)
        assert second == {"id": identifier, "type": "complete"}
        assert (first["id"], first["type"]) == (identifier, "next")
        return first["payload"]

    def numbers(self, count: int) -> list[int]:
        return [frame["payload"]["data"]["numbers"] for frame in self.take(count)]

    def settled(self) -> list[Any]:
        """What has come by the time that a ping is answered."""
        mark = {"mark": time.monotonic_ns()}
        self.send(type="ping", payload=mark)
        frames: list[Any] = []
        while (frame := self.receive()) != {"type": "pong", "payload": mark}:
            frames.append(frame)
        return frames

    def closed_with(self) -> tuple[int, str]:
        """The code and reason with which the server closes, whatever comes before."""
        with pytest.raises(ConnectionClosed) as closed:
            self._drain()
        assert closed.value.rcvd is not None, closed.value
        return closed.value.rcvd.code, closed.value.rcvd.reason

    def _drain(self) -> None:
        while True:
            self.socket.recv(timeout=10)

    def cut(self) -> None:
        """The network is gone, without a goodbye."""
        self.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.socket.close()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RawClient:
    """A client without manners: it reads only when told to, and sends whatever bytes it is given."""

    def __init__(self, hall: Tiny, first: bytes = b"") -> None:
        address = urlsplit(hall.url)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(10)
        self.socket.connect((address.hostname or "", address.port or 0))
        self.protocol = ClientProtocol(
            parse_uri(hall.url.replace("http", "ws", 1)),
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
            max_size=None,
        )
        self.protocol.send_request(self.protocol.connect())
        self.frames: list[Frame] = []
        self.socket.sendall(b"".join(self.protocol.data_to_send()) + first)

    def begin(self) -> Self:
        """Read the handshake's answer, introduce oneself, and read the acknowledgement."""
        while not self.protocol.events_received():
            self.protocol.receive_data(self.socket.recv(1))
        self.say(type="connection_init")
        assert json.loads(self.read(1)[0].data) == {"type": "connection_ack"}
        return self

    def say(self, **message: Any) -> None:
        self.frame(Opcode.TEXT, json.dumps(message).encode())

    def frame(self, opcode: Opcode, data: bytes = b"", *, fin: bool = True) -> None:
        self.socket.sendall(encoded(opcode, data, fin=fin))

    def read(self, count: int) -> list[Frame]:
        """The next frames; fewer where the server says goodbye or is gone."""
        while len(self.frames) < count and not (self.frames and self.frames[-1].opcode is Opcode.CLOSE):
            if not (data := self.socket.recv(65536)):
                break
            self.protocol.receive_data(data)
            self.frames += [event for event in self.protocol.events_received() if isinstance(event, Frame)]
        taken, self.frames = self.frames[:count], self.frames[count:]
        return taken

    def read_to_end(self) -> list[Frame]:
        return self.read(1_000_000)

    def close(self) -> None:
        self.socket.close()


def encoded(opcode: Opcode, data: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame."""
    return Frame(opcode, data, fin).serialize(mask=True)


def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
