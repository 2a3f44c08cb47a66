"""What the console answers to a request that it will not even read."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

_TOO_MUCH = 413


def refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that it was too much, where it was; else that it is no request that can be answered."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "413.html", status=_TOO_MUCH)
    return bad_request(request, exception)
