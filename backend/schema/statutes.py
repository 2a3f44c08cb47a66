"""Laws 法律法规, articles 法条 and citations 引用 as clients see them; open to anyone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import graphene
from django.utils import timezone
from graphene_django import DjangoObjectType

from backend.errors import InvalidInput
from backend.schema.enums import described
from backend.schema.plans import relay
from backend.schema.plans.declare import ById, Column, Found, Listed, One, Paged, Parts, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id, id_column, int_key
from backend.statutes import models, rules, selectors, services
from backend.statutes.citations import CitationRef

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


Validity = graphene.Enum.from_enum(
    models.Validity,
    name="Validity",
    description=described(
        "Whether a text may be relied on today [时效].",
        {value.name: f"{meaning} [{value.label}]." for value, meaning in _MEANINGS.items()},
    ),
)
CitationProblem = graphene.Enum.from_enum(
    selectors.Problem,
    name="CitationProblem",
    description=described(
        "Why a citation leads to no text [未能解析的原因].",
        {problem.name: f"[{problem.value}]." for problem in selectors.Problem},
    ),
)


def _today(_context: Context) -> tuple[date]:
    return (timezone.localdate(),)


def _validity(stored: str, starts_on: date, ends_on: date | None) -> models.Validity:
    """Worked out now: a law comes into force without anything being written."""
    return models.Validity(rules.validity_on(rules.Validity(stored), starts_on, ends_on, timezone.localdate()))


def _validity_note(stored: str, starts_on: date, ends_on: date | None) -> str:
    return rules.validity_note(rules.Validity(stored), starts_on, ends_on, timezone.localdate())


def _validity_fields(version: str) -> tuple[Column, Column, Column]:
    """The three fields that tell how far a text may be relied on; `version` is the path to its version."""
    needs = ("validity", f"{version}starts_on", f"{version}ends_on")
    return (
        Column(
            Validity,
            *needs,
            by=_validity,
            required=True,
            description="Whether it may be relied on today, in China [时效].",
        ),
        Column(
            graphene.String,
            *needs,
            by=lambda *facts: str(_validity(*facts).label),
            required=True,
            description="The validity in Chinese [时效名称].",
        ),
        Column(
            graphene.String,
            *needs,
            by=_validity_note,
            required=True,
            description="A Chinese sentence where the validity alone would mislead, or empty [时效说明].",
        ),
    )


VERSIONS = Source(selectors.versions, public=True)


class LawVersion(DjangoObjectType):
    """The text of a law as promulgated or revised at one time [法律版本]."""

    class Meta:
        model = models.LawVersion
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("LawVersion")
    published_on = Column(scalars.Date, required=True, description="When this text was published [公布日期].")
    effective_on = Column(
        scalars.Date, required=True, description="The source's date, often of the law and not of this text [施行日期]."
    )
    starts_on = Column(
        scalars.Date, required=True, description="The first day on which this text holds [本文本施行日期]."
    )
    ends_on = Column(
        scalars.Date, description="The day on which the next text takes over, if one is known [被取代日期]."
    )
    validity, validity_label, validity_note = _validity_fields("")


class LawName(graphene.ObjectType):
    """What a law is called; `law(id)` tells the rest [法律名称]."""

    id = id_column("Law", description="Global id of the law [编号].")
    name = Column(graphene.String, required=True, description="Full name [名称].")
    short_name = Column(graphene.String, required=True, description="Without 中华人民共和国 [简称].")


class Law(DjangoObjectType):
    """A law through all its versions [法律法规]."""

    class Meta:
        model = models.Law
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("Law")
    name = Column(graphene.String, required=True, description="Full name [名称].")
    short_name = Column(graphene.String, required=True, description="Without 中华人民共和国 [简称].")
    kind = Column(graphene.String, required=True, description="Such as 法律, 宪法, 修正案, 立法解释 [类型].")
    issuing_body = Column(graphene.String, required=True, description="Who made it, or empty [制定机关].")
    department = Column(graphene.String, required=True, description="Branch of law, or empty [法律部门].")
    version = Found(
        LawVersion,
        Source(selectors.versions_in_force, given=_today, public=True),
        key=("law_id",),
        parent=("pk",),
        required=True,
        description="The text that holds today, else the first that will [现行版本].",
    )
    versions = Listed(
        LawVersion,
        VERSIONS,
        key=("law_id",),
        parent=("pk",),
        required=True,
        description="All texts, newest first [全部版本].",
    )


class Article(DjangoObjectType):
    """One article of one version of a law [法条]."""

    class Meta:
        model = models.Article
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("Article")
    label = Column(graphene.String, required=True, description="Such as 第一千零六十二条 [条号].")
    number = Column(graphene.Int, description="The label as a number, where it has one [条].")
    suffix = Column(graphene.Int, required=True, description="1 for 第…条之一, else 0 [之].")
    chapter = Column(graphene.String, required=True, description="Chapter, or empty [章].")
    section = Column(graphene.String, required=True, description="Section, or empty [节].")
    text = Column(graphene.String, required=True, description="The text; a line is a paragraph or an item [条文].")
    validity, validity_label, validity_note = _validity_fields("version__")
    law = One(LawName, "version__law", required=True, description="The law that it is part of [法律].")
    version = One(LawVersion, "version", required=True, description="The version that it is part of [版本].")


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


class LawConnection(relay.Connection):
    """A page of laws [法律列表]."""

    class Meta:
        node = Law


class ArticleConnection(relay.Connection):
    """A page of articles [法条列表]."""

    class Meta:
        node = Article


def _words(_context: Context, text: str | None = None) -> tuple[tuple[str, ...]]:
    text = text or ""
    if len(text) > MAX_SEARCH_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_SEARCH_TEXT} 个字", field="text")
    return (selectors.name_words(text),)


def _key_of(type_name: str, argument: str = "id") -> Callable[..., tuple[int]]:
    """What a source needs that takes the key inside a global id. Raises InvalidId."""
    return lambda _context, **arguments: (decode_int_id(type_name, arguments[argument], field=argument),)


def _references(_context: Context, text: str) -> list[_Reference]:
    """Two or three statements, none where the text names nothing."""
    if len(text) > MAX_CITING_TEXT:
        raise InvalidInput(f"请输入不超过 {MAX_CITING_TEXT} 个字", field="text")
    return [_Reference(found, text[found.ref.start : found.ref.end]) for found in services.cite(text)]


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
        Source(selectors.law_by_id, given=_key_of("Law"), public=True),
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One law [法律]; null where there is none of that id.",
    )
    law_articles = Paged(
        ArticleConnection,
        Source(selectors.law_articles, given=_key_of("LawVersion", "version"), public=True),
        order=_ARTICLE_ORDER,
        version=graphene.ID(required=True, description="Global id of a version [版本编号]."),
        description="The articles of a version, in their order [条文].",
    )
    article = Found(
        Article,
        Source(selectors.article_by_id, given=_key_of("Article"), public=True),
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="One article [法条]; null where there is none of that id.",
    )
    resolve_citations = Parts(
        ResolvedCitation,
        by=_references,
        public=True,
        text=graphene.String(required=True, description=f"Any text, {MAX_CITING_TEXT} characters at most [文本]."),
        description="The articles that a text names, in its order, those that lead nowhere included [解析引用].",
    )
