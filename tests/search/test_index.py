"""The index follows what readers see, in the same transaction, with the same words on every database."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.content.models import ContentItem, ContentTranslation
from backend.search.models import SearchDocument, SearchTerm
from backend.search.registry import Document, Kind
from backend.search.services import Indexed, index_documents
from backend.search.words import words_in
from tests.editorial import draft
from tests.search.conftest import Find, Publish, titles

pytestmark = pytest.mark.django_db


def kept_words() -> set[str]:
    """All words in the database's own index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.kept USING fts5vocab('main', 'search_index', 'row')"
            )
            cursor.execute("SELECT term FROM temp.kept")
        else:
            cursor.execute("SELECT DISTINCT unnest(tsvector_to_array(vector)) FROM search_searchdocument")
        return {word for (word,) in cursor.fetchall()}


def document(key: int, title: str = "标题", text: str = "正文", **values: Any) -> Document:
    return Document(**{"kind": Kind.CONTENT, "key": key, "title": title, "text": text, **values})


def counted() -> dict[str, int]:
    return dict(SearchTerm.objects.exclude(documents=0).values_list("term", "documents"))


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(publish: Publish, find: Find) -> None:
    item = publish("彩礼能不能要回来", "订婚时给的彩礼。")
    assert titles(find("彩礼")) == ["彩礼能不能要回来"]
    item.unpublish()
    assert titles(find("彩礼")) == []
    assert not SearchDocument.objects.exists()
    assert counted() == {}
    assert kept_words() == set()


def test_a_draft_is_not_found(author: User, find: Find) -> None:
    draft(author, title="彩礼的草稿")
    assert not SearchDocument.objects.exists()
    assert titles(find("彩礼")) == []


def test_an_edit_is_found_when_it_is_published(publish: Publish, author: User, find: Find) -> None:
    item = publish("彩礼")
    item.title = "嫁妆"
    revision = item.save_revision(user=author)
    assert titles(find("彩礼")) == ["彩礼"]
    revision.publish(skip_permission_checks=True)
    assert titles(find("彩礼")) == []
    assert titles(find("嫁妆")) == ["嫁妆"]


def test_what_is_deleted_is_not_found(publish: Publish, find: Find) -> None:
    publish("彩礼").delete()
    assert titles(find("彩礼")) == []
    assert not SearchDocument.objects.exists()


def test_a_transaction_that_fails_leaves_nothing(publish: Publish, find: Find) -> None:
    with transaction.atomic():
        publish("彩礼")
        assert titles(find("彩礼")) == ["彩礼"]
        transaction.set_rollback(True)
    assert titles(find("彩礼")) == []
    assert (SearchDocument.objects.count(), counted(), kept_words()) == (0, {}, set())


def test_a_withdrawal_that_fails_leaves_it_found(publish: Publish, find: Find) -> None:
    item = publish("彩礼")
    with transaction.atomic():
        item.unpublish()
        transaction.set_rollback(True)
    assert titles(find("彩礼")) == ["彩礼"]


def test_a_language_is_found_while_it_and_its_item_are_live(publish: Publish, author: User, find: Find) -> None:
    item = publish("法律援助")
    translation = ContentTranslation(item=item, language="bo", title="ཁྲིམས་ལུགས", summary="ཁྲིམས", body=[])
    translation.save()
    assert titles(find("ཁྲིམས")) == []
    translation.save_revision(user=author).publish(skip_permission_checks=True)
    assert titles(find("ཁྲིམས")) == ["ཁྲིམས་ལུགས"]
    item.unpublish()
    assert titles(find("ཁྲིམས")) == []
    assert not SearchDocument.objects.exists()


def test_saving_what_no_search_reads_writes_nothing(publish: Publish) -> None:
    item = publish("彩礼")
    with CaptureQueriesContext(connection) as queries:
        ContentItem.objects.get(pk=item.pk).save(update_fields=["pinned_until"])
    assert not [query for query in queries if "search_" in query["sql"]]


def test_the_index_is_written_inside_a_transaction_only(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        index_documents("test", [1], [document(1)])
    assert not SearchDocument.objects.exists()


def test_what_has_not_changed_is_not_written() -> None:
    first = [document(key, f"标题{key}") for key in range(3)]
    assert index_documents("test", [0, 1, 2], first) == Indexed(written=3)
    assert index_documents("test", [0, 1, 2], first) == Indexed(unchanged=3)
    changed = [document(0, "标题0"), document(1, "别的")]
    assert index_documents("test", [0, 1, 2], changed) == Indexed(written=1, removed=1, unchanged=1)
    assert index_documents("test", [0, 1], ()) == Indexed(removed=2)
    assert counted() == {}


def test_sources_and_languages_do_not_meet() -> None:
    index_documents("test", [1], [document(1), document(1, "བོད", language="bo")])
    index_documents("other", [1], [document(1, kind=Kind.CASE)])
    index_documents("test", [1], ())
    assert list(SearchDocument.objects.values_list("source", "kind")) == [("other", "CASE")]


def test_the_numbers_of_words_follow(publish: Publish) -> None:
    publish("彩礼", "彩礼彩礼")
    other = publish("嫁妆", "彩礼")
    assert (counted()["彩礼"], counted()["嫁妆"], counted()[""]) == (2, 1, 2)
    other.unpublish()
    assert (counted()["彩礼"], counted().get("嫁妆"), counted()[""]) == (1, None, 1)


TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("婚姻彩礼ཁྲིམས་ꆈꌠa1²İß'\\:&|")), max_size=80
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, TEXTS)
def test_the_database_keeps_the_very_words(db: None, title: str, text: str) -> None:
    with transaction.atomic():
        index_documents("test", [1], [document(1, title, text)])
        words = {word.text for part in (title, text) for word in words_in(part)}
        assert kept_words() == words
        transaction.set_rollback(True)
