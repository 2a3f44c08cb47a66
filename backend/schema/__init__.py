"""The public contract, built from one module a domain."""

import graphene

from backend.schema import accounts, advisors, content, media, notifications, regions, statutes


class Query(
    accounts.Query,
    advisors.Query,
    content.Query,
    media.Query,
    notifications.Query,
    regions.Query,
    statutes.Query,
    graphene.ObjectType,
):
    """What can be read."""


class Mutation(accounts.Mutation, advisors.Mutation, media.Mutation, notifications.Mutation, graphene.ObjectType):
    """What can be changed."""


class Subscription(advisors.Subscription, graphene.ObjectType):
    """What can be followed."""


schema = graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription)
