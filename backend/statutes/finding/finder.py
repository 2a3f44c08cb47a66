"""The index of this process: made when it is first needed, and anew when the laws have changed."""

import ctypes
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from backend.editions.selectors import current
from backend.statutes.finding import corpus, index, storage
from backend.statutes.finding.model import Model, shipped
from backend.statutes.finding.ranking import Found, Ranker

#: Content is published more often than laws: the laws are not read again sooner than after so many seconds.
PAUSE = 10.0
MAX_FOUND = 200
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A ranker with what it was made from: the corpus by its mark, read at an edition, holding for some days."""

    ranker: Ranker | None
    mark: int
    extent: corpus.Extent
    edition: int
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the corpus is that of the day."""
        return self.since <= day and (self.until is None or day < self.until)


class Finder:
    """Keeps one ranker. Threads may share it: while a new one is made, the old one answers.

    `load_model` gives the model when the first ranker is made; None ranks plainly.
    """

    def __init__(self, load_model: Callable[[], Model | None] = shipped) -> None:
        self._load_model = load_model
        self._ready: Ready | None = None
        self._model: Model | None = None
        self._model_read = False
        self._lock = Lock()
        self._looking = Lock()
        self._looked = -PAUSE
        self._looked_at: corpus.Extent | None = None

    def ranker(self, today: date | None = None) -> Ranker | None:
        """The ranker to use now; None where there is no law at all. See `_now`."""
        return self._now(today)[0]

    def find(self, question: str, *, limit: int = 10, today: date | None = None) -> list[Found]:
        """See find_articles."""
        return self.find_now(question, limit=limit, today=today)[0]

    def find_now(self, question: str, *, limit: int = 10, today: date | None = None) -> tuple[list[Found], bool]:
        """See find_articles_now."""
        ranker, whole = self._now(today)
        return (ranker.find(question, min(limit, MAX_FOUND)) if ranker else []), whole

    def forget(self, *, model: bool = True) -> None:
        """Start as a new process does, but with the model that it has where `model` is False."""
        with self._lock:
            self._ready, self._looked, self._looked_at, self._looking = None, -PAUSE, None, Lock()
            if model:
                self._model, self._model_read = None, False

    def _now(self, today: date | None) -> tuple[Ranker | None, bool]:
        """The ranker to use now, and whether it knows all texts. One statement, two while the edition is a newer one
        than the ranker's, unless it has to be made.

        For a day that is asked for by name, and within a transaction, whose rows no other thread sees, a stale ranker
        is made anew at once.
        """
        day, edition, ready = today or timezone.localdate(), current(), self._ready
        if ready and self._fresh(ready, day, edition):
            return ready.ranker, True
        if ready is None or today or connection.in_atomic_block:
            return self._renewed(day, edition).ranker, True
        extent = corpus.extent()
        self._renew_aside(day, edition, extent, changed=extent != ready.extent)
        return ready.ranker, extent == ready.extent and ready.holds_on(day)

    def _fresh(self, ready: Ready, day: date, edition: int) -> bool:
        return ready.edition == edition and ready.holds_on(day)

    def _renew_aside(self, day: date, edition: int, extent: corpus.Extent, *, changed: bool) -> None:
        """In a thread, one at a time; not too often, but at once when texts have come or gone."""
        news = changed and extent != self._looked_at
        looking = self._looking
        if (monotonic() - self._looked < PAUSE and not news) or not looking.acquire(blocking=False):
            return
        self._looked, self._looked_at = monotonic(), extent
        Thread(target=self._renew_in_thread, args=(day, edition, looking), name="search-index", daemon=True).start()

    def _renew_in_thread(self, day: date, edition: int, looking: Lock) -> None:
        try:
            self._renewed(day, edition)
        except Exception:
            logger.exception("the search index could not be made anew; the old one answers")
        finally:
            connections.close_all()
            looking.release()

    def _renewed(self, day: date, edition: int) -> Ready:
        with self._lock:
            ready = self._ready
            if ready and self._fresh(ready, day, edition):  # another thread was faster
                return ready
            extent = corpus.extent()  # ahead of the texts: what comes meanwhile is noticed the next time
            laws = corpus.read(day)
            mark = laws.mark()
            ranker = ready.ranker if ready and ready.mark == mark else self._made(laws, mark)
            self._ready = Ready(ranker, mark, extent, edition, day, laws.until)
            return self._ready

    def _made(self, laws: corpus.Corpus, mark: int) -> Ranker | None:
        if not mark:  # no article at all
            return None
        folder = Path(settings.DATA_DIR)
        made = storage.load(folder, mark)
        if made is None:
            made = index.build(laws)
            if laws.mark() == mark:  # else they have changed meanwhile, and this is no index of either
                storage.save(made, folder, mark)
        if not self._model_read:
            self._model, self._model_read = self._load_model(), True
        ranker = Ranker(made, self._model)
        ranker.find("准备", 1)  # what is worked out on first use is worked out now
        _give_back()
        return ranker


def _give_back() -> None:
    """Let the system have the memory that making an index took: a third of a process, which glibc keeps otherwise."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


_finder = Finder()


def find_articles(question: str, *, limit: int = 10, today: date | None = None) -> list[Found]:
    """The articles in force today (in China, unless a day is given) that answer a question, best first.

    At most `limit`, never more than MAX_FOUND; none where nothing of the question is in any law. Repealed laws,
    withdrawn articles and texts that do not hold on the day are not found. One SQL statement; the first call of a
    process makes the index (seconds).
    """
    return _finder.find(question, limit=limit, today=today)


def find_articles_now(question: str, *, limit: int = 10) -> tuple[list[Found], bool]:
    """The same of today, and whether all texts were looked at: for some seconds after an import those that it brought
    are not, and what it replaced may still be found. Two SQL statements meanwhile."""
    return _finder.find_now(question, limit=limit)


def forget(*, model: bool = True) -> None:
    """Start as a new process does: for tests, and after the model's file has changed. Without `model` that is kept."""
    _finder.forget(model=model)
