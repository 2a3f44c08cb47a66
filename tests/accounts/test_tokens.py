"""Opaque tokens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts import tokens
from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.accounts.models import AccessToken, User


def test_identify_is_one_statement(make_user: Callable[..., User], django_assert_num_queries: Any) -> None:
    user = make_user()
    token = tokens.issue(user)
    with django_assert_num_queries(1):
        found, expires_at = tokens.identify(token)
        assert found == user
        assert found.display_name == "测试"
    assert timedelta(days=89) < expires_at - timezone.now() <= timedelta(days=90)


def test_only_a_digest_is_kept(make_user: Callable[..., User]) -> None:
    token = tokens.issue(make_user())
    assert len(token) >= 43
    assert token not in str(AccessToken.objects.values().get())


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\ud800", "龙", "a\x00b"])
def test_identify_refuses_what_was_never_issued(db: None, token: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), pytest.raises(TokenInvalid):
        tokens.identify(token)


def test_identify_refuses_an_expired_token(make_user: Callable[..., User]) -> None:
    token = tokens.issue(make_user())
    AccessToken.objects.update(expires_at=timezone.now())
    with pytest.raises(TokenExpired):
        tokens.identify(token)


def test_revoke_ends_this_token_at_once_and_no_other(make_user: Callable[..., User]) -> None:
    user = make_user()
    mine, other = tokens.issue(user), tokens.issue(user)
    tokens.revoke(mine)
    tokens.revoke(mine)
    tokens.revoke("never issued")
    with pytest.raises(TokenInvalid):
        tokens.identify(mine)
    assert tokens.identify(other)[0] == user


def test_identify_refuses_a_disabled_account(make_user: Callable[..., User]) -> None:
    user = make_user()
    token = tokens.issue(user)
    User.objects.update(is_active=False)
    with pytest.raises(TokenInvalid):
        tokens.identify(token)
