"""Of Wagtail's addresses only those answer that this product uses, and none of those breaks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Task, Workflow

from backend.advisors.models import Advisor
from backend.advisors.selectors import today
from backend.advisors.services import appoint_advisor
from backend.console.served import NEEDED, SERVED, is_served
from backend.content.models import ContentItem
from backend.regions.models import Division
from tests.editorial import VILLAGE, Office, at_desk, draft, editor_form, hire, publish, submit

CONSOLE = "/console/"
TOO_LARGE = "9" * 30
#: The views under /console/ by name and by the names of their arguments, for which there is a value to ask with.
Named = tuple[str, tuple[str, ...]]


def walk(patterns: Any, *, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, prefix=route, spaces=inner)
        elif pattern.name and route.startswith("console/"):
            yield ":".join((*spaces, pattern.name)), pattern


NAMED: list[tuple[str, URLPattern]] = list(walk(get_resolver().url_patterns))


def address(name: str, pattern: URLPattern, values: dict[str, Any]) -> str:
    """An address of the view; KeyError where an argument has no value here."""
    converters = pattern.pattern.converters
    regex = getattr(pattern.pattern, "regex", re.compile(""))
    if converters or not regex.groups:
        return reverse(name, kwargs={argument: values[argument] for argument in converters})
    if regex.groupindex:
        return reverse(name, kwargs={argument: values[argument] for argument in regex.groupindex})
    return reverse(name, args=[1, "live", "latest"])


def rest(path: str) -> str:
    return path.removeprefix(CONSOLE)


@pytest.fixture
def world(office: Office) -> dict[str, Any]:
    """A row of everything, and by an argument's name what to ask with."""
    item = publish(office.editor)
    state = submit(item, office.editor)
    advisor = Advisor.objects.create(user=hire("lawyer"), kind="lawyer", licence_number="1", office="某律师事务所")
    day = today()
    appoint_advisor(
        advisor=advisor,
        village=Division.objects.get(pk=VILLAGE),
        starts_on=day,
        ends_on=day + timedelta(days=9),
    )
    at_desk(office.editor).get(f"/console/content/edit/{item.pk}/")
    values: dict[str, Any] = {
        "app_label": "content",
        "model_name": "contentitem",
        "action": "delete",
        "action_name": "approve",
        "task_state_id": state.pk,
        "workflow_state_id": state.workflow_state_id,
        "revision_id": item.latest_revision_id,
        "revision_id_a": "live",
        "revision_id_b": "latest",
        "object_id": str(item.pk),
        "session_id": 1,
        "task_id": state.task_id,
        "workflow_pk": state.workflow_state.workflow_id,
        "app_name": "content",
        "content_type_app_name": "content",
        "content_type_model_name": "contentitem",
        "uidb64": "MQ",
        "token": "set-password",
        "filter_spec": "original",
    }
    pks = {
        "content": item.pk,
        "advisors": advisor.pk,
        "appointments": advisor.appointments.get().pk,
        "wagtailusers_users": office.editor.pk,
        "wagtailusers_groups": Group.objects.first().pk,
        "task": Task.objects.first().pk,
        "wagtailadmin_workflows": Workflow.objects.first().pk,
    }
    return {"values": values, "pks": pks}


def found(world: dict[str, Any], *, absurd: bool = False) -> Iterator[str]:
    """Every named address of the console, asked with what exists or with what no row can have."""
    for name, pattern in NAMED:
        pk = next((pk for beginning, pk in world["pks"].items() if beginning in name), 1)
        values = {"pk": pk, **world["values"]}
        for argument, converter in pattern.pattern.converters.items():
            values.setdefault(argument, pk)
            if absurd and type(converter).__name__ in {"IntConverter", "StringConverter"}:
                values[argument] = TOO_LARGE
        if absurd:
            values["pk"] = TOO_LARGE
        yield address(name, pattern, values)


def try_out(client: Client, user: Any, path: str, method: str, data: dict[str, str] | None = None) -> HttpResponse:
    """One request as the person, of which nothing stays."""
    with transaction.atomic():
        client.force_login(user)
        answer: HttpResponse = getattr(client, method)(path, data)
        transaction.set_rollback(True)
    return answer


def test_the_table_is_walked() -> None:
    names = {name for name, _ in NAMED}
    assert len(names) > 150
    for name in ("wagtailadmin_pages:set_page_position", "wagtailimages:index", "appointments:end"):
        assert name in names


@pytest.mark.parametrize("who", ["editor", "reviewer", "supervisor", "root"])
def test_what_is_not_on_the_list_is_not_found(office: Office, world: dict[str, Any], who: str) -> None:
    user = getattr(office, who)
    client = Client()
    client.force_login(user)
    closed = [path for path in found(world) if not rest(path).startswith(SERVED) and path != CONSOLE]
    assert len(closed) > 100
    for path in closed:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 404, path
            assert "console/logo.svg" in answer.text, path


def test_nor_by_a_visitor(world: dict[str, Any]) -> None:
    client = Client()
    for path in found(world):
        if not is_served(rest(path), AnonymousUser()):
            assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("who", ["editor", "reviewer", "supervisor"])
@pytest.mark.parametrize("absurd", [False, True])
def test_what_is_on_the_list_never_breaks(office: Office, world: dict[str, Any], who: str, absurd: bool) -> None:
    user = getattr(office, who)
    client = Client(raise_request_exception=True)
    served = [path for path in found(world, absurd=absurd) if is_served(rest(path), user)]
    assert len(served) > 50
    answered = set()
    for path in served:
        for method in ("get", "post"):
            answer = try_out(client, user, path, method)
            assert answer.status_code < 500, (method, path)
            answered.add(answer.status_code)
        strange = {"q": "\0", "p": TOO_LARGE, "level": TOO_LARGE, "ordering": "\0", "user": TOO_LARGE, "state": "\0"}
        assert try_out(client, user, path, "get", strange).status_code < 500, path
    assert 200 in answered


@pytest.mark.parametrize("who", ["editor", "reviewer", "supervisor"])
def test_workflows_are_arranged_by_those_who_may(office: Office, world: dict[str, Any], who: str) -> None:
    client = at_desk(getattr(office, who))
    for path in found(world):
        if rest(path).startswith("workflows/"):
            assert client.get(path).status_code == 404, path
            assert client.post(path).status_code == 404, path
    assert set(NEEDED) <= set(SERVED)
    root = at_desk(office.root)
    for name in ("index", "add", "task_index", "task_chooser", "task_chooser_create"):
        assert root.get(reverse(f"wagtailadmin_workflows:{name}")).status_code == 200, name
    assert "/login/" in Client().get(reverse("wagtailadmin_workflows:index")).url


@pytest.mark.parametrize("path", ["pages", "content", "nowhere/at/all"])
def test_an_address_without_its_slash_is_no_way_in(office: Office, path: str) -> None:
    answer = at_desk(office.root).get(f"{CONSOLE}{path}", follow=True)
    assert answer.status_code == (200 if path == "content" else 404)


LINK = re.compile(r'(?:href|action|data-[\w-]*url[\w-]*)="(/console/[^"?#]*)')


def test_no_page_of_the_work_leads_to_what_is_closed(office: Office, world: dict[str, Any]) -> None:
    draft(office.editor)
    for who in ("editor", "reviewer", "supervisor"):
        user = getattr(office, who)
        client = at_desk(user)
        for path in found(world):
            if not is_served(rest(path), user) or "logout" in path:
                continue
            answer = client.get(path)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                links = set(LINK.findall(answer.text))
                assert {link for link in links if not is_served(rest(link), user)} == set(), (who, path)


@pytest.mark.parametrize("key", [TOO_LARGE, f"-{TOO_LARGE}", "9" * 5000, "x", "\0", "1\0", "1.5", " ", "九"])
@pytest.mark.parametrize("field", ["advisor", "village"])
def test_a_key_that_no_row_can_have_is_an_error_of_the_form(office: Office, field: str, key: str) -> None:
    desk = at_desk(office.supervisor)
    answer = desk.post("/console/appointments/new/", {"starts_on": "2030-01-01", "ends_on": "2030-12-31", field: key})
    assert answer.status_code == 200
    assert "选择一个有效的选项" in answer.text or "必需字段" in answer.text


@pytest.mark.parametrize("key", [TOO_LARGE, "\0", "x" * 5000])
def test_nor_do_strange_people_and_audiences_break_a_form(office: Office, key: str) -> None:
    advisor = {"kind": "lawyer", "licence_number": "1", "office": "某", "licence": "active", "user": key}
    assert "选择一个有效的选项" in at_desk(office.supervisor).post("/console/advisors/new/", advisor).text
    item = {**editor_form(), "audience": [key, VILLAGE]}
    assert "选择一个有效的选项" in at_desk(office.editor).post("/console/content/add/", item).text
    assert not ContentItem.objects.exists()


@pytest.mark.parametrize("count", [None, "x", "", "99999999999", "3"])
def test_a_form_that_is_not_the_editors_is_refused(office: Office, count: str | None) -> None:
    form = {name: value for name, value in editor_form().items() if not name.startswith("body-")}
    if count is not None:
        form["body-count"] = count
    assert at_desk(office.editor).post("/console/content/add/", form).status_code == 400
    assert not ContentItem.objects.exists()
