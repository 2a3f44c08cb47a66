"""What readers do with content: bookmarks, likes, progress, sharing, reports of errors."""

from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.content import models
from backend.content.reading import reports, selectors, services
from backend.content.reading.rules import REPORT_CHARACTERS
from backend.content.selectors import published_item
from backend.content.standing import standing_of
from backend.schema.accounts import Language
from backend.schema.content import PUBLISHED, ContentItem, item_given
from backend.schema.marks import ReadingMark
from backend.schema.plans import relay
from backend.schema.plans.declare import Found, One, Paged, Source
from backend.schema.server.context import Context, signed_in, viewer_of
from backend.schema.server.ids import decode_int_id
from backend.schema.server.mutations import Mutation as BaseMutation


class KeptItem(DjangoObjectType):
    """An item that the viewer has bookmarked or begun to read [我的内容]."""

    class Meta:
        model = models.ReadingMark
        fields = ()
        skip_registry = True

    item = Found(
        ContentItem,
        PUBLISHED,
        key=("pk",),
        parent=("item_id",),
        description="The item; null where it was taken down this very moment [内容].",
    )
    mark = One(ReadingMark, required=True, description="What the viewer keeps of it [我的阅读记录].")


class BookmarkConnection(relay.Connection):
    """A page of what the viewer has bookmarked, newest bookmark first [收藏列表]."""

    class Meta:
        node = KeptItem


class ReadingConnection(relay.Connection):
    """A page of what the viewer has begun to read, last read first [在读列表]."""

    class Meta:
        node = KeptItem


def _mine(context: Context) -> tuple[Any, ...]:
    viewer = signed_in(context)
    return viewer.pk, *standing_of(viewer)


class Query:
    """What the viewer keeps."""

    my_bookmarks = Paged(
        BookmarkConnection,
        Source(selectors.bookmarks, given=_mine),
        order=selectors.BOOKMARK_ORDER,
        description="What the viewer has bookmarked and may still see, newest bookmark first [我的收藏].",
    )
    my_readings = Paged(
        ReadingConnection,
        Source(selectors.readings, given=_mine),
        order=selectors.READING_ORDER,
        description="What the viewer has begun and not read to its end, last read first [继续阅读].",
    )


def _id(values: dict[str, Any]) -> int:
    return decode_int_id("ContentItem", values["id"])


def _shown(info: GraphQLResolveInfo, id: str) -> dict[str, Any]:
    """The item as the viewer sees it now."""
    return {"item": published_item(*item_given(info.context, id=id)).first()}


class BookmarkItem(BaseMutation):
    """Keep an item in one's list, or take it out; doing so again changes nothing [收藏].

    Refused with SIGN_IN_REQUIRED, INVALID_ID or NOT_FOUND.
    """

    class Input:
        id = graphene.ID(required=True, description="Global id of the item [编号].")
        bookmarked = graphene.Boolean(required=True, description="False takes it out [是否收藏].")

    item = graphene.Field(ContentItem, description="The item, with `mine` as it stands [内容].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        services.bookmark_item(user=viewer_of(info), item_id=_id(values), bookmarked=values["bookmarked"])
        return _shown(info, values["id"])


class LikeItem(BaseMutation):
    """Like an item, or take that back; doing so again changes nothing [点赞].

    Refused with SIGN_IN_REQUIRED, INVALID_ID or NOT_FOUND.
    """

    class Input:
        id = graphene.ID(required=True, description="Global id of the item [编号].")
        liked = graphene.Boolean(required=True, description="False takes it back [是否点赞].")

    item = graphene.Field(ContentItem, description="The item; its `figures` follow some minutes later [内容].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        services.like_item(user=viewer_of(info), item_id=_id(values), liked=values["liked"])
        return _shown(info, values["id"])


class RecordReading(BaseMutation):
    """Say how far one has read; the most that was read stays. Without a sign-in it is only counted [记录阅读].

    One read a day is counted for each person and item, and for each address where nobody signed in. Refused with
    INVALID_ID, INVALID_INPUT or NOT_FOUND.
    """

    class Input:
        id = graphene.ID(required=True, description="Global id of the item [编号].")
        progress = graphene.Int(required=True, description="How far, in percent: 0 to 100 [进度].")
        place = graphene.ID(description="Id of the block at which reading stopped [阅读位置].")
        seconds = graphene.Int(
            description="How long the item was open this time; below 3 it is not counted as read [阅读秒数]."
        )

    item = graphene.Field(ContentItem, description="The item, with `mine` as it stands [内容].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        services.record_reading(
            user=info.context.viewer,
            address=info.context.address,
            item_id=_id(values),
            progress=values["progress"],
            place=values.get("place") or "",
            seconds=values.get("seconds"),
        )
        return _shown(info, values["id"])


class ShareItem(BaseMutation):
    """Say that one passes an item on: counted once a day for each person, or address [转发].

    Refused with INVALID_ID or NOT_FOUND.
    """

    class Input:
        id = graphene.ID(required=True, description="Global id of the item [编号].")

    item = graphene.Field(ContentItem, description="The item; its `figures` follow some minutes later [内容].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        services.share_item(user=info.context.viewer, address=info.context.address, item_id=_id(values))
        return _shown(info, values["id"])


class ReportContentError(BaseMutation):
    """Tell staff that something in an item is wrong; the answer comes as a notice [内容纠错].

    The same report again is the one that stands. Refused with SIGN_IN_REQUIRED, INVALID_ID, INVALID_INPUT, NOT_FOUND or
    TOO_MANY_REPORTS.
    """

    class Input:
        id = graphene.ID(required=True, description="Global id of the item [编号].")
        text = graphene.String(
            required=True,
            description=f"What is wrong, {REPORT_CHARACTERS} characters at most; no phone number is needed [说明].",
        )
        block = graphene.ID(description="Id of the block that is meant; left out for the whole item [正文块编号].")
        language = Language(description="The language in which the item was shown; the viewer's if left out [语言].")

    reported = graphene.Boolean(description="True: staff have it [已提交].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        language = values.get("language")
        reports.report_error(
            user=viewer_of(info),
            item_id=_id(values),
            block=values.get("block") or "",
            text=values["text"],
            language=str(language) if language else None,
        )
        return {"reported": True}


class Mutation:
    """What readers do."""

    bookmark_item = BookmarkItem.Field(description="Keep an item in one's list, or take it out [收藏].")
    like_item = LikeItem.Field(description="Like an item, or take that back [点赞].")
    record_reading = RecordReading.Field(description="Say how far one has read [记录阅读].")
    share_item = ShareItem.Field(description="Say that one passes an item on [转发].")
    report_content_error = ReportContentError.Field(description="Tell staff that something is wrong [内容纠错].")
