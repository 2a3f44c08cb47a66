"""Laws 法律法规, their versions and articles as clients see them."""

from collections.abc import Callable
from datetime import date

import graphene
from django.utils import timezone
from graphene_django import DjangoObjectType

from backend.schema.enums import described
from backend.schema.plans import relay
from backend.schema.plans.declare import Column, Found, Listed, One, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id, id_column
from backend.statutes import models, rules, selectors

ARTICLE_ORDER = ("position", "id")
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


def key_of(type_name: str, argument: str = "id") -> Callable[..., tuple[int]]:
    """What a source needs that takes the key inside a global id. Raises InvalidId."""
    return lambda _context, **arguments: (decode_int_id(type_name, arguments[argument], field=argument),)


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


class LawConnection(relay.Connection):
    """A page of laws [法律列表]."""

    class Meta:
        node = Law


class ArticleConnection(relay.Connection):
    """A page of articles [法条列表]."""

    class Meta:
        node = Article
