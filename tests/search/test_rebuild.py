"""The whole index anew, while people search and staff publish."""

from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.content.searching import ContentProvider
from backend.search import rebuilding
from backend.search.models import SearchDocument, SearchTerm
from backend.search.registry import Document
from backend.search.services import Indexed
from tests.search.conftest import Find, Publish, titles

pytestmark = pytest.mark.usefixtures("by_index")


def rows() -> list[Any]:
    return [
        list(SearchDocument.objects.order_by("source", "key", "language").values_list("source", "key", "digest")),
        list(SearchTerm.objects.exclude(documents=0).order_by("term").values_list()),
    ]


@pytest.mark.django_db
def test_it_makes_what_publications_made(publish: Publish) -> None:
    for title in ("彩礼", "嫁妆", "宅基地"):
        publish(title)
    made = rows()
    SearchDocument.objects.all().delete()
    SearchTerm.objects.all().delete()
    assert rebuilding.rebuild() == Indexed(written=3)
    assert rows() == made


@pytest.mark.django_db
def test_twice_writes_nothing(publish: Publish) -> None:
    publish("彩礼")
    rebuilding.rebuild()
    with CaptureQueriesContext(connection) as queries:
        assert rebuilding.rebuild() == Indexed(unchanged=1)
    assert not [
        query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", 'DELETE FROM "search_searcht'))
    ]


@pytest.mark.django_db
def test_what_is_wrong_is_put_right(publish: Publish, find: Find) -> None:
    item, hidden = publish("彩礼"), publish("彩礼不在了")
    ContentItem.objects.filter(pk=hidden.pk).update(live=False)
    ContentItem.objects.filter(pk=item.pk).update(title="嫁妆")
    SearchDocument.objects.create(source="gone", kind="CASE", key=1, language="bo", title="旧")
    SearchTerm.objects.update(documents=7)
    SearchTerm.objects.create(term="没有", documents=3)
    assert rebuilding.rebuild() == Indexed(written=1, removed=1)
    assert titles(find("嫁妆")) == ["嫁妆"]
    assert titles(find("彩礼")) == []
    assert set(SearchDocument.objects.values_list("source", "key")) == {("content", item.pk)}
    assert set(SearchTerm.objects.values_list("documents", flat=True)) == {1}


@pytest.mark.django_db
def test_the_command_tells_what_it_did(publish: Publish) -> None:
    publish("彩礼")
    SearchDocument.objects.all().delete()
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue().startswith("搜索索引：写入 1、删除 0、未变 0（")


def aside(action: Callable[[], Any]) -> Any:
    """What the action gives on a connection of its own, started now; `join` the thread to have it done."""
    made: list[Any] = []

    def run() -> None:
        try:
            made.append(action())
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread, made


class Watched(ContentProvider):
    """Tells before it reads and after it has read what is about to be written."""

    def __init__(self, before: Callable[[], Any], after: Callable[[], Any]) -> None:
        self._before, self._after = before, after

    def keys(self) -> list[int]:
        """As they are when asked for."""
        return list(super().keys())

    def documents(self, keys: Sequence[int]) -> Iterator[Document]:
        """Read, and only then told of."""
        self._before()
        found = list(super().documents(keys))
        self._after()
        return iter(found)


def nothing() -> None:
    """Nothing."""


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has something done within each transaction of a rebuild."""

    def put(before: Callable[[], Any] = nothing, after: Callable[[], Any] = nothing) -> None:
        monkeypatch.setattr(rebuilding, "providers", lambda: {"content": Watched(before, after)})

    return put


@pytest.mark.django_db(transaction=True)
def test_people_search_meanwhile(publish: Publish, find: Find, watch: Callable[..., None]) -> None:
    publish("彩礼")
    ContentItem.objects.update(title="彩礼的规定")
    seen: list[list[str]] = []

    def look() -> None:
        thread, made = aside(lambda: titles(find("彩礼")))
        thread.join(10)
        seen.extend(made)

    watch(after=look)
    rebuilding.rebuild()
    look()
    assert seen == [["彩礼"], ["彩礼的规定"]]


@pytest.mark.django_db(transaction=True)
def test_what_is_published_meanwhile_wins(
    publish: Publish, author: User, find: Find, watch: Callable[..., None]
) -> None:
    item = publish("彩礼")
    SearchDocument.objects.all().delete()
    threads: list[Thread] = []

    def edit() -> None:
        mine = ContentItem.objects.get(pk=item.pk)
        mine.title = "嫁妆"
        mine.save_revision(user=author).publish(skip_permission_checks=True)

    # The rebuild has read the old title and not written it yet: the publication waits for it.
    watch(after=lambda: threads.append(aside(edit)[0]) if not threads else None)
    rebuilding.rebuild()
    for thread in threads:
        thread.join(30)
    assert titles(find("嫁妆")) == ["嫁妆"]
    assert titles(find("彩礼")) == []


@pytest.mark.django_db(transaction=True)
def test_what_came_after_the_keys_were_read_stays(
    publish: Publish, find: Find, watch: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("彩礼")
    watch()
    first = Watched.keys

    def then_publish(self: Watched) -> list[int]:
        keys = first(self)
        publish("彩礼刚发布")
        return keys

    monkeypatch.setattr(Watched, "keys", then_publish)
    rebuilding.rebuild()
    assert set(titles(find("彩礼"))) == {"彩礼", "彩礼刚发布"}
