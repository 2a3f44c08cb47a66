"""Looking up the law; open to anyone."""

import graphene

from backend.errors import InvalidInput
from backend.schema.plans.declare import ById, Found, Paged, Parts, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context
from backend.schema.server.ids import int_key
from backend.schema.statutes.citations import MAX_CITING_TEXT, ResolvedCitation, references
from backend.schema.statutes.differences import LawDifference, law_difference
from backend.schema.statutes.statute import Statute, statute_given
from backend.schema.statutes.types import (
    ARTICLE_ORDER,
    VERSIONS,
    Article,
    ArticleConnection,
    Law,
    LawConnection,
    key_of,
)
from backend.statutes import selectors

MAX_SEARCH_TEXT = 100
_LAW_ORDER = ("short_name", "id")


def _words(_context: Context, text: str | None = None) -> tuple[tuple[str, ...]]:
    text = text or ""
    if len(text) > MAX_SEARCH_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_SEARCH_TEXT} 个字", field="text")
    return (selectors.name_words(text),)


LAWS = Source(selectors.laws, given=_words, public=True)
NODES = {
    "Law": ById(LAWS, int_key),
    "LawVersion": ById(VERSIONS, int_key),
    "Article": ById(Source(selectors.articles, public=True), int_key),
}


class Query:
    """Looking up the law; open to anyone."""

    laws = Paged(
        LawConnection,
        LAWS,
        order=_LAW_ORDER,
        text=graphene.String(description=f"Words of the name, {MAX_SEARCH_TEXT} characters at most [名称]."),
        description="Laws by name [法律列表].",
    )
    law = Found(
        Law,
        Source(selectors.law_by_id, given=key_of("Law"), public=True),
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One law [法律]; null where there is none of that id.",
    )
    statute = Found(
        Statute,
        Source(selectors.statute_at, given=statute_given, public=True),
        id=graphene.ID(required=True, description="Global id of the law [法律编号]."),
        at=scalars.Date(description="A day in China; today if left out [日期]."),
        description="A law as it stood on a day [某日的法律]; null where there is none of that id.",
    )
    law_difference = Parts(
        LawDifference,
        by=law_difference,
        many=False,
        public=True,
        args={
            "from": graphene.Argument(graphene.ID, required=True, description="Global id of a version [原版本编号]."),
            "to": graphene.Argument(graphene.ID, required=True, description="Global id of another of it [新版本编号]."),
        },
        description="Two versions of one law side by side [版本对照]; null where there is no such version, refused with"
        " VERSIONS_OF_DIFFERENT_LAWS where they are not of one law.",
    )
    law_articles = Paged(
        ArticleConnection,
        Source(selectors.law_articles, given=key_of("LawVersion", "version"), public=True),
        order=ARTICLE_ORDER,
        version=graphene.ID(required=True, description="Global id of a version [版本编号]."),
        description="The articles of a version, in their order [条文].",
    )
    article = Found(
        Article,
        Source(selectors.article_by_id, given=key_of("Article"), public=True),
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One article [法条]; null where there is none of that id.",
    )
    resolve_citations = Parts(
        ResolvedCitation,
        by=references,
        public=True,
        text=graphene.String(required=True, description=f"Any text, {MAX_CITING_TEXT} characters at most [文本]."),
        description="The articles that a text names, in its order, those that lead nowhere included [解析引用].",
    )
