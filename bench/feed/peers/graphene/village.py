"""The rest of the villager's screen in stock graphene-django."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import graphene
from django.db.models import Exists, OuterRef, Q, QuerySet
from graphene import relay
from graphene_django import DjangoConnectionField, DjangoObjectType

from bench.feed.peers.tables import models, rights
from bench.feed.peers.tables import village as tables


def _holding() -> Q:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return Q(state="active", starts_on__lte=today, ends_on__gte=today, advisor__licence="active")


def _members(group: tables.VillageGroup) -> QuerySet[tables.Membership]:
    holds = tables.Appointment.objects.filter(_holding(), village=group.village_id, advisor__user=OuterRef("user"))
    return group.memberships.filter(Q(left_at=None) & (~Q(standing="advisor") | Q(Exists(holds))))


class Division(DjangoObjectType):
    """A village."""

    class Meta:
        model = models.Division
        fields = ("code", "name")


class Viewer(DjangoObjectType):
    """Who asks."""

    class Meta:
        model = models.User
        fields = ("village",)
        skip_registry = True

    display_name = graphene.String(required=True, source="nickname")


class Person(DjangoObjectType):
    """Who wrote a message."""

    class Meta:
        model = models.User
        interfaces = (relay.Node,)
        fields = ()

    name = graphene.String(required=True, source="nickname")


class Advisor(DjangoObjectType):
    """The village's advisor."""

    class Meta:
        model = tables.Advisor
        fields = ("office",)

    name = graphene.String(required=True)

    @staticmethod
    def resolve_name(row: tables.Advisor, _info: Any) -> str:
        """Their own."""
        return row.user.nickname


class Message(DjangoObjectType):
    """One line of a group."""

    class Meta:
        model = tables.Message
        interfaces = (relay.Node,)
        fields = ("text", "created_at")

    seq = graphene.Int(required=True)
    author = graphene.Field(Person, required=True)
    is_advisor = graphene.Boolean(required=True)

    @staticmethod
    def resolve_is_advisor(row: tables.Message, _info: Any) -> bool:
        """Whether the advisor wrote it as such."""
        return row.appointment_id is not None


class VillageGroup(DjangoObjectType):
    """A group as the viewer sees it."""

    class Meta:
        model = tables.VillageGroup
        interfaces = (relay.Node,)
        fields = ("village",)

    advisor = graphene.Field(Advisor)
    last_seq = graphene.Int(required=True)
    read_seq = graphene.Int(required=True)
    unread_count = graphene.Int(required=True)
    member_count = graphene.Int(required=True)
    messages = DjangoConnectionField(Message)

    @staticmethod
    def resolve_advisor(row: tables.VillageGroup, _info: Any) -> tables.Advisor | None:
        """Today's."""
        held = tables.Appointment.objects.filter(_holding(), village=row.village_id).first()
        return held.advisor if held else None

    @staticmethod
    def resolve_read_seq(row: tables.VillageGroup, info: Any) -> int:
        """The viewer's."""
        return _members(row).get(user=info.context.viewer).read_seq

    @staticmethod
    def resolve_unread_count(row: tables.VillageGroup, info: Any) -> int:
        """What lies behind it."""
        return row.last_seq - _members(row).get(user=info.context.viewer).read_seq

    @staticmethod
    def resolve_member_count(row: tables.VillageGroup, _info: Any) -> int:
        """How many are in it."""
        return _members(row).count()

    @staticmethod
    def resolve_messages(row: tables.VillageGroup, info: Any, **_arguments: Any) -> Any:
        """What was written while the viewer was there."""
        present = Q()
        for stay in row.memberships.filter(user=info.context.viewer):
            present |= Q(seq__gt=stay.joined_seq) & (Q() if stay.left_seq is None else Q(seq__lte=stay.left_seq))
        return row.messages.filter(present)


class Query:
    """The viewer's own."""

    viewer = graphene.Field(Viewer)
    unread_count = graphene.Int()
    my_groups = graphene.List(graphene.NonNull(VillageGroup))

    @staticmethod
    def resolve_viewer(_root: Any, info: Any) -> models.User | None:
        """Nobody without a token."""
        viewer: models.User | None = info.context.viewer
        return viewer

    @staticmethod
    def resolve_unread_count(_root: Any, info: Any) -> int:
        """Of the inbox, up to 100."""
        viewer = info.context.viewer
        notices = tables.Notification.objects
        mine = notices.filter(recipient=viewer, read_at=None)
        mark = tables.InboxMark.objects.filter(pk=viewer.pk).first()
        here = notices.filter(
            division__in=rights.lineage(viewer.village_id), created_at__gte=viewer.date_joined, retracted_at=None
        ).exclude(reads__user=viewer)
        if mark:
            here = here.filter(created_at__gt=mark.regional_read_until)
        return min(100, mine.count() + here.count())

    @staticmethod
    def resolve_my_groups(_root: Any, info: Any) -> list[tables.VillageGroup]:
        """Where the viewer is a member."""
        groups = tables.VillageGroup.objects.filter(memberships__user=info.context.viewer)
        return [group for group in groups if _members(group).filter(user=info.context.viewer).exists()]
