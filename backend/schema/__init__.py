"""The public contract, built from one module a domain."""

import graphene

from backend.schema import (
    accounts,
    advisors,
    content,
    media,
    nodes,
    notifications,
    pack,
    reading,
    regions,
    search,
    statutes,
)


class Query(
    accounts.Query,
    advisors.Query,
    content.Query,
    media.Query,
    nodes.Query,
    notifications.Query,
    pack.Query,
    reading.Query,
    regions.Query,
    search.Query,
    statutes.Query,
    graphene.ObjectType,
):
    """What can be read [查询]."""


class Mutation(
    accounts.Mutation,
    advisors.Mutation,
    media.Mutation,
    notifications.Mutation,
    reading.Mutation,
    graphene.ObjectType,
):
    """What can be changed [变更]."""


class Subscription(advisors.Subscription, graphene.ObjectType):
    """What can be followed [订阅]."""


schema = graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription)
