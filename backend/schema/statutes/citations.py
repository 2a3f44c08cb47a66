"""Citations 引用: what a text names, what that leads to, and whether it still is the law."""

from dataclasses import dataclass

import graphene

from backend.errors import InvalidInput
from backend.schema.enums import described
from backend.schema.plans.declare import Column, One
from backend.schema.server.context import Context
from backend.schema.statutes.types import Article
from backend.statutes import models, rules, selectors, services
from backend.statutes.citations import CitationRef

MAX_CITING_TEXT = 2000
CitationProblem = graphene.Enum.from_enum(
    selectors.Problem,
    name="CitationProblem",
    description=described(
        "Why a citation leads to no text [未能解析的原因].",
        {problem.name: f"[{problem.value}]." for problem in selectors.Problem},
    ),
)
_FATES = {
    models.Outdated.AMENDED: "The article says something else now",
    models.Outdated.REPEALED: "The article is the law no more",
}
CitationOutdated = graphene.Enum.from_enum(
    models.Outdated,
    name="CitationOutdated",
    description=described(
        "What became of an article after somebody had cited it [所引条文变动].",
        {value.name: f"{meaning} [{value.label}]." for value, meaning in _FATES.items()},
    ),
)


def _outdated(stored: str) -> models.Outdated | None:
    return models.Outdated(stored) if stored else None


class Citation(graphene.ObjectType):
    """A reference to an article as it stood when it was made [引用]."""

    # Its rows are of any model derived from `backend.statutes.models.Citation`.

    quote = Column(
        graphene.String,
        "article__version__law__short_name",
        "article__label",
        "paragraph",
        "item",
        by=rules.quote,
        required=True,
        description="How it is written: 《民法典》第一千零六十二条第一款 [引文].",
    )
    paragraph = Column(graphene.Int, required=True, description="Which paragraph, from 1; 0 means the whole [款].")
    item = Column(graphene.Int, required=True, description="Which item, from 1; 0 means the whole [项].")
    text = Column(
        graphene.String,
        "article__text",
        "paragraph",
        "item",
        by=lambda text, paragraph, item: rules.cut(text, paragraph, item) or text,
        required=True,
        description="The cited paragraph or item; the whole article where it has no such part [引用文本].",
    )
    article = One(Article, "article", required=True, description="The article [法条].")
    outdated = Column(
        CitationOutdated,
        by=_outdated,
        description="What became of the article since it was cited; null while the cited text is the law"
        " [所引条文变动].",
    )
    outdated_note = Column(
        graphene.String,
        "outdated",
        by=rules.outdated_note,
        required=True,
        description="The same as a Chinese sentence to show beside the quotation, or empty [变动提示].",
    )


@dataclass(frozen=True)
class _Reference:
    """What a text names, and what it leads to."""

    found: selectors.Resolved
    quote: str

    @property
    def ref(self) -> CitationRef:
        return self.found.ref

    @property
    def text(self) -> str | None:
        article = self.found.article
        return rules.cut(article.text, self.ref.paragraph, self.ref.item) if article else None


class ResolvedCitation(graphene.ObjectType):
    """One article that a text names, and what it leads to [引用解析]."""

    quote = Column(graphene.String, required=True, description="The place of the text where it is named [原文].")
    start = Column(
        graphene.Int,
        "ref__start",
        required=True,
        description="Where that begins, in characters (code points), from 0 [起点].",
    )
    end = Column(graphene.Int, "ref__end", required=True, description="Where it ends [终点].")
    law = Column(graphene.String, "ref__law", required=True, description="The law's name as written [法律名称].")
    number = Column(graphene.Int, "ref__number", required=True, description="The article's number [条].")
    suffix = Column(graphene.Int, "ref__suffix", required=True, description="1 for 第…条之一, else 0 [之].")
    paragraph = Column(
        graphene.Int, "ref__paragraph", required=True, description="Which paragraph, from 1; 0 means the whole [款]."
    )
    item = Column(graphene.Int, "ref__item", required=True, description="Which item, from 1; 0 means the whole [项].")
    article = One(Article, "found__article", description="The article in the version that holds today [法条].")
    text = Column(graphene.String, description="The cited paragraph or item, if there is one [引用文本].")
    problem = Column(CitationProblem, "found__problem", description="Why it does not lead to a text [问题].")
    problem_label = Column(
        graphene.String,
        "found__problem",
        by=lambda problem: problem.value if problem else "",
        required=True,
        description="The problem as a Chinese sentence, or empty [问题说明].",
    )


def references(_context: Context, text: str) -> list[_Reference]:
    """What a text names, in two or three statements, none where the text names nothing."""
    if len(text) > MAX_CITING_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_CITING_TEXT} 个字", field="text")
    return [_Reference(found, text[found.ref.start : found.ref.end]) for found in services.cite(text)]
