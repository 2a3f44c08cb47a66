"""Short messages: one small interface, and the two senders behind it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Protocol

import httpx
from django.conf import settings

from backend.accounts import rules
from backend.accounts.errors import SmsNotSent
from backend.accounts.models import DevelopmentSms

log = logging.getLogger(__name__)

#: The longest that a call takes where the gateway hangs: a quarter to reach it, another for TLS, half for its answer.
TIMEOUT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Sms:
    """One message. Gateways that want an approved template use its name and parameters, others the text."""

    phone: str
    template: str
    parameters: dict[str, str]
    text: str


class Sender(Protocol):
    """Hands messages over; it may take seconds, so it is never called inside a transaction."""

    def send(self, sms: Sms) -> None:
        """Hand one message over. Raises SmsNotSent."""


class ConsoleSender:
    """Development: the message is kept for the console's page and written to the log, and goes nowhere."""

    def send(self, sms: Sms) -> None:
        """Keep and log it. Raises SmsNotSent outside development, where no log may hold a phone or a code."""
        if not settings.DEVELOPMENT:
            raise SmsNotSent
        DevelopmentSms.objects.create(phone=sms.phone, text=sms.text)
        log.info("短信（仅开发环境）→ %s：%s", sms.phone, sms.text)


class HttpSender:
    """A gateway that takes JSON `{phone, template, parameters, text}` with a bearer token; any 2xx is a yes.

    A person waits in one of the process's few database threads. So that a gateway that hangs stops nobody else, at
    most a quarter of them calls it at a time; who comes beyond that is refused at once.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        timeout = httpx.Timeout(TIMEOUT_SECONDS / 2, connect=TIMEOUT_SECONDS / 4)
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)
        self._lines = BoundedSemaphore(max(1, settings.DATABASE_THREADS // 4))

    def send(self, sms: Sms) -> None:
        """Post it once, without a retry: a second message with the same code would only confuse.

        What is logged of a failure names neither the phone nor the text. Raises SmsNotSent.
        """
        if rules.is_demo_phone(sms.phone):
            log.warning("a message to a demo phone was not sent to the gateway")
            raise SmsNotSent
        body = {"phone": sms.phone, "template": sms.template, "parameters": sms.parameters, "text": sms.text}
        with self._line():
            try:
                # Only the status counts; a body might come a byte at a time, which no timeout bounds.
                with self._client.stream("POST", self._url, json=body) as response:
                    status, taken = response.status_code, response.is_success
            except httpx.HTTPError as error:
                log.warning("the SMS gateway did not answer: %s", type(error).__name__)
                raise SmsNotSent from None
        if not taken:
            log.warning("the SMS gateway answered %s", status)
            raise SmsNotSent

    @contextmanager
    def _line(self) -> Iterator[None]:
        """One of the calls in flight. Raises SmsNotSent where there are too many."""
        if not self._lines.acquire(blocking=False):
            log.warning("too many calls wait for the SMS gateway")
            raise SmsNotSent
        try:
            yield
        finally:
            self._lines.release()


@lru_cache(maxsize=4)
def _http_sender(url: str, token: str) -> HttpSender:
    """One client with its connections a process."""
    return HttpSender(url, token)


def sender() -> Sender:
    """The sender that SMS_SENDER names."""
    if settings.SMS_SENDER == "console":
        return ConsoleSender()
    return _http_sender(settings.SMS_URL, settings.SMS_TOKEN)


def send_sign_in_code(phone: str, code: str) -> None:
    """Send a sign-in code. Raises SmsNotSent."""
    minutes = str(settings.CODE_SECONDS // 60)
    text = f"您的登录验证码是 {code}，{minutes} 分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。"
    sender().send(Sms(phone=phone, template="sign_in_code", parameters={"code": code, "minutes": minutes}, text=text))
