"""Answers that two processes keep: quick as long as nothing changed, and never behind a publication."""

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.phone import Phone
from tests.running import System, with_one_village

pytestmark = pytest.mark.journey

FEED = "{ feed(first: 5) { edges { node { title } } } }"
VILLAGE = "510114006003"
PUBLISH = """
from django.utils import timezone
from backend.content.models import ContentItem
from backend.regions.models import Division
item = ContentItem(title="{title}", summary="摘要", body=[], live=True, first_published_at=timezone.now())
item.audience = Division.objects.filter(code="{division}")
item.save()
"""
TAKE_DOWN = "from backend.content.models import ContentItem; ContentItem.objects.get(title='{title}').unpublish()"


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, System]]:
    """Two servers on one database, and no word between them but through it."""
    first = with_one_village(System(tmp_path_factory.mktemp("kept")))
    second = System(first.home, DATABASE_URL=first.environment["DATABASE_URL"])
    try:
        first.start_server_only()
        second.start_server_only()
        yield first, second
    finally:
        second.close()
        first.close()


def ask(system: System, **headers: str) -> httpx.Response:
    return httpx.get(f"{system.url}/graphql", params={"query": FEED}, headers=headers)


def titles(answer: httpx.Response) -> list[str]:
    return [edge["node"]["title"] for edge in answer.json()["data"]["feed"]["edges"]]


def hits(system: System) -> float:
    page = httpx.get(f"{system.url}/metrics").text
    return sum(
        float(value)
        for value in re.findall(r"^graphql_operation_cache_hits_total\{.*\} ([0-9.e+]+)$", page, re.MULTILINE)
    )


def test_a_publication_and_a_take_down_are_seen_at_once_by_every_process(processes: tuple[System, System]) -> None:
    for number in range(3):
        title = f"第{number}件"
        before = [titles(ask(system)) for system in processes for _ in range(3)]
        assert before == [[]] * 6
        processes[0].manage("shell", "-c", PUBLISH.format(title=title, division="510000000000"))
        assert [titles(ask(system)) for system in processes] == [[title]] * 2
        processes[0].manage("shell", "-c", TAKE_DOWN.format(title=title))
        assert [titles(ask(system)) for system in processes] == [[]] * 2


def test_what_did_not_change_is_answered_from_what_is_kept_and_by_304(processes: tuple[System, System]) -> None:
    for system in processes:
        new = httpx.get(f"{system.url}/graphql", params={"query": f"{FEED} # {system.port}"})
        assert "etag" in new.headers, "also the first answer of a document"
        first = ask(system)
        known = hits(system)
        again = ask(system)
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        assert again.headers["cache-control"] == "public, no-cache"
        assert hits(system) == known + 1
        held = ask(system, **{"if-none-match": first.headers["etag"]})
        assert (held.status_code, held.content) == (304, b"")
    assert ask(processes[0]).headers["etag"] == ask(processes[1]).headers["etag"]


def test_those_who_live_elsewhere_are_not_given_what_is_kept_for_a_village(processes: tuple[System, System]) -> None:
    system = processes[0]
    with closing(Phone(system.url)) as villager, closing(Phone(system.url)) as homeless:
        told_apart(system, villager, homeless)


def told_apart(system: System, villager: Phone, homeless: Phone) -> None:
    villager.sign_in("10000000001")
    homeless.sign_in("10000000002")
    assert villager.do("joinVillage", "group { id }", village=VILLAGE)["errors"] == []
    system.manage("shell", "-c", PUBLISH.format(title="只给本村", division=VILLAGE))
    for _ in range(3):
        assert [edge["node"]["title"] for edge in villager.ask(FEED)["feed"]["edges"]] == ["只给本村"]
        assert villager.ask(FEED) != homeless.ask(FEED)
        assert titles(ask(system)) == []
    system.manage("shell", "-c", TAKE_DOWN.format(title="只给本村"))
    assert villager.ask(FEED) == homeless.ask(FEED)


READ = """
from django.utils import timezone
from backend.accounts.models import User
from backend.content.models import ContentItem, ReadingMark
for reader in User.objects.filter(village="{village}"):
    ReadingMark.objects.create(user=reader, item=ContentItem.objects.get(title="{title}"), read_at=timezone.now())
"""
UNREAD = "{ feed(unread: true) { edges { node { title } } } }"


def test_what_somebody_has_not_read_yet_is_not_kept(processes: tuple[System, System]) -> None:
    system = processes[0]
    with closing(Phone(system.url)) as villager:
        villager.sign_in("10000000003")
        assert villager.do("joinVillage", "group { id }", village=VILLAGE)["errors"] == []
        system.manage("shell", "-c", PUBLISH.format(title="读一读", division=VILLAGE))
        for _ in range(3):
            assert [edge["node"]["title"] for edge in villager.ask(UNREAD)["feed"]["edges"]] == ["读一读"]
        # To read something is no new edition of what the public reads.
        system.manage("shell", "-c", READ.format(title="读一读", village=VILLAGE))
        assert villager.ask(UNREAD)["feed"]["edges"] == []
        assert [edge["node"]["title"] for edge in villager.ask(FEED)["feed"]["edges"]] == ["读一读"]
        system.manage("shell", "-c", TAKE_DOWN.format(title="读一读"))


def test_what_belongs_to_one_person_is_not_kept(processes: tuple[System, System]) -> None:
    system = processes[0]
    known = hits(system)
    answers = [httpx.get(f"{system.url}/graphql", params={"query": "{ viewer { displayName } }"}) for _ in range(3)]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert hits(system) == known
