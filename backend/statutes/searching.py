"""What search finds of the law: the articles that hold today."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from backend.search.registry import Answer, Document, Kind, Sort, Suggestion, register, register_synonyms
from backend.search.services import index_documents
from backend.statutes import rules
from backend.statutes.models import Article, Law, Validity
from backend.statutes.selectors import name_words

SOURCE = "statutes"


class StatuteProvider:
    """See `backend.search.registry.Provider`. All versions are kept, for a law comes into force by its day alone."""

    def keys(self) -> Iterable[int]:
        """Of all articles that the source still has."""
        return Article.objects.filter(withdrawn=False).order_by("pk").values_list("pk", flat=True)

    def documents(self, keys: Sequence[int]) -> Iterator[Document]:
        """The article under its law's name and its label; one statement."""
        rows = Article.objects.filter(pk__in=keys, withdrawn=False).order_by("pk")
        columns = ("pk", "version__law__short_name", "label", "chapter", "section", "text")
        for pk, law, label, chapter, section, text in rows.values_list(*columns):
            places = filter(None, (chapter, section))
            yield Document(Kind.LAW, pk, rules.quote(law, label), "\n".join([*places, text]))

    def visible(self, viewer: Any, topic: int | None) -> QuerySet[Article] | None:  # noqa: ARG002 - the law is everybody's
        """Those that hold today, whoever asks; none where a topic is asked for."""
        if topic is not None:
            return None
        day = timezone.localdate()
        holds = Q(version__ends_on=None) | Q(version__ends_on__gt=day)
        return Article.objects.filter(holds, version__starts_on__lte=day, withdrawn=False).exclude(
            Q(validity=Validity.REPEALED) | Q(version__validity=Validity.REPEALED)
        )

    def find(self, text: str, limit: int) -> Answer:
        """By the search that knows how people ask for the law."""
        from backend.statutes.finding import find_articles_now  # noqa: PLC0415 - heavy, as below

        found, whole = find_articles_now(text, limit=limit)
        return Answer([one.article_id for one in found], [one.share for one in found], whole)

    def suggest(self, text: str, limit: int) -> Iterator[Suggestion]:
        """Names of laws, everyday ones included, and what people say; those first that begin with the text.

        One statement.
        """
        words = name_words(text)
        names = Law.objects.filter(short_name__contains=words[0]).values_list("short_name", flat=True) if words else ()
        laws = {name for name in {*names, *rules.ALIASES} if words and all(word in name for word in words)}
        terms = {said for said in LayTerms().said() if text in said}
        for sort, found in ((Sort.LAW, laws), (Sort.TERM, terms)):
            for name in sorted(found, key=lambda name: (not name.startswith(text), len(name), name))[:limit]:
                yield Suggestion(name, sort)


def index_articles(keys: Sequence[int]) -> None:
    """Make search say of these articles what they say now, in the caller's transaction."""
    index_documents(SOURCE, keys, StatuteProvider().documents(keys))


class LayTerms:
    """See `backend.search.registry.Synonyms`: the list that the search for articles has as well."""

    # What it needs is heavy to load, and commands that never search should not wait for it.

    def said(self) -> Collection[str]:
        """Its left side."""
        from backend.statutes.finding import lay_terms  # noqa: PLC0415 - as above

        return [entry.said for entry in lay_terms.known()]

    def meant(self, text: str) -> Mapping[str, Sequence[str]]:
        """Its right side, of all that the text holds."""
        from backend.statutes.finding import lay_terms  # noqa: PLC0415 - as above
        from backend.statutes.finding.words import plain  # noqa: PLC0415 - as above

        typed = plain(text)
        return {entry.said: entry.terms for entry in lay_terms.known() if entry.said in typed}


def connect() -> None:
    """Hand the law in, and what people call it."""
    register(SOURCE, StatuteProvider())
    register_synonyms(SOURCE, LayTerms())
