"""Writes of the index: in the transaction of the change that they follow."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from backend.editions.services import turn_page
from backend.search import words
from backend.search.index import lock_index
from backend.search.models import TITLE_CHARACTERS, SearchDocument, SearchTerm
from backend.search.registry import Document
from backend.search.sounds import sound_of

#: Rows of one statement, below SQLite's limit of variables.
BATCH = 500
_COLUMNS = ("kind", "title", "text", "title_tokens", "tokens", "digest")


class Indexed(NamedTuple):
    """What a write did, in documents."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0


def index_documents(source: str, keys: Sequence[int], documents: Iterable[Document]) -> Indexed:
    """Make the index say of these keys of a source what the documents say, and nothing of those that have none.

    Within the caller's transaction, for the index follows what readers see: both are seen together or not at all.
    What has not changed is not written. Raises outside a transaction.
    """
    found = list(documents)
    if not (keys or found):
        return Indexed()
    turn_page()
    lock_index()
    return write(source, keys, found, count=True)


@transaction.atomic
def write(source: str, keys: Sequence[int], documents: Iterable[Document], *, count: bool) -> Indexed:
    """As `index_documents`, for whoever holds the lock already. `count` keeps the numbers of the words."""
    known = {(row.key, row.language): row for row in _stored(source, keys, with_tokens=count)}
    rows = [_row(source, document) for document in documents]
    changed = [row for row in rows if _digest_of(known, row) != row.digest]
    for row in changed:
        row.title_tokens, row.tokens = words.tokens_of(row.title), words.tokens_of(row.text)
    gone = known.keys() - {(row.key, row.language) for row in rows}
    SearchDocument.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source", "key", "language"],
        update_fields=_COLUMNS,
    )
    _remove([known[place].pk for place in gone])
    if count:
        before = [known[place] for place in {*gone, *((row.key, row.language) for row in changed)} if place in known]
        _count(changed, before)
    return Indexed(len(changed), len(gone), len(rows) - len(changed))


def _stored(source: str, keys: Sequence[int], *, with_tokens: bool) -> Iterable[SearchDocument]:
    rows = SearchDocument.objects.filter(source=source)
    rows = rows.defer("title", "text") if with_tokens else rows.only("key", "language", "digest")
    for start in range(0, len(keys), BATCH):
        yield from rows.filter(key__in=keys[start : start + BATCH])


def _digest_of(known: dict[tuple[int, str], SearchDocument], row: SearchDocument) -> str:
    stored = known.get((row.key, row.language))
    return stored.digest if stored else ""


def _row(source: str, document: Document) -> SearchDocument:
    """The row without its words, which need not be looked for where nothing has changed."""
    title = words.clean(document.title)[:TITLE_CHARACTERS]
    text = words.clean(document.text)[: words.MAX_CHARACTERS]
    made_of = "\x00".join((str(words.VERSION), document.kind.name, title, text))
    return SearchDocument(
        source=source,
        kind=document.kind.name,
        key=document.key,
        language=document.language,
        title=title,
        text=text,
        digest=blake2b(made_of.encode(), digest_size=16).hexdigest(),
    )


def _remove(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), BATCH):
        SearchDocument.objects.filter(pk__in=ids[start : start + BATCH]).delete()


def terms_of(row: SearchDocument) -> set[str]:
    """The words of a document, and the one that stands in all."""
    return {"", *row.title_tokens.split(), *row.tokens.split()}


def _count(added: Iterable[SearchDocument], removed: Iterable[SearchDocument]) -> None:
    numbers: Counter[str] = Counter()
    for row in added:
        numbers.update(terms_of(row))
    for row in removed:
        numbers.subtract(terms_of(row))
    add_to_terms({term: number for term, number in numbers.items() if number})


def add_to_terms(numbers: dict[str, int]) -> None:
    """So many documents more, or less, hold each word."""
    rows = [SearchTerm(term=term, documents=0, sound=sound_of(term)) for term, more in numbers.items() if more > 0]
    SearchTerm.objects.bulk_create(sorted(rows, key=lambda row: row.term), batch_size=BATCH, ignore_conflicts=True)
    by_number: dict[int, list[str]] = {}
    for term, number in numbers.items():
        by_number.setdefault(number, []).append(term)
    for number, terms in by_number.items():
        for start in range(0, len(terms), BATCH):
            batch = terms[start : start + BATCH]
            SearchTerm.objects.filter(term__in=batch).update(documents=F("documents") + number)
