"""Laws 法律法规, articles 法条 and citations 引用 as clients see them; open to anyone."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import graphene
from django.utils import timezone
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.errors import InvalidInput
from backend.schema.server.ids import decode_int_id, encode_id
from backend.schema.server.paging import PageArguments, connection_field, page
from backend.statutes import models, rules, selectors, services

MAX_CITING_TEXT = 2000
MAX_SEARCH_TEXT = 100
_LAW_ORDER = ("short_name", "id")
_ARTICLE_ORDER = ("position", "id")
_MEANINGS = {
    models.Validity.IN_FORCE: "It holds today",
    models.Validity.AMENDED: "A newer text holds, or amendments are not worked in",
    models.Validity.REPEALED: "It holds no more",
    models.Validity.NOT_YET: "It is published and will hold from a later day",
}

T = TypeVar("T")


def _describe_validity(value: models.Validity | None) -> str:
    return f"{_MEANINGS[value]} [{value.label}]." if value else "Whether a text may be relied on today [时效]."


def _describe_problem(value: selectors.Problem | None) -> str:
    return f"[{value.value}]." if value else "Why a citation leads to no text [未能解析的原因]."


Validity = graphene.Enum.from_enum(models.Validity, name="Validity", description=_describe_validity)
CitationProblem = graphene.Enum.from_enum(selectors.Problem, name="CitationProblem", description=_describe_problem)


class _HasValidity:
    """The three fields that tell how far a text may be relied on."""

    validity = graphene.Field(
        Validity, required=True, description="Whether it may be relied on today, in China [时效]."
    )
    validity_label = graphene.String(required=True, description="The validity in Chinese [时效名称].")
    validity_note = graphene.String(
        required=True, description="A Chinese sentence where the validity alone would mislead, or empty [时效说明]."
    )

    @staticmethod
    def resolve_validity(row: Any, _info: GraphQLResolveInfo) -> models.Validity:
        """Worked out now: a law comes into force without anything being written."""
        return models.Validity(_of_today(row, rules.validity_on))

    @staticmethod
    def resolve_validity_label(row: Any, _info: GraphQLResolveInfo) -> str:
        """As in the console."""
        return str(models.Validity(_of_today(row, rules.validity_on)).label)

    @staticmethod
    def resolve_validity_note(row: Any, _info: GraphQLResolveInfo) -> str:
        """From the same facts."""
        return _of_today(row, rules.validity_note)


def _of_today(row: Any, rule: Callable[[rules.Validity, date, date | None, date], T]) -> T:
    version = row.version if isinstance(row, models.Article) else row
    return rule(rules.Validity(row.validity), version.starts_on, version.ends_on, timezone.localdate())


class LawVersion(_HasValidity, DjangoObjectType):
    """The text of a law as promulgated or revised at one time [法律版本]."""

    class Meta:
        model = models.LawVersion
        fields = ("id", "published_on", "effective_on", "starts_on", "ends_on")

    id = graphene.ID(required=True, description="Global id [编号].")
    published_on = graphene.Date(required=True, description="When this text was published [公布日期].")
    effective_on = graphene.Date(
        required=True, description="The source's date, often of the law and not of this text [施行日期]."
    )
    starts_on = graphene.Date(required=True, description="The first day on which this text holds [本文本施行日期].")
    ends_on = graphene.Date(description="The day on which the next text takes over, if one is known [被取代日期].")

    @staticmethod
    def resolve_id(row: models.LawVersion, _info: GraphQLResolveInfo) -> str:
        """Opaque."""
        return encode_id("LawVersion", row.pk)


class LawName(graphene.ObjectType):
    """What a law is called; `law(id)` tells the rest [法律名称]."""

    id = graphene.ID(required=True, description="Global id of the law [编号].")
    name = graphene.String(required=True, description="Full name [名称].")
    short_name = graphene.String(required=True, description="Without 中华人民共和国 [简称].")

    @staticmethod
    def resolve_id(row: models.Law, _info: GraphQLResolveInfo) -> str:
        """The same as `Law.id`."""
        return encode_id("Law", row.pk)


class Law(DjangoObjectType):
    """A law through all its versions [法律法规]."""

    class Meta:
        model = models.Law
        fields = ("id", "name", "short_name", "kind", "issuing_body", "department")

    id = graphene.ID(required=True, description="Global id [编号].")
    name = graphene.String(required=True, description="Full name [名称].")
    short_name = graphene.String(required=True, description="Without 中华人民共和国 [简称].")
    kind = graphene.String(required=True, description="Such as 法律, 宪法, 修正案, 立法解释 [类型].")
    issuing_body = graphene.String(required=True, description="Who made it, or empty [制定机关].")
    department = graphene.String(required=True, description="Branch of law, or empty [法律部门].")
    version = graphene.Field(
        LawVersion, required=True, description="The text that holds today, else the first that will [现行版本]."
    )
    versions = graphene.List(
        graphene.NonNull(LawVersion), required=True, description="All texts, newest first [全部版本]."
    )

    @staticmethod
    def resolve_id(row: models.Law, _info: GraphQLResolveInfo) -> str:
        """Opaque."""
        return encode_id("Law", row.pk)

    @staticmethod
    def resolve_version(row: models.Law, _info: GraphQLResolveInfo) -> models.LawVersion | None:
        """From the versions that came with the law."""
        return selectors.version_in_force(row)

    @staticmethod
    def resolve_versions(row: models.Law, _info: GraphQLResolveInfo) -> list[models.LawVersion]:
        """They came with the law."""
        return list(row.versions.all())


class Article(_HasValidity, DjangoObjectType):
    """One article of one version of a law [法条]."""

    class Meta:
        model = models.Article
        fields = ("id", "label", "number", "suffix", "chapter", "section", "text")

    id = graphene.ID(required=True, description="Global id [编号].")
    label = graphene.String(required=True, description="Such as 第一千零六十二条 [条号].")
    number = graphene.Int(description="The label as a number, where it has one [条].")
    suffix = graphene.Int(required=True, description="1 for 第…条之一, else 0 [之].")
    chapter = graphene.String(required=True, description="Chapter, or empty [章].")
    section = graphene.String(required=True, description="Section, or empty [节].")
    text = graphene.String(required=True, description="The text; a line is a paragraph or an item [条文].")
    law = graphene.Field(LawName, required=True, description="The law that it is part of [法律].")
    version = graphene.Field(LawVersion, required=True, description="The version that it is part of [版本].")

    @staticmethod
    def resolve_id(row: models.Article, _info: GraphQLResolveInfo) -> str:
        """Opaque."""
        return encode_id("Article", row.pk)

    @staticmethod
    def resolve_law(row: models.Article, _info: GraphQLResolveInfo) -> models.Law:
        """It comes with the article: selectors join version and law."""
        return row.version.law


class Citation(graphene.ObjectType):
    """A reference to an article as it stood when it was made [引用].

    Resolved from a row of any model derived from `backend.statutes.models.Citation`; select_related
    "article__version__law" keeps it free of SQL.
    """

    quote = graphene.String(required=True, description="How it is written: 《民法典》第一千零六十二条第一款 [引文].")
    paragraph = graphene.Int(required=True, description="Which paragraph, from 1; 0 means the whole [款].")
    item = graphene.Int(required=True, description="Which item, from 1; 0 means the whole [项].")
    text = graphene.String(
        required=True,
        description="The cited paragraph or item; the whole article where it has no such part [引用文本].",
    )
    article = graphene.Field(Article, required=True, description="The article [法条].")

    @staticmethod
    def resolve_quote(row: models.Citation, _info: GraphQLResolveInfo) -> str:
        """By the law's short name."""
        law, label = row.article.version.law.short_name, row.article.label
        return rules.quote(law, label, row.paragraph, row.item)

    @staticmethod
    def resolve_text(row: models.Citation, _info: GraphQLResolveInfo) -> str:
        """Cut from the article."""
        return rules.cut(row.article.text, row.paragraph, row.item) or row.article.text


class ResolvedCitation(graphene.ObjectType):
    """One article that a text names, and what it leads to [引用解析]."""

    quote = graphene.String(required=True, description="The place of the text where it is named [原文].")
    start = graphene.Int(required=True, description="Where that begins, in characters (code points), from 0 [起点].")
    end = graphene.Int(required=True, description="Where it ends [终点].")
    law = graphene.String(required=True, description="The law's name as written [法律名称].")
    number = graphene.Int(required=True, description="The article's number [条].")
    suffix = graphene.Int(required=True, description="1 for 第…条之一, else 0 [之].")
    paragraph = graphene.Int(required=True, description="Which paragraph, from 1; 0 means the whole [款].")
    item = graphene.Int(required=True, description="Which item, from 1; 0 means the whole [项].")
    article = graphene.Field(Article, description="The article in the version that holds today [法条].")
    text = graphene.String(description="The cited paragraph or item, if there is one [引用文本].")
    problem = graphene.Field(CitationProblem, description="Why it does not lead to a text [问题].")
    problem_label = graphene.String(
        required=True, description="The problem as a Chinese sentence, or empty [问题说明]."
    )


def _resolved_citation(found: selectors.Resolved, text: str) -> ResolvedCitation:
    ref, article = found.ref, found.article
    return ResolvedCitation(
        quote=text[ref.start : ref.end],
        start=ref.start,
        end=ref.end,
        law=ref.law,
        number=ref.number,
        suffix=ref.suffix,
        paragraph=ref.paragraph,
        item=ref.item,
        article=article,
        text=article and rules.cut(article.text, ref.paragraph, ref.item),
        problem=found.problem,
        problem_label=found.problem.value if found.problem else "",
    )


class LawConnection(graphene.relay.Connection):
    """A page of laws [法律列表]."""

    class Meta:
        node = Law


class ArticleConnection(graphene.relay.Connection):
    """A page of articles [法条列表]."""

    class Meta:
        node = Article


class Query:
    """Looking up the law; open to anyone."""

    laws = connection_field(
        LawConnection,
        text=graphene.String(description=f"Words of the name [名称], {MAX_SEARCH_TEXT} characters at most."),
        description="Laws by name [法律列表].",
    )
    law = graphene.Field(
        Law,
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One law [法律]; null where there is none of that id.",
    )
    law_articles = connection_field(
        ArticleConnection,
        version=graphene.ID(required=True, description="Global id of a version [版本编号]."),
        description="The articles of a version, in their order [条文].",
    )
    article = graphene.Field(
        Article,
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One article [法条]; null where there is none of that id.",
    )
    resolve_citations = graphene.List(
        graphene.NonNull(ResolvedCitation),
        text=graphene.String(required=True, description=f"Any text, {MAX_CITING_TEXT} characters at most [文本]."),
        description="The articles that a text names, in its order, those that lead nowhere included [解析引用].",
    )

    @staticmethod
    def resolve_laws(_root: Any, _info: GraphQLResolveInfo, text: str = "", **arguments: Any) -> Any:
        """Two statements: laws, versions."""
        if len(text) > MAX_SEARCH_TEXT:
            raise InvalidInput(f"请输入不超过 {MAX_SEARCH_TEXT} 个字", field="text")
        return page(LawConnection, selectors.laws(text), _LAW_ORDER, PageArguments.of(**arguments))

    @staticmethod
    def resolve_law(_root: Any, _info: GraphQLResolveInfo, id: str) -> models.Law | None:
        """Two statements: law, versions."""
        return selectors.law_by_id(decode_int_id("Law", id))

    @staticmethod
    def resolve_law_articles(_root: Any, _info: GraphQLResolveInfo, version: str, **arguments: Any) -> Any:
        """One statement."""
        rows = selectors.law_articles(decode_int_id("LawVersion", version, field="version"))
        return page(ArticleConnection, rows, _ARTICLE_ORDER, PageArguments.of(**arguments))

    @staticmethod
    def resolve_article(_root: Any, _info: GraphQLResolveInfo, id: str) -> models.Article | None:
        """One statement."""
        return selectors.article_by_id(decode_int_id("Article", id))

    @staticmethod
    def resolve_resolve_citations(_root: Any, _info: GraphQLResolveInfo, text: str) -> list[ResolvedCitation]:
        """Two or three statements, none where the text names nothing."""
        if len(text) > MAX_CITING_TEXT:
            raise InvalidInput(f"请输入不超过 {MAX_CITING_TEXT} 个字", field="text")
        return [_resolved_citation(found, text) for found in services.cite(text)]
