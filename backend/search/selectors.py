"""The search box: one question over everything that the viewer may see, and what they may be about to type."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.errors import InvalidInput
from backend.search import index, queries, ranking
from backend.search.models import SearchDocument, SearchTerm
from backend.search.queries import Wanted
from backend.search.registry import ZH, Answer, Kind, Sort, Suggestion, providers, said, synonyms_of
from backend.search.typos import corrections
from backend.search.words import clean, words_in

MAX_TEXT = 200
MAX_FOUND = 50
#: Hits of one kind; whoever wants more has to say more.
MAX_OF_A_KIND = 50
MAX_SUGGESTIONS = 10
#: The weight of a word in one of twenty documents.
_TELLING = 3.0
MAX_SUGGESTED_FOR = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, in one language. `source` and `key` say which."""

    source: str
    kind: Kind
    key: int
    language: str
    document: int
    score: float
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found.

    `counts` are of all kinds, whatever was asked for; `corrected` is what was looked for instead, or empty; `synonyms`
    are by what was typed; `words` are those to show as hits.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    counts: Mapping[Kind, int] = field(default_factory=dict)
    corrected: str = ""
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: the words to look for, and what it means in other words."""

    text: str
    wanted: list[Wanted]
    synonyms: Mapping[str, Sequence[str]]

    @property
    def words(self) -> frozenset[str]:
        """The words to show as hits: all that were typed, and of synonyms those that do not stand everywhere."""
        return frozenset(each.word for each in self.wanted if not each.synonym or each.weight >= _TELLING)


def search(
    text: str,
    *,
    viewer: Any,
    language: str = ZH,
    kinds: Collection[Kind] = (),
    topic: int | None = None,
    first: int = 20,
    offset: int = 0,
) -> Found:
    """The best hits among what the viewer may see, those of `kinds` where any are named, all others counted.

    A hit is one thing, in `language` where that version matches, else in the one that does best. Raises InvalidInput
    for more than MAX_TEXT characters or a page outside what there can be. Three SQL statements, two more for each
    room with a search of its own, and three more where a word seems to be mistyped.
    """
    _check(text, first, offset)
    asked = _asked(clean(text))
    if not asked.wanted:
        return Found()
    visible = _visible(viewer, topic)
    meant = _meant(asked, visible)
    asked, corrected = (meant, meant.text) if meant else (asked, "")
    hits = _one_of_each(_all_hits(asked, visible), language)
    shown = [hit for hit in hits if not kinds or hit.kind in kinds]
    return Found(
        hits=_with_texts(shown[offset : offset + first]),
        total=len(shown),
        counts=Counter(hit.kind for hit in hits),
        corrected=corrected,
        synonyms=asked.synonyms,
        words=asked.words,
    )


def _check(text: str, first: int, offset: int) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_TEXT} 个字", field="text")
    if not 1 <= first <= MAX_FOUND:
        raise InvalidInput(f"条数应在 1 到 {MAX_FOUND} 之间", field="first")
    most = MAX_OF_A_KIND * len(Kind)
    if not 0 <= offset <= most:
        raise InvalidInput(f"起始位置应在 0 到 {most} 之间", field="offset")


def _asked(text: str) -> _Asked:
    """One statement, none where the text holds no words."""
    own = queries.asked_words(text)
    if not own:
        return _Asked(text, [], {})
    synonyms = synonyms_of(text)
    others = queries.synonym_words(synonyms)
    terms = {"", *own, *others}
    documents = dict(SearchTerm.objects.filter(term__in=terms).values_list("term", "documents"))
    return _Asked(text, queries.weighed(own, others, documents), synonyms)


def _visible(viewer: Any, topic: int | None) -> dict[str, Q]:
    """By source, which of its documents are of what the viewer may see; a source where that is nothing is left out."""
    rows = {source: provider.visible(viewer, topic) for source, provider in providers().items()}
    return {
        source: Q(Exists(found.order_by().filter(pk=OuterRef("key"))), source=source)
        for source, found in rows.items()
        if found is not None
    }


def _of(visible: Iterable[Q]) -> QuerySet[SearchDocument]:
    """The documents of these sources."""
    return SearchDocument.objects.filter(reduce(or_, visible))


def _meant(asked: _Asked, visible: Mapping[str, Q]) -> _Asked | None:
    """The question with a mistyped word put right.

    The right one stands in the list of what people say, or the viewer may see something that holds it.
    """
    known = {each.word for each in asked.wanted if each.documents and not each.synonym}
    likely = corrections(asked.text, known | asked.synonyms.keys(), said)
    unproved = dict.fromkeys(correction.term for correction in likely if not correction.said)
    matches = _best([(Wanted(term, 1.0, 1),) for term in unproved], visible.values())
    held = {word for match in matches for word in f"{match.title_tokens} {match.tokens}".split()}
    best = next((correction for correction in likely if correction.said or correction.term in held), None)
    return _asked(best.text) if best else None


def _all_hits(asked: _Asked, visible: Mapping[str, Q]) -> list[Hit]:
    """What rooms with a search of their own find, and of all others what the index does.

    A search of a room's own may lag behind the rows, as it does for some seconds after an import. Where it says so, or
    names what the viewer cannot see, the index, which never does, is asked as well.
    """
    placed: list[Hit] = []
    indexed: list[Q] = []
    for source, own in visible.items():
        answer = providers()[source].find(asked.text, MAX_OF_A_KIND)
        hits = _placed(_of([own]), answer) if answer and answer.keys else []
        placed += hits
        if answer is None or not answer.whole or len({hit.key for hit in hits}) < len(answer.keys):
            indexed.append(own)
    return _indexed(asked, indexed) + placed


def _indexed(asked: _Asked, visible: Collection[Q]) -> list[Hit]:
    """One statement, none where no word is known. A document has to answer enough of the question."""
    found = [
        Hit(match.source, Kind[match.kind], match.key, match.language, match.id, score)
        for match in _best(queries.alternatives(asked.wanted), visible)
        if (score := ranking.relevance(asked.wanted, match.title_tokens, match.tokens)) >= ranking.MIN_RELEVANCE
    ]
    enough = ranking.MIN_SHARE * max((hit.score for hit in found), default=0.0)
    return [hit for hit in found if hit.score >= enough]


def _best(wanted: Sequence[Sequence[Wanted]], visible: Collection[Q]) -> list[index.Match]:
    if not (wanted and visible):
        return []
    return index.best(queries.for_sqlite(wanted), queries.for_postgresql(wanted), _of(visible), each=MAX_OF_A_KIND)


def _placed(rows: QuerySet[SearchDocument], answer: Answer) -> list[Hit]:
    """Of what a search of a room's own found, that which is among the rows; one statement."""
    scores = {
        key: ranking.relevance_at(place, share)
        for place, (key, share) in enumerate(zip(answer.keys, answer.shares, strict=True))
    }
    columns = ("pk", "source", "kind", "key", "language")
    found = rows.filter(key__in=answer.keys).values_list(*columns)
    return [Hit(source, Kind[kind], key, language, pk, scores[key]) for pk, source, kind, key, language in found]


def _one_of_each(hits: Iterable[Hit], language: str) -> list[Hit]:
    """Each thing once, in the language asked for where that was found, best first; ties in the order of the index."""
    best: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        other = best.get((hit.source, hit.key))
        if other is None or (hit.language == language, hit.score) > (other.language == language, other.score):
            best[hit.source, hit.key] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)


def _with_texts(hits: Sequence[Hit]) -> list[Hit]:
    """One statement for all, none for none."""
    ids = [hit.document for hit in hits]
    rows = SearchDocument.objects.filter(pk__in=ids).values_list("pk", "title", "text") if ids else ()
    texts = {pk: (title, text) for pk, title, text in rows}
    return [
        replace(hit, title=texts[hit.document][0], text=texts[hit.document][1]) for hit in hits if hit.document in texts
    ]


def suggestions(text: str, *, viewer: Any) -> list[Suggestion]:
    """What somebody may be about to type, MAX_SUGGESTIONS at most: what rooms offer to everybody, then titles of what
    the viewer may see that hold the words so far. One statement for each.

    Raises InvalidInput for more than MAX_SUGGESTED_FOR characters.
    """
    if len(text) > MAX_SUGGESTED_FOR:
        raise InvalidInput(f"请输入不超过 {MAX_SUGGESTED_FOR} 个字", field="text")
    typed = " ".join(clean(text).split())
    if not typed:
        return []
    offered = [one for provider in providers().values() for one in provider.suggest(typed, MAX_SUGGESTIONS // 2)]
    found = dict.fromkeys([*offered, *_titles(typed, viewer)])
    return list({one.text: one for one in reversed(found)}.values())[::-1][:MAX_SUGGESTIONS]


def _titles(typed: str, viewer: Any) -> list[Suggestion]:
    words = [word.text for word in words_in(typed)][: queries.MAX_WORDS]
    visible = _visible(viewer, None).values() if words else ()
    if not visible:
        return []
    # The law's documents are named after their laws, which are offered by name.
    titled = _of(visible).exclude(kind=Kind.LAW.name)
    sqlite, postgresql = queries.beginning(words[:-1], words[-1])
    titles = index.newest_titles(sqlite, postgresql, titled, limit=MAX_SUGGESTIONS)
    return [Suggestion(title, Sort.TITLE) for title in titles]
