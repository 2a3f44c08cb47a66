"""Building the whole index anew, in short transactions, while people search and staff publish."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from time import monotonic, sleep

from django.conf import settings
from django.db import connection, reset_queries, transaction

from backend.progress import Report, silent
from backend.search.index import lock_index
from backend.search.models import SearchDocument, SearchTerm
from backend.search.registry import Provider, providers
from backend.search.services import BATCH, Indexed, terms_of, write
from backend.search.sounds import sound_of

#: Keys and words of one transaction: some hundredths of a second, in which others cannot write.
KEYS, WORDS = 100, 500
#: Seconds between two of them at most.
PAUSE = 0.05


def rebuild(*, progress: Report = silent) -> Indexed:
    """Bring the index up to what the providers tell, and the numbers of the words up to the index.

    Each transaction reads what it writes behind the lock that publications take, so that neither ever overwrites
    the newer of two texts with the older. Searches see each document as it was or as it is.
    """
    total = Indexed()
    todo = [(source, provider, list(provider.keys())) for source, provider in providers().items()]
    number = sum(len(keys) for _, _, keys in todo)
    done = 0
    for source, provider, keys in todo:
        known = set(keys)
        stored = SearchDocument.objects.filter(source=source).values_list("key", flat=True).distinct()
        leftover = [key for key in stored.iterator(chunk_size=10_000) if key not in known]
        for batch in _batches([*keys, *leftover], KEYS):
            total = _added(total, _written(source, provider, batch))
            done += len(batch)
            progress(done, max(number, done))
    SearchDocument.objects.exclude(source__in=providers()).delete()
    count_terms()
    return total


@contextmanager
def _turn() -> Iterator[None]:
    """One transaction, after which others have their turn.

    SQLite keeps no queue: whoever waits looks again some ten times a second, and would hardly ever find the moment
    between two transactions. PostgreSQL lets the next in line have the lock.
    """
    started = monotonic()
    with transaction.atomic():
        lock_index()
        yield
    if settings.DEBUG:
        reset_queries()  # Django keeps the text of thousands of statements, here of whole documents each
    if connection.vendor == "sqlite":
        sleep(min(monotonic() - started, PAUSE))


def _written(source: str, provider: Provider, keys: Sequence[int]) -> Indexed:
    with _turn():
        return write(source, keys, provider.documents(keys), count=False)


def _added(one: Indexed, other: Indexed) -> Indexed:
    return Indexed(*(sum(pair) for pair in zip(one, other, strict=True)))


def count_terms() -> None:
    """Set the numbers of all words from the documents, and forget words that stand in none."""
    numbers: Counter[str] = Counter()
    rows = SearchDocument.objects.only("title_tokens", "tokens")
    for row in rows.iterator(chunk_size=2_000):
        numbers.update(terms_of(row))
    stored = dict(SearchTerm.objects.values_list("term", "documents"))
    changed = [
        SearchTerm(term=term, documents=number, sound=sound_of(term))
        for term, number in sorted(numbers.items())
        if stored.get(term) != number
    ]
    for terms in _batches(changed, WORDS):
        with _turn():
            SearchTerm.objects.bulk_create(
                terms,
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["term"],
                update_fields=["documents", "sound"],
            )
    for gone in _batches(sorted(stored.keys() - numbers.keys()), BATCH):
        with _turn():
            SearchTerm.objects.filter(term__in=gone).delete()


def _batches(items: Iterable[object], size: int) -> Iterable[list]:  # type: ignore[type-arg]
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
