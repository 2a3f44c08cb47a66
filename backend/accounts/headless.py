"""Asks allauth's headless endpoints in process: the documented contract for app clients, without a network.

The addresses stand in a private table (`backend.accounts.headless_urls`); `backend.urls` serves none of them.
"""

import io
import json
from dataclasses import dataclass
from typing import Any

from allauth.account.middleware import AccountMiddleware
from allauth.account.signals import login_code_rejected
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import resolve, reverse

ADDRESSES = "backend.accounts.headless_urls"


@dataclass(frozen=True, slots=True)
class Answer:
    """What allauth said. `was_last_try` is set with a wrong code after which the challenge is dead."""

    status: int
    session_token: str
    access_token: str
    was_last_try: bool


def request_code(phone: str, address: str) -> Answer:
    """Have a code sent to the account of `phone`; the session token is the challenge. Raises SmsNotSent."""
    return _post("request_login_code", {"phone": phone}, address)


def confirm_code(challenge: str, code: str, address: str) -> Answer:
    """200 signed in, 400 wrong code, 401 account disabled, 409 or 410 nothing to confirm."""
    return _post("confirm_login_code", {"code": code}, address, challenge)


def _post(name: str, body: dict[str, str], address: str, session_token: str = "") -> Answer:
    where = reverse(f"headless:app:account:{name}", urlconf=ADDRESSES)
    request = _request(where, json.dumps(body).encode(), address, session_token)
    response = AccountMiddleware(_view)(request)
    meta = _meta(response)
    return Answer(
        status=response.status_code,
        session_token=meta.get("session_token", ""),
        access_token=meta.get("access_token", ""),
        was_last_try=getattr(request, "was_last_try", False),
    )


def _request(where: str, body: bytes, address: str, session_token: str) -> HttpRequest:
    """A request as a server would hand it over, after the session and authentication middleware."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": where,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": address,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    if session_token:
        environ["HTTP_X_SESSION_TOKEN"] = session_token
    request = WSGIRequest(environ)
    request.session = SessionStore()
    request.user = AnonymousUser()
    return request


def _view(request: HttpRequest) -> HttpResponseBase:
    match = resolve(request.path_info, urlconf=ADDRESSES)
    try:
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except ImmediateHttpResponse as stop:
        response = stop.response
    return response


def _meta(response: HttpResponseBase) -> dict[str, Any]:
    if not isinstance(response, JsonResponse):
        return {}
    meta: dict[str, Any] = json.loads(response.content).get("meta", {})
    return meta


@receiver(login_code_rejected)
def _note_last_try(*, request: HttpRequest, last_attempt: bool, **_kwargs: Any) -> None:
    """The answer to the last wrong guess looks like that to the first; allauth's signal tells them apart."""
    request.was_last_try = last_attempt  # type: ignore[attr-defined]
