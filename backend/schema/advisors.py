"""Advisors 法律顾问, village groups and their messages as clients see them."""

from collections.abc import AsyncGenerator
from datetime import date
from operator import sub
from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.advisors import models, selectors, services
from backend.advisors.errors import InvalidPosition
from backend.advisors.rules import group_topic
from backend.advisors.stream import GroupMessages
from backend.live.hub import Event, hub
from backend.regions.selectors import village as village_of
from backend.schema.media import decode_media_id
from backend.schema.messages import Advisor, Message, MessageConnection
from backend.schema.plans import relay
from backend.schema.plans.declare import ById, Column, Found, Listed, One, Paged, Source
from backend.schema.regions import Division
from backend.schema.server.context import Context, signed_in, viewer_of
from backend.schema.server.ids import decode_int_id, id_column, int_key
from backend.schema.server.mutations import Mutation as BaseMutation


def _today(_context: Context) -> tuple[date]:
    return (selectors.today(),)


class VillageGroup(DjangoObjectType):
    """A village's group [村法律顾问群], as one of its members sees it."""

    class Meta:
        model = models.Membership
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("VillageGroup", "group_id")
    village = One(Division, "group__village", required=True, description="Whose group it is [村（社区）].")
    advisor = Found(
        Advisor,
        Source(selectors.appointments_on, given=_today),
        key=("village_id",),
        parent=("group__village_id",),
        through="advisor",
        description="The village's advisor today; null where there is none [法律顾问].",
    )
    last_seq = Column(
        graphene.Int, "group__last_seq", required=True, description="Number of the newest message [最新序号]."
    )
    read_seq = Column(
        graphene.Int, required=True, description="Number of the last message that the viewer read [已读序号]."
    )
    unread_count = Column(
        graphene.Int,
        "group__last_seq",
        "read_seq",
        by=sub,
        required=True,
        description="Messages behind `readSeq` [未读数].",
    )
    member_count = Column(graphene.Int, required=True, description="How many are in the group [成员数].")
    messages = Paged(
        MessageConnection,
        Source(selectors.history),
        order=("seq",),
        key=("group_id",),
        parent=("group_id", "user_id"),
        description="The messages written while the viewer was in the group, oldest first; an advisor sees all [消息].",
    )


def _seen(viewer: int, group: int) -> models.Membership:
    """The group as the viewer, who is in it, sees it."""
    return selectors.member_view(group, viewer, selectors.today()).get()


def _group_id(global_id: str) -> int:
    return decode_int_id("VillageGroup", global_id, field="groupId")


def _mine(context: Context) -> tuple[Any, ...]:
    return signed_in(context).pk, selectors.today()


def group_given(context: Context, id: str) -> tuple[Any, ...]:
    """What `selectors.member_view` needs for a group by its global id. Raises SignInRequired or InvalidId."""
    return decode_int_id("VillageGroup", id), *_mine(context)


def _refuse_group(context: Context, id: str) -> None:
    """Raises what keeps the viewer from the group."""
    selectors.membership(signed_in(context), decode_int_id("VillageGroup", id))


def _advised(_context: Context, village: str) -> tuple[Any, ...]:
    return village_of(village).pk, selectors.today()


MY_GROUPS = Source(selectors.groups_of, given=_mine)
NODES = {
    "Advisor": ById(Source(selectors.advisors_on, given=_today), int_key),
    "Message": ById(Source(selectors.readable_messages, given=_mine), int_key),
    "VillageGroup": ById(MY_GROUPS, int_key, key=("group_id",)),
}


class Query:
    """Groups and advisors."""

    my_groups = Listed(VillageGroup, MY_GROUPS, description="The groups that the viewer is in [我的群].")
    group = Found(
        VillageGroup,
        Source(selectors.member_view, given=group_given),
        missing=_refuse_group,
        id=graphene.ID(required=True, description="Global id of the group [编号]."),
        description="One of the viewer's groups; refused where they are no member [村法律顾问群].",
    )
    outdated_answers = Paged(
        MessageConnection,
        Source(selectors.outdated_answers, given=_mine),
        order=("id",),
        description="What the viewer wrote as a village's advisor and cites law that has changed since, oldest first"
        " [所引法条有变动的答复].",
    )
    village_advisor = Found(
        Advisor,
        Source(selectors.appointment_of, given=_advised),
        through="advisor",
        village=graphene.ID(required=True, description="Code of the village [村（社区）代码]."),
        description="A village's advisor today; open to anyone [村法律顾问].",
    )


class JoinVillage(BaseMutation):
    """Choose the village one lives in, and join its group; the group of an earlier village is left [加入本村]."""

    class Input:
        village = graphene.ID(required=True, description="Code of the village or community [村（社区）代码].")

    group = graphene.Field(VillageGroup, description="The group joined [村法律顾问群].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Join."""
        viewer = viewer_of(info)
        group = services.join_village(user=viewer, village=village_of(values["village"]))
        return {"group": _seen(viewer.pk, group.pk)}


class PostMessage(BaseMutation):
    """Write into a group. Sent again with the same `clientKey`, it returns what stands [发送消息]."""

    class Input:
        group_id = graphene.ID(required=True, description="Global id of the group [群编号].")
        client_key = graphene.String(
            required=True,
            description="The client's own key of this message, 1 to 64 characters; makes a retry harmless [客户端键].",
        )
        text = graphene.String(
            description="The words, 2,000 characters at most; needed where there is no picture [内容]."
        )
        media_id = graphene.ID(
            description="Global id of the viewer's own checked upload, shown as a picture [图片编号]."
        )
        reply_to = graphene.Int(description="`seq` of the message that it answers [回复的消息序号].")

    message = graphene.Field(Message, description="The message as it stands [群消息].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Post."""
        media = values.get("media_id")
        message = services.post_message(
            author=viewer_of(info),
            group_id=_group_id(values["group_id"]),
            client_key=values["client_key"],
            text=values.get("text") or "",
            picture_id=decode_media_id(media) if media else None,
            reply_to=values.get("reply_to"),
        )
        return {"message": message}


class MarkGroupRead(BaseMutation):
    """Say how far one has read; pushes about what was read are not sent any more [标记已读]."""

    class Input:
        group_id = graphene.ID(required=True, description="Global id of the group [群编号].")
        seq = graphene.Int(required=True, description="Number of the last message read [已读序号].")

    group = graphene.Field(VillageGroup, description="The group, with its unread count [村法律顾问群].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Mark."""
        group_id = _group_id(values["group_id"])
        viewer = viewer_of(info)
        services.mark_group_read(user=viewer, group_id=group_id, seq=values["seq"])
        return {"group": _seen(viewer.pk, group_id)}


class Mutation:
    """Writes of groups."""

    join_village = JoinVillage.Field(description="Choose one's village and join its group [加入本村].")
    post_message = PostMessage.Field(description="Write into a group [发送消息].")
    mark_group_read = MarkGroupRead.Field(description="Say how far one has read [标记已读].")


class Subscription:
    """What is live in a group."""

    group_messages = graphene.Field(
        Message,
        group_id=graphene.ID(required=True, description="Global id of the group [群编号]."),
        after=graphene.Int(
            description="Begin behind this `seq` [起始序号]: first what was missed, then what comes."
            " Left out: only what comes."
        ),
        required=True,
        description="A group's messages, each once and in order [群消息订阅].",
    )

    @staticmethod
    async def subscribe_group_messages(
        _root: Any, info: GraphQLResolveInfo, group_id: str, after: int | None = None
    ) -> AsyncGenerator[Event, None]:
        viewer = viewer_of(info)
        key = _group_id(group_id)
        membership = await info.context.in_thread(selectors.membership, viewer, key)
        newest = membership.group.last_seq
        if after is not None and not 0 <= after <= newest:
            raise InvalidPosition(field="after")
        start = newest if after is None else selectors.first_unseen(membership, after)
        return hub.follow(group_topic(key), GroupMessages(key), key=viewer.pk, after=start)

    @staticmethod
    def resolve_group_messages(message: models.Message, _info: GraphQLResolveInfo, **_: Any) -> models.Message:
        return message
