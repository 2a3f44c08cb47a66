"""The two senders."""

import json
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Event, Semaphore
from typing import Any, ClassVar

import pytest

from backend.accounts import sms
from backend.accounts.errors import SmsNotSent
from backend.accounts.models import DevelopmentSms
from tests.accounts.conftest import PHONE
from tests.running import free_port

#: No number of anybody's, and none of the demo's either.
NOBODY = "+8600000000000"


def message(phone: str = NOBODY) -> sms.Sms:
    return sms.Sms(phone=phone, template="sign_in_code", parameters={"code": "246810"}, text="验证码 246810")


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass

    def body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))


def answering(status: int, seen: list[Any], **headers: str) -> type[Quiet]:
    class Handler(Quiet):
        def do_POST(self) -> None:
            seen.append((self.path, self.headers["Authorization"], self.headers["Content-Type"], self.body()))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    return Handler


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_http_posts_the_message_once(serve: Callable[..., str], status: int) -> None:
    seen: list[Any] = []
    sms.HttpSender(serve(answering(status, seen)) + "send?app=1", "sesame").send(message())
    body = {
        "phone": NOBODY,
        "template": "sign_in_code",
        "parameters": {"code": "246810"},
        "text": "验证码 246810",
    }
    assert seen == [("/send?app=1", "Bearer sesame", "application/json", body)]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_http_refuses_any_other_answer_and_follows_nothing(
    serve: Callable[..., str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    seen: list[Any] = []
    elsewhere: list[Any] = []
    location = serve(answering(200, elsewhere))
    with pytest.raises(SmsNotSent) as caught:
        sms.HttpSender(serve(answering(status, seen, Location=location)), "sesame").send(message())
    assert caught.value.message == "短信暂时发不出去，请一分钟后再试"
    assert (len(seen), elsewhere) == (1, [])
    assert str(status) in caplog.text
    for secret in (NOBODY[3:], "246810", "sesame"):
        assert secret not in caplog.text


def test_http_gives_up_on_a_slow_gateway(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Slow(Quiet):
        def do_POST(self) -> None:
            time.sleep(2)

    monkeypatch.setattr(sms, "TIMEOUT_SECONDS", 0.3)
    with pytest.raises(SmsNotSent):
        sms.HttpSender(serve(Slow), "sesame").send(message())
    assert "ReadTimeout" in caplog.text
    assert NOBODY[3:] not in caplog.text


class Hanging(Quiet):
    """A gateway that takes the message and says nothing until it is let go."""

    arrived: ClassVar[Semaphore]
    let_go: ClassVar[Event]

    def do_POST(self) -> None:
        self.arrived.release()
        self.let_go.wait(20)
        self.send_response(204)
        self.end_headers()


@pytest.mark.parametrize(("threads", "lines"), [(1, 1), (3, 1), (8, 2), (16, 4)])
def test_a_gateway_that_hangs_holds_a_quarter_of_the_threads(
    serve: Callable[..., str], settings: Any, caplog: pytest.LogCaptureFixture, threads: int, lines: int
) -> None:
    settings.DATABASE_THREADS = threads
    Hanging.arrived, Hanging.let_go = Semaphore(0), Event()
    sender = sms.HttpSender(serve(Hanging), "sesame")
    with ThreadPoolExecutor(lines) as pool:
        waiting = [pool.submit(sender.send, message()) for _ in range(lines)]
        try:
            assert all(Hanging.arrived.acquire(timeout=10) for _ in range(lines))
            begin = time.monotonic()
            with pytest.raises(SmsNotSent):
                sender.send(message())
            assert time.monotonic() - begin < 1.5  # a call of its own would wait longer
        finally:
            Hanging.let_go.set()
        assert [call.result(10) for call in waiting] == [None] * lines
    assert "too many calls" in caplog.text
    sender.send(message())  # its line is free again


def test_a_call_that_fails_gives_its_line_back(settings: Any) -> None:
    settings.DATABASE_THREADS = 1
    sender = sms.HttpSender(f"http://127.0.0.1:{free_port()}/", "sesame")
    for _ in range(3):
        with pytest.raises(SmsNotSent):
            sender.send(message())


def test_a_call_to_a_gateway_that_hangs_ends_by_itself(serve: Callable[..., str]) -> None:
    Hanging.arrived, Hanging.let_go = Semaphore(0), Event()
    begin = time.monotonic()
    with pytest.raises(SmsNotSent):
        sms.HttpSender(serve(Hanging), "sesame").send(message())
    assert time.monotonic() - begin < sms.TIMEOUT_SECONDS
    Hanging.let_go.set()


def test_an_answer_that_never_ends_is_not_waited_for(serve: Callable[..., str]) -> None:
    class Dripping(Quiet):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            with suppress(OSError):
                for _ in range(50):
                    self.wfile.write(b"x")
                    time.sleep(0.1)

    begin = time.monotonic()
    sms.HttpSender(serve(Dripping), "sesame").send(message())
    assert time.monotonic() - begin < 4  # the answer drips for 5


def test_http_refuses_where_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(SmsNotSent):
        sms.HttpSender(f"http://127.0.0.1:{port}/", "sesame").send(message())
    assert "ConnectError" in caplog.text


def test_http_never_sends_to_a_demo_phone(serve: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []
    with pytest.raises(SmsNotSent):
        sms.HttpSender(serve(answering(200, seen)), "sesame").send(message(PHONE))
    assert seen == []
    assert PHONE[3:] not in caplog.text


def test_console_keeps_and_logs(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sms.ConsoleSender().send(message(PHONE))
    kept = DevelopmentSms.objects.get()
    assert (kept.phone, kept.text) == (PHONE, "验证码 246810")
    assert PHONE in caplog.text
    assert "246810" in caplog.text


def test_console_does_neither_outside_development(db: None, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(SmsNotSent):
        sms.ConsoleSender().send(message(PHONE))
    assert DevelopmentSms.objects.count() == 0
    assert caplog.text == ""


def test_settings_choose_the_sender(settings: Any) -> None:
    assert isinstance(sms.sender(), sms.ConsoleSender)
    settings.SMS_SENDER, settings.SMS_URL, settings.SMS_TOKEN = "http", "http://127.0.0.1:1/", "sesame"
    chosen = sms.sender()
    assert isinstance(chosen, sms.HttpSender)
    assert sms.sender() is chosen
