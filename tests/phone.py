"""A phone: GraphQL over HTTP and sockets, and nothing of the server's inside."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

FOLLOW = """subscription Follow($group: ID!, $after: Int) {
  groupMessages(groupId: $group, after: $after) {
    seq text author { id name } isAdvisor citations { article { label text validity } }
  }
}"""


class Phone:
    """One person's app. `token` is empty until they have signed in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ""
        self._http = httpx.Client(base_url=url, timeout=15)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Something else than GraphQL, such as a picture."""
        return self._http.get(path, params=parameters)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of an operation that must succeed."""
        answer = self.respond(query, **variables).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def respond(self, query: str, **variables: Any) -> httpx.Response:
        """The whole HTTP response."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    def do(self, mutation: str, fields: str, **values: Any) -> dict[str, Any]:
        """The payload of a mutation by its field name, such as `postMessage`."""
        kind = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation M($input: {kind}Input!) {{ {mutation}(input: $input)"
            f" {{ {fields} errors {{ code field message }} }} }}"
        )
        return dict(self.ask(query, input=values)[mutation])

    def sign_in(self, number: str) -> dict[str, Any]:
        """Ask for a code, read it from development's page as a newcomer would, and confirm it."""
        asked = self.do("requestCode", "challenge", phone=number)
        assert asked["errors"] == [], asked
        confirmed = self.do(
            "confirmCode",
            "token viewer { id displayName roles { role } }",
            challenge=asked["challenge"],
            code=self.read_code(number),
        )
        assert confirmed["errors"] == [], confirmed
        self.token = confirmed["token"]
        return dict(confirmed["viewer"])

    def read_code(self, number: str) -> str:
        """The newest code sent to a number, from the console's page of development."""
        page = self.get("/console/development/sms/", format="json").json()
        text = next(sms["text"] for sms in page["messages"] if sms["phone"].endswith(number[-11:]))
        return "".join(c for c in text if c.isdigit())[:6]

    def post(self, group_id: str, text: str, key: str, **more: Any) -> dict[str, Any]:
        """The payload of `postMessage`."""
        fields = "message { seq text citations { article { label text validity law { name } } } }"
        return self.do("postMessage", fields, groupId=group_id, text=text, clientKey=key, **more)

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """An acknowledged socket."""
        with connect(
            f"{self.url.replace('http', 'ws', 1)}/graphql",
            subprotocols=["graphql-transport-ws"],
            max_size=None,
        ) as client:
            client.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {self.token}"}}))
            assert json.loads(client.recv(timeout=10)) == {"type": "connection_ack"}
            yield client

    @contextmanager
    def follow(self, group_id: str, after: int | None = None) -> Iterator["Following"]:
        """An open subscription to a group."""
        with self.socket() as client:
            payload = {"query": FOLLOW, "variables": {"group": group_id, "after": after}}
            client.send(json.dumps({"type": "subscribe", "id": "follow", "payload": payload}))
            yield Following(client)


class Following:
    """What arrives on a subscription."""

    def __init__(self, client: ClientConnection) -> None:
        self.client = client

    def next(self, timeout: float = 10) -> dict[str, Any]:
        """The next message."""
        frame = json.loads(self.client.recv(timeout=timeout))
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        return dict(frame["payload"]["data"]["groupMessages"])

    def take(self, count: int) -> list[dict[str, Any]]:
        """The next `count` messages."""
        return [self.next() for _ in range(count)]

    def silent(self, seconds: float = 0.5) -> bool:
        """Whether nothing more comes for a while."""
        try:
            self.client.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False


def until(condition: Any, seconds: float = 20) -> Any:
    """Wait until `condition()` is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found
