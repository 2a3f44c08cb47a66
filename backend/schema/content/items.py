"""One item of content, whole."""

from datetime import date

import graphene
from graphene_django import DjangoObjectType

from backend.accounts.models import Language as LanguageValue
from backend.accounts.rules import display_name
from backend.content import models
from backend.schema.accounts import Language, name_needs
from backend.schema.content import sources
from backend.schema.content.blocks import ContentBlock, kind_of
from backend.schema.content.bodies import blocks_of, stored_body
from backend.schema.content.cards import ContentCard
from backend.schema.content.cases import CaseDetails, case_of
from backend.schema.content.kinds import Shown
from backend.schema.marks import MARKS, ContentFigures, ReadingMark
from backend.schema.media import PUBLIC_RECORDINGS, PUBLIC_VIDEOS, Recording, Video
from backend.schema.plans import relay
from backend.schema.plans.declare import Column, Found, Listed, One, Parts
from backend.schema.regions import Division
from backend.schema.server import scalars
from backend.schema.statutes import Citation


def _author(pk: int | None, *names: str) -> str:
    return "" if pk is None else display_name(pk, *names)


def _languages(in_bo: bool, in_ii: bool) -> list[LanguageValue]:
    others = {LanguageValue.BO: in_bo, LanguageValue.II: in_ii}
    return [LanguageValue.ZH_HANS, *(language for language, live in others.items() if live)]


def _is_pinned(until: date | None) -> bool:
    return until is not None and until >= sources.today()


class Publisher(graphene.ObjectType):
    """Who answers for an item: the office and the author [发布单位]."""

    name = Column(
        graphene.String,
        "division__full_name",
        by=lambda name: name or "",
        required=True,
        description="The division whose office it is, in full; empty for an item of no office [单位所在区划].",
    )
    division = One(Division, "division", description="The same division [区划].")
    author = Column(
        graphene.String,
        *name_needs("author__"),
        by=_author,
        required=True,
        description="What the author is called; may be empty [作者].",
    )


class CourseLesson(DjangoObjectType):
    """One lesson of a course [课时]."""

    class Meta:
        model = models.ContentLesson
        fields = ()
        skip_registry = True

    position = Column(
        graphene.Int,
        "sort_order",
        by=lambda order: (order or 0) + 1,
        required=True,
        description="Its number in the course, from 1; those that are not for the viewer are left out [序号].",
    )
    item = Found(
        ContentCard,
        sources.PUBLISHED,
        key=("pk",),
        parent=("lesson_id",),
        required=True,
        description="What is to be read, heard or watched [课时内容].",
    )


class ContentItem(Shown, DjangoObjectType):
    """A published item of legal education [普法内容].

    Its texts are in the language that was asked for, else in the viewer's own, where it has that; otherwise in Chinese.
    """

    class Meta:
        model = models.ContentItem
        fields = ()
        interfaces = (relay.Node,)

    languages = Column(
        graphene.List(graphene.NonNull(Language)),
        "in_bo",
        "in_ii",
        by=_languages,
        required=True,
        description="The languages in which it is published [可选语言].",
    )
    updated_at = Column(
        scalars.DateTime, "last_published_at", description="When the version in Chinese was last published [更新时间]."
    )
    pinned = Column(
        graphene.Boolean,
        "pinned_until",
        by=_is_pinned,
        required=True,
        description="Whether it is to stand ahead of the others today [是否置顶].",
    )
    pinned_until = Column(scalars.Date, description="The last day on which it is pinned [置顶至].")
    publisher = One(Publisher, required=True, description="Who answers for it [发布单位].")
    question = Column(
        graphene.String,
        "shown_question",
        required=True,
        description="Of questions and answers, what was asked; else empty [提问].",
    )
    recording = Found(
        Recording,
        PUBLIC_RECORDINGS,
        key=("media_id",),
        parent=("shown_recording_id",),
        description="The text read out or told in its language, where somebody did [录音].",
    )
    video = Found(
        Video,
        PUBLIC_VIDEOS,
        key=("media_id",),
        parent=("video_id",),
        description="What is to be watched, where there is something [视频].",
    )
    body = Parts(
        ContentBlock,
        "pk",
        stored_body("shown_body"),
        stored_body("chinese_body"),
        by=blocks_of,
        kind_of=kind_of,
        required=True,
        description="Its text, block by block; never HTML [正文].",
    )
    case = Parts(
        CaseDetails,
        "kind",
        "case_category",
        "case_facts",
        by=case_of,
        many=False,
        description="What is told of a case; null for all else [案例信息].",
    )
    topics = Listed(
        ContentCard,
        sources.TOPICS_OF_ITEMS,
        key=("of_item",),
        parent=("pk",),
        required=True,
        description="The topics that it belongs to and the viewer may see, newest first [所属专题].",
    )
    lessons = Listed(
        CourseLesson,
        sources.LESSONS,
        key=("course_id",),
        parent=("pk",),
        required=True,
        description="Of a course, what there is to learn, in order; empty for all else [课时].",
    )
    citations = Listed(
        Citation,
        sources.CITATIONS,
        key=("content_id",),
        parent=("pk",),
        required=True,
        description="Every statute article that it names, in the order of the text [引用法条].",
    )
    figures = One(ContentFigures, required=True, description="How often it was read, liked and passed on [内容数据].")
    mine = Found(
        ReadingMark,
        MARKS,
        key=("item_id",),
        parent=("pk",),
        description="What the viewer keeps of it; null where nothing, and for nobody in particular [我的阅读记录].",
    )


class ContentItemConnection(relay.Connection):
    """A page of content, newest first [内容列表]."""

    class Meta:
        node = ContentItem
