"""Who speaks in a village group, and what is said there, as clients see it."""

import graphene
from graphene_django import DjangoObjectType

from backend.accounts.rules import display_name
from backend.advisors import models, selectors
from backend.schema.accounts import name_needs
from backend.schema.enums import described
from backend.schema.media import PICTURES, Picture
from backend.schema.plans import relay
from backend.schema.plans.declare import Column, Found, Listed, One, Source
from backend.schema.server import scalars
from backend.schema.server.ids import id_column
from backend.schema.statutes import Citation

AdvisorKind = graphene.Enum.from_enum(
    models.Advisor.Kind,
    name="AdvisorKind",
    description=described("The profession on the licence [类别]."),
)
MessageKind = graphene.Enum.from_enum(
    models.Message.Kind,
    name="MessageKind",
    description=described("What a message carries [消息类型]."),
)


class Advisor(DjangoObjectType):
    """A village's legal advisor [村（居）法律顾问], as anyone may know them."""

    class Meta:
        model = models.Advisor
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("Advisor")
    name = Column(graphene.String, *name_needs("user__"), by=display_name, required=True, description="Name [姓名].")
    kind = Column(AdvisorKind, required=True, description="The profession on the licence [类别].")
    office = Column(graphene.String, required=True, description="Law firm or legal service office [执业机构].")
    licence_number = Column(graphene.String, required=True, description="Number of the licence [执业证号].")


class Person(graphene.ObjectType):
    """Someone as the others of a group see them [群成员]."""

    id = id_column("Person", description="Global id; tells two people of one name apart [编号].")
    name = Column(
        graphene.String,
        *name_needs(""),
        by=display_name,
        required=True,
        description="What they are called, never a phone number [称呼].",
    )


class Message(DjangoObjectType):
    """One line of a village group [群消息]."""

    class Meta:
        model = models.Message
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("Message")
    seq = Column(graphene.Int, required=True, description="Its number in the group: rises by one, without gaps [序号].")
    kind = Column(MessageKind, required=True, description="What it carries [消息类型].")
    text = Column(graphene.String, required=True, description="The words; may be empty beside a picture [内容].")
    created_at = Column(scalars.DateTime, required=True, description="When it was accepted [时间].")
    author = One(Person, "author", required=True, description="Who wrote it [作者].")
    client_key = Column(
        graphene.String,
        required=True,
        description="What its author's client called it: tells a phone which of its lines arrived [客户端键].",
    )
    is_advisor = Column(
        graphene.Boolean,
        "appointment_id",
        by=lambda appointment: appointment is not None,
        required=True,
        description="Whether the author spoke as the village's advisor [是否法律顾问发言].",
    )
    picture = Found(
        Picture,
        PICTURES,
        key=("media_id",),
        parent=("picture_id",),
        description="The picture, where there is one [图片].",
    )
    reply_to = Column(graphene.Int, "reply_to__seq", description="The `seq` that it answers [回复的消息序号].")
    citations = Listed(
        Citation,
        Source(selectors.citations),
        key=("message_id",),
        parent=("pk",),
        required=True,
        description="The statute articles that it names [引用法条].",
    )


class MessageConnection(relay.Connection):
    """A page of messages, oldest first [消息列表]."""

    class Meta:
        node = Message
