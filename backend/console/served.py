"""Which addresses under /console/ this product serves.

Wagtail brings some 150 more, for pages, images, documents and reports. Their names must stay, since Wagtail's own
templates ask for them; but nothing answers there, for a superuser either, so that nothing needs to be kept safe there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.defaults import page_not_found
from wagtail.utils.urlpatterns import decorate_urlpatterns

#: The beginnings of the addresses that are served, counted from the console's first page.
SERVED = (
    # Everyone's.
    "login/",
    "logout/",
    "account/",
    "development/",
    "jsi18n/",
    "sprite/",
    "dismissibles/",
    "editing-sessions/",
    "suggest/",
    # The work.
    "content/",
    "translations/",
    "law-changes/",
    "content-log/",
    "reading-figures/",
    "error-reports/",
    "sensitive-words/",
    "advisors/",
    "appointments/",
    "media-files/",
    # The system's administration.
    "users/",
    "groups/",
    "role-grants/",
    "bulk/accounts/user/",
    "workflows/",
)
#: Wagtail lets all staff into some views of these, the making of a task among them; here one of these rights is needed.
NEEDED = {
    "workflows/": (
        "wagtailcore.add_workflow",
        "wagtailcore.change_workflow",
        "wagtailcore.add_task",
        "wagtailcore.change_task",
    )
}

View = Callable[..., HttpResponse]


def is_served(address: str, user: Any) -> bool:
    """Whether anything answers at `address`, counted from the console's first page, to this person.

    Visitors are let through to what needs a right: the views behind send them to sign in.
    """
    if not address:
        return True
    beginning = next((beginning for beginning in SERVED if address.startswith(beginning)), None)
    if beginning is None:
        return False
    rights = NEEDED.get(beginning, ())
    return not rights or not user.is_authenticated or any(user.has_perm(right) for right in rights)


def served_only(patterns: list[Any]) -> list[Any]:
    """The same addresses, by the same names, of which those that are not served are not found."""
    decorated: list[Any] = decorate_urlpatterns(patterns, _guarded)
    return decorated


def _guarded(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.path_info.removeprefix(reverse("wagtailadmin_home"))
        if not is_served(address, request.user):
            return page_not_found(request, Http404(), template_name="wagtailadmin/404.html")
        try:
            return view(request, *args, **kwargs)
        except (OverflowError, DataError) as error:
            # Wagtail's filters ask the database for any number or text that is sent.
            raise BadRequest("A value that the database cannot hold") from error

    return guarded
