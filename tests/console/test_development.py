"""The pages that exist in development only."""

from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import DevelopmentSms
from backend.notifications.models import OutboxPush

PAGES = ["/console/development/sms/", "/console/development/push/"]


@pytest.fixture(autouse=True)
def _rows(db: None) -> None:
    for n in range(3):
        DevelopmentSms.objects.create(phone=f"+86100000000{n}", text=f"验证码 00000{n} <b>")
        OutboxPush.objects.create(push_id=f"push-{n}", target="topic", payload={"link": f"group/{n}"})


@pytest.mark.parametrize("path", PAGES)
def test_without_sign_in_newest_first_and_escaped(path: str, settings: Any) -> None:
    settings.DEVELOPMENT = True
    page = Client().get(path)
    assert page.status_code == 200
    assert "只在开发环境存在" in page.text
    assert "<b>" not in page.text.partition("<table>")[2]
    marks = ["验证码 000002", "验证码 000001", "验证码 000000"] if "sms" in path else ["group/2", "group/1", "group/0"]
    places = [page.text.index(mark) for mark in marks]
    assert places == sorted(places)


@pytest.mark.parametrize("how", [{"query_params": {"format": "json"}}, {"headers": {"Accept": "application/json"}}])
def test_as_json(how: dict[str, Any], settings: Any) -> None:
    settings.DEVELOPMENT = True
    messages = Client().get(PAGES[0], **how).json()["messages"]
    assert [row["phone"] for row in messages] == ["+861000000002", "+861000000001", "+861000000000"]
    assert set(messages[0]) == {"id", "phone", "text", "sentAt"}
    pushes = Client().get(PAGES[1], **how).json()["pushes"]
    assert [row["id"] for row in pushes] == ["push-2", "push-1", "push-0"]
    assert pushes[0]["payload"] == {"link": "group/2"}


@pytest.mark.parametrize("path", PAGES)
def test_in_production_they_do_not_exist(path: str, settings: Any) -> None:
    settings.DEVELOPMENT = False
    for client in (Client(), Client(headers={"Accept": "application/json"})):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "0000" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_written_through_them(path: str, settings: Any) -> None:
    settings.DEVELOPMENT = True
    assert Client().post(path).status_code == 405
