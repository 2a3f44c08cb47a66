"""What people see when something goes wrong in production."""

import re
from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

SECRET = "a_secret_of_the_inside"


def fail(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("bad/", fail(BadRequest(SECRET))),
    path("denied/", fail(PermissionDenied(SECRET))),
    path("absent/", fail(Http404(SECRET))),
    path("broken/", fail(RuntimeError(SECRET))),
]


@pytest.fixture(autouse=True)
def _production(settings: Any) -> None:
    settings.DEBUG = False
    settings.ROOT_URLCONF = __name__


def check(page: Any, status: int, heading: str) -> None:
    assert page.status_code == status
    assert f"<h1>{heading}</h1>" in page.text
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).replace("Cookie", "")
    assert not re.search(r"[A-Za-z]", shown), shown
    assert not re.search(r'(?:src|href)="|url\(|@import', page.text)
    for inside in (SECRET, "DEBUG", "django", "Traceback", "csrf", "{%", "{#"):
        assert inside not in page.text


@pytest.mark.parametrize(
    ("where", "status", "heading"),
    [
        ("bad", 400, "请求无法处理"),
        ("denied", 403, "没有权限"),
        ("absent", 404, "没有找到页面"),
        ("nowhere", 404, "没有找到页面"),
        ("broken", 500, "服务暂时出错"),
    ],
)
def test_each_is_chinese_and_tells_nothing_of_the_inside(where: str, status: int, heading: str) -> None:
    check(Client(raise_request_exception=False).get(f"/{where}/"), status, heading)


def test_a_form_without_its_token(settings: Any) -> None:
    settings.ROOT_URLCONF = "backend.urls"
    check(Client(enforce_csrf_checks=True).post("/console/login/", {}), 403, "页面已过期")


def test_a_host_that_is_not_ours(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["law.example"]
    check(Client().get("/absent/", headers={"host": "stranger.example"}), 400, "请求无法处理")
