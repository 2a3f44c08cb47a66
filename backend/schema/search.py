"""The search box 搜索 as clients see it: one question over the law, content, cases and questions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene

from backend.accounts.models import Language as LanguageValue
from backend.schema.accounts import Language
from backend.schema.content import PUBLISHED, ContentCard, standing_given
from backend.schema.enums import described
from backend.schema.plans.declare import Column, Found, Parts, Source
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id
from backend.schema.statutes import Article
from backend.search import ranking, selectors
from backend.search.registry import Kind, Sort
from backend.statutes.selectors import articles

FIRST = 20
_LAW = "statutes"

SearchKind = graphene.Enum.from_enum(
    Kind,
    name="SearchKind",
    description=described("What sort of thing a hit is [搜索类别].", {kind.name: f"[{kind.value}]." for kind in Kind}),
)
SuggestionKind = graphene.Enum.from_enum(
    Sort,
    name="SuggestionKind",
    description=described("What a suggestion is [提示类别].", {sort.name: f"[{sort.value}]." for sort in Sort}),
)


class SearchSpan(graphene.ObjectType):
    """A piece of a text [文本片段]."""

    text = Column(graphene.String, required=True, description="Plain text [文字].")
    hit = Column(graphene.Boolean, required=True, description="Whether it is what was looked for [是否命中].")


@dataclass(frozen=True)
class _Hit:
    """A hit as it is shown; its text is cut up only where that is asked for."""

    found: selectors.Hit
    words: re.Pattern[str] | None

    @property
    def article_id(self) -> int | None:
        return self.found.key if self.found.source == _LAW else None

    @property
    def content_id(self) -> int | None:
        return self.found.key if self.found.source != _LAW else None


class SearchHit(graphene.ObjectType):
    """One thing that was found [搜索结果]."""

    kind = Column(SearchKind, "found__kind", required=True, description="What sort of thing it is [类别].")
    language = Column(
        Language,
        "found__language",
        by=LanguageValue,
        required=True,
        description="The language of the version that was found, in which title and snippet are [语言].",
    )
    title = Column(graphene.String, "found__title", required=True, description="Title; of an article its quote [标题].")
    title_spans = Parts(
        SearchSpan,
        "found__title",
        "words",
        by=ranking.spans,
        required=True,
        description="The title in pieces, to show what was looked for [标题高亮].",
    )
    snippet = Parts(
        SearchSpan,
        "found__text",
        "words",
        by=ranking.snippet,
        required=True,
        description=f"The piece of the text that says most of what was looked for, in pieces; about"
        f" {ranking.SNIPPET_CHARACTERS} characters together [摘录].",
    )
    score = Column(
        graphene.Float,
        "found__score",
        required=True,
        description="0 to 1: how much of the question it answers; for the order alone [相关度].",
    )
    article = Found(
        Article,
        Source(articles, public=True),
        key=("pk",),
        parent=("article_id",),
        description="The article, where it is of the law [法条].",
    )
    content = Found(
        ContentCard,
        PUBLISHED,
        key=("pk",),
        parent=("content_id",),
        description="The item, where it is content, a case or a question [内容].",
    )


@dataclass(frozen=True)
class _Count:
    kind: Kind
    count: int


class SearchFacet(graphene.ObjectType):
    """How many hits there are of one kind [分类计数]."""

    kind = Column(SearchKind, required=True, description="The kind [类别].")
    count = Column(
        graphene.Int,
        required=True,
        description=f"Hits that the viewer may see, {selectors.MAX_OF_A_KIND} at most [条数].",
    )


@dataclass(frozen=True)
class _Synonym:
    said: str
    terms: list[str]


class SearchSynonym(graphene.ObjectType):
    """Words that were looked for as well [同义词]."""

    said = Column(graphene.String, required=True, description="What the question says [说法].")
    terms = Column(
        graphene.List(graphene.NonNull(graphene.String)),
        required=True,
        description="What the law calls it [法律用语].",
    )


@dataclass(frozen=True)
class _Result:
    hits: list[_Hit]
    facets: list[_Count]
    synonyms: list[_Synonym]
    total: int
    has_more: bool
    corrected: str | None


def _same(parts: Any) -> Any:
    return parts


class SearchResult(graphene.ObjectType):
    """What a question found [搜索结果页]."""

    hits = Parts(SearchHit, "hits", by=_same, required=True, description="The hits, best first [结果].")
    total = Column(
        graphene.Int,
        required=True,
        description=f"Hits of the kinds asked for, {selectors.MAX_OF_A_KIND} of each at most [总数].",
    )
    has_more = Column(graphene.Boolean, required=True, description="Whether more hits follow behind these [还有更多].")
    facets = Parts(
        SearchFacet,
        "facets",
        by=_same,
        required=True,
        description="How many hits there are of each kind, whichever were asked for; none without any [分类计数].",
    )
    corrected = Column(
        graphene.String,
        description="What was looked for instead, where the question seems to have a wrong character [纠正后的问题].",
    )
    synonyms = Parts(
        SearchSynonym,
        "synonyms",
        by=_same,
        required=True,
        description="What was looked for as well, by what the question says [同义词].",
    )


class SearchSuggestion(graphene.ObjectType):
    """What somebody may be about to type [搜索提示]."""

    text = Column(graphene.String, required=True, description="The whole text [文字].")
    kind = Column(SuggestionKind, "sort", required=True, description="What it is [类别].")


def _search(
    context: Context,
    text: str,
    first: int | None = FIRST,
    offset: int | None = 0,
    kinds: Sequence[Kind] | None = None,
    topic: str | None = None,
    language: Any = None,
) -> _Result:
    """A null is as good as nothing, as in every list."""
    first, offset = FIRST if first is None else first, offset or 0
    found = selectors.search(
        text,
        viewer=context.viewer,
        language=standing_given(context, language).language or LanguageValue.ZH_HANS.value,
        kinds=kinds or (),
        topic=None if topic is None else decode_int_id("ContentItem", topic, field="topic"),
        first=first,
        offset=offset,
    )
    words = ranking.pattern_of(found.words)
    return _Result(
        hits=[_Hit(hit, words) for hit in found.hits],
        facets=[_Count(kind, number) for kind in Kind if (number := found.counts.get(kind, 0))],
        synonyms=_synonyms(found.synonyms),
        total=found.total,
        has_more=found.total > offset + first,
        corrected=found.corrected or None,
    )


def _synonyms(found: Mapping[str, Sequence[str]]) -> list[_Synonym]:
    return [_Synonym(said, list(terms)) for said, terms in found.items()]


def _suggestions(context: Context, text: str) -> Any:
    return [_Suggestion(one.text, one.sort) for one in selectors.suggestions(text, viewer=context.viewer)]


@dataclass(frozen=True)
class _Suggestion:
    text: str
    sort: Sort


class Query:
    """Searching; open to anyone, each for what they may see."""

    search = Parts(
        SearchResult,
        by=_search,
        many=False,
        text=graphene.String(
            required=True, description=f"What is asked, in any words, {selectors.MAX_TEXT} characters at most [问题]."
        ),
        kinds=graphene.List(
            graphene.NonNull(SearchKind), description="Only hits of these; left out or empty: of all [类别]."
        ),
        topic=graphene.ID(description="Global id of a topic: only content that belongs to it [专题]."),
        first=graphene.Int(
            default_value=FIRST, description=f"At most so many hits: 1 to {selectors.MAX_FOUND} [条数]."
        ),
        offset=graphene.Int(default_value=0, description="How many of the best hits to pass over [跳过条数]."),
        language=Language(
            description="The version that is preferred where several match, and the language of items; left out: the"
            " viewer's own [语言]."
        ),
        description="The law, content, cases and questions that answer a question, among what the viewer may see"
        " [搜索].",
    )
    search_suggestions = Parts(
        SearchSuggestion,
        by=_suggestions,
        text=graphene.String(
            required=True, description=f"What is typed so far, {selectors.MAX_SUGGESTED_FOR} characters at most [输入]."
        ),
        description=f"What somebody may be about to type, {selectors.MAX_SUGGESTIONS} at most: names of laws, common"
        " words, and titles that the viewer may see [搜索提示].",
    )
