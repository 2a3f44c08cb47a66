"""Pages for people who try the product on their own machine; outside development they do not exist.

They need no sign-in: a newcomer cannot sign in without the code that the first of them shows.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.models import DevelopmentSms
from backend.notifications.models import OutboxPush

SHOWN = 100

View = Callable[[HttpRequest], HttpResponse]


def _development_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.DEVELOPMENT:
            raise Http404
        return view(request)

    return guarded


def _answer(request: HttpRequest, template: str, name: str, rows: list[dict[str, Any]]) -> HttpResponse:
    """A page for people, or JSON for `?format=json` and for clients that prefer it."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    if request.GET.get("format") == "json" or preferred == "application/json":
        return JsonResponse({name: rows}, json_dumps_params={"ensure_ascii": False})
    return render(request, template, {"rows": rows})


@require_safe
@never_cache
@_development_only
def sms(request: HttpRequest) -> HttpResponse:
    """The text messages that were not sent, newest first: the sign-in codes are here."""
    rows = [
        {"id": row.pk, "phone": row.phone, "text": row.text, "sentAt": row.sent_at}
        for row in DevelopmentSms.objects.order_by("-pk")[:SHOWN]
    ]
    return _answer(request, "console/development_sms.html", "messages", rows)


@require_safe
@never_cache
@_development_only
def push(request: HttpRequest) -> HttpResponse:
    """The pushes that were not sent to FCM, newest first."""
    rows = [
        {"id": row.push_id, "target": row.target, "payload": row.payload, "sentAt": row.sent_at}
        for row in OutboxPush.objects.order_by("-pk")[:SHOWN]
    ]
    return _answer(request, "console/development_push.html", "pushes", rows)
