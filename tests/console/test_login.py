"""Staff sign in."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from backend.accounts.models import User
from backend.console import login
from tests.editorial import PASSWORD, Office

LOGIN = "/console/login/"


@pytest.fixture(autouse=True)
def _clean_counters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Windows begin at full quarters of an hour, and one could begin between two tries.
    monkeypatch.setattr(login, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def editor(office: Office, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    office.editor.set_password(PASSWORD)
    office.editor.save()
    return office.editor


def attempt(client: Client, password: str, username: str = "editor", **more: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password, "next": "/console/"}, **more)


def test_the_page_is_chinese_and_ours(db: None) -> None:
    page = Client().get(LOGIN).text
    assert "乡村普法与法律顾问管理平台" in page
    assert "密码" in page
    for leftover in ("Wagtail</title>", "Sign in to Wagtail", "Password<", "Forgotten"):
        assert leftover not in page


def test_with_user_name_and_password(editor: User) -> None:
    client = Client()
    assert attempt(client, PASSWORD).url == "/console/"
    assert client.get("/console/").status_code == 200


def test_a_wrong_password_is_refused_in_chinese(editor: User) -> None:
    client = Client()
    answer = attempt(client, "wrong")
    assert answer.status_code == 200
    assert "不匹配" in answer.text
    assert client.get("/console/").status_code == 302


def test_a_villager_with_a_password_does_not_enter(make_user: Any, office: Office, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    villager = make_user(username="villager")
    villager.set_password(PASSWORD)
    villager.save()
    client = Client()
    attempt(client, PASSWORD, "villager")
    assert client.get("/console/").status_code == 302


def test_guessing_ends_after_ten_wrong_passwords_even_with_the_right_one(editor: User) -> None:
    for _ in range(login.TRIES):
        attempt(Client(), "wrong")
    answer = attempt(Client(), PASSWORD, "EDITOR")
    assert "登录失败次数过多" in attempt(Client(), PASSWORD).text
    assert answer.status_code == 200


def test_a_stranger_elsewhere_does_not_shut_an_officer_out(editor: User) -> None:
    for _ in range(login.TRIES + 5):
        attempt(Client(REMOTE_ADDR="198.51.100.7"), "wrong")
    assert "登录失败次数过多" in attempt(Client(REMOTE_ADDR="198.51.100.7"), PASSWORD).text
    assert attempt(Client(REMOTE_ADDR="192.0.2.1"), PASSWORD).status_code == 302


def test_one_network_of_ipv6_is_one_stranger(editor: User) -> None:
    for n in range(login.TRIES):
        attempt(Client(REMOTE_ADDR=f"2001:db8::{n}"), "wrong")
    assert "登录失败次数过多" in attempt(Client(REMOTE_ADDR="2001:db8::ffff"), PASSWORD).text
    assert attempt(Client(REMOTE_ADDR="2001:db8:0:1::1"), PASSWORD).status_code == 302


def test_many_addresses_guess_a_hundred_times_and_no_more(editor: User) -> None:
    for n in range(login.TRIES_FROM_EVERYWHERE):
        assert "不匹配" in attempt(Client(REMOTE_ADDR=f"198.51.100.{n}"), "wrong").text
    assert "登录失败次数过多" in attempt(Client(REMOTE_ADDR="192.0.2.1"), PASSWORD).text


def test_who_is_shut_out_already_does_not_use_up_the_tries_of_the_others(editor: User) -> None:
    for _ in range(login.TRIES_FROM_EVERYWHERE + 5):
        attempt(Client(REMOTE_ADDR="198.51.100.7"), "wrong")
    assert attempt(Client(REMOTE_ADDR="192.0.2.1"), PASSWORD).status_code == 302


def test_signing_in_is_no_failure(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "TRIES_FROM_EVERYWHERE", 3)
    for _ in range(4):
        assert attempt(Client(), PASSWORD).status_code == 302


@pytest.mark.parametrize(("proxies", "locked"), [(0, True), (1, False), (2, True)])
def test_the_header_is_believed_as_far_as_our_own_proxies_wrote_it(
    editor: User, settings: Any, proxies: int, locked: bool
) -> None:
    """The client claims another address each time; the proxy next to us writes down the one that it sees."""
    settings.TRUSTED_PROXY_COUNT = proxies
    for n in range(login.TRIES):
        claim = {0: f"203.0.113.{n}", 1: f"203.0.113.{n}", 2: f"203.0.113.{n}, 198.51.100.7, 10.0.0.1"}[proxies]
        attempt(Client(), "wrong", headers={"X-Forwarded-For": claim})
    claim = {0: "203.0.113.99", 1: "203.0.113.99", 2: "198.51.100.7, 10.0.0.1"}[proxies]
    answer = attempt(Client(), PASSWORD, headers={"X-Forwarded-For": claim})
    assert ("登录失败次数过多" in getattr(answer, "text", "")) is locked


def test_a_success_forgets_the_failures(editor: User) -> None:
    for _ in range(login.TRIES - 1):
        attempt(Client(), "wrong")
    assert attempt(Client(), PASSWORD).status_code == 302
    attempt(Client(), "wrong")
    assert attempt(Client(), PASSWORD).status_code == 302


def test_there_is_no_way_to_reset_a_password_by_mail(db: None) -> None:
    assert Client().get("/console/password_reset/").status_code == 404
