"""Signing in as a test does it, and what must not change where something is refused."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from backend.accounts import rules, services
from backend.accounts.models import AccessToken, DevelopmentSms, RoleGrant, User

PHONE, OTHER_PHONE = "+8610000000101", "+8610000000102"
ADDRESS = "198.51.100.7"


@pytest.fixture(autouse=True)
def fresh_counters(settings: Any) -> None:
    """Counters are keyed by the secret, so each test counts from nothing, also on a Redis that others share."""
    settings.SECRET_KEY = secrets.token_urlsafe(50)


def code_sent_to(phone: str) -> str:
    """The code in the newest message to a phone."""
    text = DevelopmentSms.objects.filter(phone=phone).first().text
    return "".join(c for c in text if c.isdecimal())[: rules.CODE_LENGTH]


def wrong(code: str, step: int = 1) -> str:
    """Another code than this."""
    return f"{(int(code) + step) % 10**rules.CODE_LENGTH:0{rules.CODE_LENGTH}d}"


@pytest.fixture
def challenged(db: None) -> tuple[str, str]:
    """A challenge for PHONE, and the code that answers it."""
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    return challenge, code_sent_to(PHONE)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that signing in could change."""
    tables = (User, AccessToken, RoleGrant, DevelopmentSms, Session)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Proof that a refusal left every row as it was."""
    before = everything()
    yield
    assert everything() == before


def at_once(count: int, action: Callable[[int], Any]) -> list[Any]:
    """Run the action in so many threads that start together, each with its own connection; results or exceptions."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        barrier.wait(20)
        try:
            return action(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def serve() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], str]]:
    """Starts real HTTP servers on free ports; gives their addresses."""
    servers: list[ThreadingHTTPServer] = []

    def start(handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
