"""Advisors 法律顾问, village groups and their messages as clients see them."""

from collections.abc import AsyncGenerator
from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.accounts.models import User
from backend.advisors import models, selectors, services
from backend.advisors.errors import InvalidPosition
from backend.advisors.rules import group_topic
from backend.advisors.stream import GroupMessages
from backend.live.hub import Event, hub
from backend.live.threads import in_thread
from backend.regions.selectors import village as village_of
from backend.schema.media import Picture, decode_media_id
from backend.schema.regions import Division
from backend.schema.server.context import viewer_of
from backend.schema.server.ids import decode_int_id, encode_id
from backend.schema.server.mutations import Mutation as BaseMutation
from backend.schema.server.paging import PageArguments, connection_field, page
from backend.schema.statutes import Citation

AdvisorKind = graphene.Enum.from_enum(
    models.Advisor.Kind,
    name="AdvisorKind",
    description=lambda value: value.label if value else "The profession on the licence [类别].",
)
MessageKind = graphene.Enum.from_enum(
    models.Message.Kind,
    name="MessageKind",
    description=lambda value: value.label if value else "What a message carries [消息类型].",
)


class Advisor(DjangoObjectType):
    """A village's legal advisor [村（居）法律顾问], as anyone may know them."""

    class Meta:
        model = models.Advisor
        fields = ("office", "licence_number")

    id = graphene.ID(required=True, description="Global id.")
    name = graphene.String(required=True, description="Name [姓名].")
    kind = graphene.Field(AdvisorKind, required=True, description="The profession on the licence [类别].")
    office = graphene.String(required=True, description="Law firm or legal service office [执业机构].")
    licence_number = graphene.String(required=True, description="Number of the licence [执业证号].")

    @staticmethod
    def resolve_id(row: models.Advisor, _info: GraphQLResolveInfo) -> str:
        return encode_id("Advisor", row.pk)

    @staticmethod
    def resolve_name(row: models.Advisor, _info: GraphQLResolveInfo) -> str:
        return row.user.display_name


class Person(graphene.ObjectType):
    """Someone as the others of a group see them [群成员]."""

    id = graphene.ID(required=True, description="Global id; tells two people of one name apart.")
    name = graphene.String(required=True, description="What they are called, never a phone number [称呼].")

    @staticmethod
    def resolve_id(row: User, _info: GraphQLResolveInfo) -> str:
        return encode_id("Person", row.pk)

    @staticmethod
    def resolve_name(row: User, _info: GraphQLResolveInfo) -> str:
        return row.display_name


class Message(DjangoObjectType):
    """One line of a village group [群消息]."""

    class Meta:
        model = models.Message
        fields = ("text", "created_at")

    id = graphene.ID(required=True, description="Global id.")
    seq = graphene.Int(required=True, description="Its number in the group: rises by one, without gaps [序号].")
    kind = graphene.Field(MessageKind, required=True, description="What it carries [消息类型].")
    text = graphene.String(required=True, description="The words; may be empty beside a picture [内容].")
    created_at = graphene.DateTime(required=True, description="When it was accepted [时间].")
    author = graphene.Field(Person, required=True, description="Who wrote it [作者].")
    client_key = graphene.String(
        required=True, description="What its author's client called it: tells a phone which of its lines arrived."
    )
    is_advisor = graphene.Boolean(
        required=True, description="Whether the author spoke as the village's advisor [是否法律顾问发言]."
    )
    picture = graphene.Field(Picture, description="The picture, where there is one [图片].")
    reply_to = graphene.Int(description="The `seq` that it answers [回复的消息序号].")
    citations = graphene.List(
        graphene.NonNull(Citation),
        required=True,
        description="The statute articles that it names [引用法条].",
    )

    @staticmethod
    def resolve_id(row: models.Message, _info: GraphQLResolveInfo) -> str:
        return encode_id("Message", row.pk)

    @staticmethod
    def resolve_is_advisor(row: models.Message, _info: GraphQLResolveInfo) -> bool:
        return row.appointment_id is not None

    @staticmethod
    def resolve_reply_to(row: models.Message, _info: GraphQLResolveInfo) -> int | None:
        return row.reply_to.seq if row.reply_to else None

    @staticmethod
    def resolve_citations(row: models.Message, _info: GraphQLResolveInfo) -> list[models.MessageCitation]:
        return list(row.citations.all())


class MessageConnection(graphene.relay.Connection):
    """A page of messages, oldest first."""

    class Meta:
        node = Message


class VillageGroup(graphene.ObjectType):
    """A village's group [村法律顾问群], as one of its members sees it."""

    id = graphene.ID(required=True, description="Global id.")
    village = graphene.Field(Division, required=True, description="Whose group it is [村（社区）].")
    advisor = graphene.Field(Advisor, description="The village's advisor today; null where there is none [法律顾问].")
    last_seq = graphene.Int(required=True, description="Number of the newest message [最新序号].")
    read_seq = graphene.Int(required=True, description="Number of the last message that the viewer read [已读序号].")
    unread_count = graphene.Int(required=True, description="Messages behind `readSeq` [未读数].")
    member_count = graphene.Int(required=True, description="How many are in the group [成员数].")
    messages = connection_field(
        MessageConnection,
        description="The messages written while the viewer was in the group, oldest first; an advisor sees all [消息].",
    )

    @staticmethod
    def resolve_id(row: selectors.MemberView, _info: GraphQLResolveInfo) -> str:
        return encode_id("VillageGroup", row.group.pk)

    @staticmethod
    def resolve_village(row: selectors.MemberView, _info: GraphQLResolveInfo) -> Any:
        return row.group.village

    @staticmethod
    def resolve_advisor(row: selectors.MemberView, _info: GraphQLResolveInfo) -> models.Advisor | None:
        return row.advisor

    @staticmethod
    def resolve_last_seq(row: selectors.MemberView, _info: GraphQLResolveInfo) -> int:
        return row.group.last_seq

    @staticmethod
    def resolve_read_seq(row: selectors.MemberView, _info: GraphQLResolveInfo) -> int:
        return row.membership.read_seq

    @staticmethod
    def resolve_unread_count(row: selectors.MemberView, _info: GraphQLResolveInfo) -> int:
        return row.group.last_seq - row.membership.read_seq

    @staticmethod
    def resolve_member_count(row: selectors.MemberView, _info: GraphQLResolveInfo) -> int:
        return row.member_count

    @staticmethod
    def resolve_messages(row: selectors.MemberView, _info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return page(MessageConnection, selectors.history(row.membership), ("seq",), PageArguments.of(**arguments))


def _view(membership: models.Membership) -> selectors.MemberView:
    return selectors.member_views([membership])[0]


def _group_id(global_id: str) -> int:
    return decode_int_id("VillageGroup", global_id, field="groupId")


class Query:
    """Groups and advisors."""

    my_groups = graphene.List(
        graphene.NonNull(VillageGroup),
        description="The groups that the viewer is in [我的群].",
    )
    group = graphene.Field(
        VillageGroup,
        id=graphene.ID(required=True, description="Global id of the group."),
        description="One of the viewer's groups; refused where they are no member [村法律顾问群].",
    )
    village_advisor = graphene.Field(
        Advisor,
        village=graphene.ID(required=True, description="Code of the village."),
        description="A village's advisor today; open to anyone [村法律顾问].",
    )

    @staticmethod
    def resolve_my_groups(_root: Any, info: GraphQLResolveInfo) -> list[selectors.MemberView]:
        return selectors.groups_of(viewer_of(info))

    @staticmethod
    def resolve_group(_root: Any, info: GraphQLResolveInfo, id: str) -> selectors.MemberView:
        return _view(selectors.membership(viewer_of(info), decode_int_id("VillageGroup", id)))

    @staticmethod
    def resolve_village_advisor(_root: Any, _info: GraphQLResolveInfo, village: str) -> models.Advisor | None:
        appointment = selectors.current_appointment(village_of(village).pk)
        return appointment.advisor if appointment else None


class JoinVillage(BaseMutation):
    """Choose the village one lives in, and join its group; the group of an earlier village is left [加入本村]."""

    class Input:
        village = graphene.ID(required=True, description="Code of the village or community [村（社区）代码].")

    group = graphene.Field(VillageGroup, description="The group joined.")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Join."""
        viewer = viewer_of(info)
        group = services.join_village(user=viewer, village=village_of(values["village"]))
        return {"group": _view(selectors.membership(viewer, group.pk))}


class PostMessage(BaseMutation):
    """Write into a group. Sent again with the same `clientKey`, it returns what stands [发送消息]."""

    class Input:
        group_id = graphene.ID(required=True, description="Global id of the group.")
        client_key = graphene.String(
            required=True,
            description="The client's own key of this message, 1 to 64 characters; makes a retry harmless.",
        )
        text = graphene.String(description="The words, 2,000 characters at most; needed where there is no picture.")
        media_id = graphene.ID(description="Global id of the viewer's own checked upload, shown as a picture.")
        reply_to = graphene.Int(description="`seq` of the message that it answers.")

    message = graphene.Field(Message, description="The message as it stands.")

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
        group_id = graphene.ID(required=True, description="Global id of the group.")
        seq = graphene.Int(required=True, description="Number of the last message read.")

    group = graphene.Field(VillageGroup, description="The group, with its unread count.")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Mark."""
        group_id = _group_id(values["group_id"])
        membership = services.mark_group_read(user=viewer_of(info), group_id=group_id, seq=values["seq"])
        return {"group": _view(membership)}


class Mutation:
    """Writes of groups."""

    join_village = JoinVillage.Field(description="Choose one's village and join its group [加入本村].")
    post_message = PostMessage.Field(description="Write into a group [发送消息].")
    mark_group_read = MarkGroupRead.Field(description="Say how far one has read [标记已读].")


class Subscription:
    """What is live in a group."""

    group_messages = graphene.Field(
        Message,
        group_id=graphene.ID(required=True, description="Global id of the group."),
        after=graphene.Int(
            description="Begin behind this `seq`: first what was missed, then what comes. Left out: only what comes."
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
        membership = await in_thread(selectors.membership, viewer, key)
        newest = membership.group.last_seq
        if after is not None and not 0 <= after <= newest:
            raise InvalidPosition(field="after")
        start = newest if after is None else selectors.first_unseen(membership, after)
        return hub.follow(group_topic(key), GroupMessages(key), key=viewer.pk, after=start)

    @staticmethod
    def resolve_group_messages(message: models.Message, _info: GraphQLResolveInfo, **_: Any) -> models.Message:
        return message
