"""Staff sign in with user name and password, and look after their own account; guessing is slowed down."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import AccountView, BaseSettingsPanel

from backend.addresses import client_address, network_of

#: Wrong passwords for one user name from one network, and from everywhere, in LOCK_SECONDS.
TRIES = 10
TRIES_FROM_EVERYWHERE = 100
LOCK_SECONDS = 15 * 60


class StaffLoginForm(LoginForm):
    """Wagtail's form; after too many failures it takes nothing for that user name for up to LOCK_SECONDS.

    Few from one network, so that a stranger elsewhere cannot shut an officer out; and more, but not without end, from
    everywhere, since a guesser may have many addresses. Never counted by address alone: an office shares one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("username", "用户名"), ("password", "密码")):
            self.fields[name].label = label
            self.fields[name].widget.attrs["placeholder"] = f"请输入{label}"

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many were wrong. Counted first: many guesses at once are many."""
        username = self.cleaned_data.get("username", "").lower()
        here, everywhere = _key(username, _network(self.request)), _key(username)
        # Those that are shut out here already do not use up the tries of everyone else.
        if _count(here) > TRIES or _count(everywhere) > TRIES_FROM_EVERYWHERE:
            raise forms.ValidationError("登录失败次数过多，请 15 分钟后再试。", code="too_many_tries")
        cleaned: dict[str, Any] = super().clean()
        cache.delete(here)
        _count(everywhere, -1)
        return cleaned


def _network(request: HttpRequest) -> str:
    peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    return network_of(client_address(peer, forwarded, settings.TRUSTED_PROXY_COUNT))


def _key(*subject: str) -> str:
    """A counter of this window of time. Names and addresses do not stand in the cache in clear."""
    text = "\n".join((str(int(time.time() // LOCK_SECONDS)), *subject))
    return f"console:{salted_hmac('backend.console.login', text, algorithm='sha256').hexdigest()}"


def _count(key: str, by: int = 1) -> int:
    # Twice as long as a window, so that a counter outlives the window that its key names, and `incr` finds it.
    cache.add(key, 0, 2 * LOCK_SECONDS)
    return cache.incr(key, by)


class StaffAccountView(AccountView):
    """The password and the look. Whoever makes the account gives the name, and pictures come in by `media` only."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        """Wagtail's panels that stay."""
        return [panel for panel in super().get_panels() if panel.name in {"password", "theme"}]
