"""What search finds of content: live items, in each language in which they are live."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save

from backend.accounts.models import Language, User
from backend.content import cases, rules
from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.selectors import published_for
from backend.content.standing import standing_of
from backend.search.models import SearchDocument
from backend.search.registry import Document, Kind, Suggestion, register
from backend.search.services import index_documents

SOURCE = "content"
#: What a document is made of, or decides whether there is one.
_READ = frozenset({"kind", "title", "summary", "question", "body", "case_category", "case_facts", "live", "language"})
_KINDS = {ContentItem.Kind.CASE: Kind.CASE, ContentItem.Kind.QA: Kind.QUESTION}


class ContentProvider:
    """See `backend.search.registry.Provider`. Whatever is no case and no question is content."""

    def keys(self) -> Iterable[int]:
        """Of the live items."""
        found: QuerySet[Any] = ContentItem.objects.filter(live=True).order_by("pk").values_list("pk", flat=True)
        return found

    def documents(self, keys: Sequence[int]) -> Iterator[Document]:
        """Title, summary, question, facts and text of the live ones; two statements."""
        items = {item.pk: item for item in ContentItem.objects.filter(pk__in=keys, live=True)}
        for item in items.values():
            facts = [value for _, value in cases.told(item.case_category, item.case_facts)]
            yield _document(item, item, Language.ZH_HANS, facts)
        for translation in ContentTranslation.objects.filter(item__in=items, live=True):
            yield _document(items[translation.item_id], translation, translation.language, [])

    def visible(self, viewer: User | None, topic: int | None) -> QuerySet[ContentItem]:
        """Those that the feed would show."""
        rows = published_for(*standing_of(viewer)._replace(language=None))
        return rows if topic is None else rows.filter(topics=topic)

    def find(self, text: str, limit: int) -> None:
        """The index serves."""

    def suggest(self, text: str, limit: int) -> Iterable[Suggestion]:  # noqa: ARG002 - as above
        """Nothing of it is everybody's."""
        return ()


def _document(item: ContentItem, shown: Reviewed, language: str, facts: list[str]) -> Document:
    parts = [shown.summary, shown.question, *facts, *(text for _, text in rules.texts(shown.body.raw_data))]
    kind = _KINDS.get(ContentItem.Kind(item.kind), Kind.CONTENT)
    return Document(kind, item.pk, shown.title, "\n".join(filter(None, parts)), language)


def index_item(*, item_id: int) -> None:
    """Make search say of an item what readers see now: nothing where it is not live. In the caller's transaction.

    What is not live and was not found either is left alone, so that drafts do not wait for whoever writes the index.
    """
    documents = list(ContentProvider().documents([item_id]))
    if documents or SearchDocument.objects.filter(source=SOURCE, key=item_id).exists():
        index_documents(SOURCE, [item_id], documents)


def _written(instance: Reviewed, update_fields: Iterable[str] | None = None, **_: Any) -> None:
    """Sent from inside the transaction that writes or deletes the row, whichever way it goes live or is hidden."""
    if update_fields is None or not _READ.isdisjoint(update_fields):
        index_item(item_id=instance.item_id if isinstance(instance, ContentTranslation) else instance.pk)


def _deleted(instance: Reviewed, **_: Any) -> None:
    """As above; of a deleted item the signal still knows the key."""
    _written(instance)


def connect() -> None:
    """Hand content in, and have the index follow each of its rows."""
    register(SOURCE, ContentProvider())
    for model in (ContentItem, ContentTranslation):
        post_save.connect(_written, sender=model, dispatch_uid=f"backend.content.search.{model.__name__}.written")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"backend.content.search.{model.__name__}.deleted")
