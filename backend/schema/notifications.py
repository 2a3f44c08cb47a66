"""The inbox and the phones that are pushed to, as clients see them."""

from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.notifications import models, selectors, services
from backend.schema.enums import described
from backend.schema.plans import relay
from backend.schema.plans.declare import ById, Column, Counted, Paged, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context, signed_in, viewer_of
from backend.schema.server.ids import decode_int_id, id_column, int_key
from backend.schema.server.mutations import Mutation as BaseMutation

NotificationKind = graphene.Enum.from_enum(
    models.Notification.Kind,
    name="NotificationKind",
    description=described(
        "What a notice tells of [通知类型].",
        {
            "GROUP_MESSAGE": "A message in one's village group [群消息].",
            "CONTENT": "New legal education content [普法内容].",
            "SYSTEM": "Something about one's account or services [系统通知].",
            "URGENT": "The only kind that is also pushed at night [紧急通知].",
        },
    ),
)
DevicePlatform = graphene.Enum.from_enum(
    models.Device.Platform,
    name="DevicePlatform",
    description=described("A phone's system [手机系统].", {"ANDROID": "Android [安卓].", "IOS": "iOS [苹果]."}),
)


class Notification(DjangoObjectType):
    """One notice in the viewer's inbox [通知], to them alone or to everyone where they live."""

    class Meta:
        model = models.Notification
        fields = ()
        interfaces = (relay.Node,)
        skip_registry = True

    id = id_column("Notification")
    kind = Column(NotificationKind, required=True, description="What it tells of [类型].")
    title = Column(graphene.String, required=True, description="One line [标题].")
    body = Column(graphene.String, required=True, description="One or two lines, without private text [正文].")
    link = Column(
        graphene.String,
        required=True,
        description="What it opens inside the app: `group/` and the id of a VillageGroup, `content/` and the id of a"
        " ContentItem, or `answers/outdated`, the list `outdatedAnswers`; empty where it opens nothing [链接].",
    )
    created_at = Column(scalars.DateTime, required=True, description="When it was written [时间].")
    is_read = Column(graphene.Boolean, required=True, description="Whether the viewer has read it [是否已读].")


class InboxConnection(relay.Connection):
    """A page of the inbox, newest first [通知列表]."""

    class Meta:
        node = Notification


class Device(DjangoObjectType):
    """A phone that is pushed to [设备]; its token is not shown again."""

    class Meta:
        model = models.Device
        fields = ()
        skip_registry = True

    id = id_column("Device")
    platform = Column(DevicePlatform, required=True, description="Its system [系统].")
    active = Column(
        graphene.Boolean,
        required=True,
        description="Whether it is pushed to; false once its token is dead [是否有效].",
    )
    seen_at = Column(scalars.DateTime, required=True, description="When it last registered [最近登记时间].")


def _reader(context: Context) -> tuple[Any, ...]:
    return selectors.Reader.of(signed_in(context)).values


NODES = {"Notification": ById(Source(selectors.notices, given=_reader), int_key)}


class Query:
    """The viewer's notices."""

    inbox = Paged(
        InboxConnection,
        Source(selectors.inbox, given=_reader),
        order=selectors.NEWEST_FIRST,
        description="The viewer's own notices and those for where they live, newest first [收件箱].",
    )
    unread_count = Counted(
        Source(selectors.unread, given=_reader),
        description=f"How many of the inbox are not read; {selectors.UNREAD_LIMIT} means so many or more [未读数].",
    )


class RegisterDevice(BaseMutation):
    """Say that the viewer holds this phone, on each start of the app [登记设备].

    A phone that another account registered leaves that account. Refused with SIGN_IN_REQUIRED or
    INVALID_DEVICE_TOKEN.
    """

    class Input:
        token = graphene.String(required=True, description="The registration token that FCM gave the app [推送令牌].")
        platform = DevicePlatform(required=True, description="The phone's system [系统].")

    device = graphene.Field(Device, description="The phone as it stands [设备].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        platform = values["platform"].value
        return {"device": services.register_device(user=viewer_of(info), token=values["token"], platform=platform)}


class UnregisterDevice(BaseMutation):
    """Push to this phone no longer; to be called before signing out [注销设备].

    Nothing happens where the phone is not the viewer's. Refused with SIGN_IN_REQUIRED.
    """

    class Input:
        token = graphene.String(required=True, description="The token that was registered [推送令牌].")

    unregistered = graphene.Boolean(description="True: the viewer is not pushed to on this phone [已注销].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        services.unregister_device(user=viewer_of(info), token=values["token"])
        return {"unregistered": True}


class MarkNotificationsRead(BaseMutation):
    """Mark notices as read; those that are not in the viewer's inbox are passed over [标记通知已读].

    Refused with SIGN_IN_REQUIRED, INVALID_ID or TOO_MANY_NOTICES.
    """

    class Input:
        ids = graphene.List(
            graphene.NonNull(graphene.ID),
            required=True,
            description=f"Global ids, at most {services.MAX_MARKED} [通知编号].",
        )

    unread_count = graphene.Int(description="How many are left [未读数].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        viewer = viewer_of(info)
        ids = [decode_int_id("Notification", global_id, field="ids") for global_id in values["ids"]]
        services.mark_read(user=viewer, notification_ids=ids)
        return {"unread_count": selectors.unread_count(viewer)}


class MarkAllNotificationsRead(BaseMutation):
    """Mark the whole inbox as read [全部标记已读]. Refused with SIGN_IN_REQUIRED."""

    unread_count = graphene.Int(description="How many are left [未读数].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **_values: Any) -> dict[str, Any]:
        """Calls the service."""
        viewer = viewer_of(info)
        services.mark_all_read(user=viewer)
        return {"unread_count": selectors.unread_count(viewer)}


class Mutation:
    """Phones, and what was read."""

    register_device = RegisterDevice.Field(description="Say that the viewer holds this phone [登记设备].")
    unregister_device = UnregisterDevice.Field(description="Push to this phone no longer [注销设备].")
    mark_notifications_read = MarkNotificationsRead.Field(description="Mark notices as read [标记通知已读].")
    mark_all_notifications_read = MarkAllNotificationsRead.Field(
        description="Mark the whole inbox as read [全部标记已读]."
    )
