"""The feed in stock graphene-django, as its documentation writes such things: no look-ahead, nothing prefetched.

Only cursors are written as this project's contract writes them, so that both answers can be compared.
"""

from typing import Any

import graphene
from graphene import relay
from graphene_django import DjangoConnectionField, DjangoListField, DjangoObjectType

from bench.feed.peers.tables import models, rights


class Law(DjangoObjectType):
    """A law."""

    class Meta:
        model = models.Law
        fields = ("short_name",)


class Article(DjangoObjectType):
    """An article of a law."""

    class Meta:
        model = models.Article
        fields = ("label",)

    law = graphene.Field(Law, required=True)

    @staticmethod
    def resolve_law(row: models.Article, _info: Any) -> models.Law:
        """Through the version."""
        return row.version.law


class Citation(DjangoObjectType):
    """That an item cites an article."""

    class Meta:
        model = models.ContentCitation
        fields = ("article",)

    quote = graphene.String(required=True)

    @staticmethod
    def resolve_quote(row: models.ContentCitation, _info: Any) -> str:
        """How it is written."""
        return f"《{row.article.version.law.short_name}》{row.article.label}"


class Picture(DjangoObjectType):
    """A cover: the widest copy of its file."""

    class Meta:
        model = models.Rendition
        fields = ("width", "height")

    url = graphene.String(required=True)

    @staticmethod
    def resolve_url(row: models.Rendition, _info: Any) -> str:
        """Where it can be read."""
        return rights.url_of(row)


class ItemConnection(relay.Connection):
    """Writes cursors as the contract does."""

    class Meta:
        abstract = True

    class Edge:
        """Its edges."""

        @staticmethod
        def resolve_cursor(edge: Any, _info: Any) -> str:
            """Where the item stands."""
            return rights.cursor_of(edge.node)

    @staticmethod
    def resolve_page_info(connection: Any, _info: Any) -> Any:
        """With the cursor of the last item."""
        if connection.edges:
            connection.page_info.end_cursor = rights.cursor_of(connection.edges[-1].node)
        return connection.page_info


class ContentItem(DjangoObjectType):
    """One item."""

    class Meta:
        model = models.ContentItem
        interfaces = (relay.Node,)
        connection_class = ItemConnection
        fields = ("title", "summary")

    published_at = graphene.DateTime(required=True, source="first_published_at")
    cover = graphene.Field(Picture)
    citations = DjangoListField(Citation, required=True)

    @staticmethod
    def resolve_cover(row: models.ContentItem, _info: Any) -> models.Rendition | None:
        """Through the file."""
        return rights.shown(row.cover) if row.cover else None


class Query:
    """Reading content."""

    feed = DjangoConnectionField(ContentItem)

    @staticmethod
    def resolve_feed(_root: Any, info: Any, **_arguments: Any) -> Any:
        """By the rights of the viewer."""
        viewer = info.context.viewer
        return rights.feed(viewer.village_id if viewer else None)
