"""The feed in strawberry-django with its optimizer, served by its synchronous view.

Only cursors are written as this project's contract writes them, so that both answers can be compared.
"""

from collections.abc import Iterable
from typing import Any, Self

import strawberry
import strawberry_django
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from strawberry import auto, relay
from strawberry.django.views import GraphQLView
from strawberry_django.optimizer import DjangoOptimizerExtension

from bench.feed.peers.tables import models, rights


@strawberry_django.type(models.Law)
class Law:
    """A law."""

    short_name: auto


@strawberry_django.type(models.Article)
class Article:
    """An article of a law."""

    label: auto

    @strawberry_django.field(select_related=["version__law"])
    def law(self: Any) -> Law:
        """Through the version."""
        return self.version.law  # type: ignore[no-any-return]


@strawberry_django.type(models.ContentCitation)
class Citation:
    """That an item cites an article."""

    article: Article

    @strawberry_django.field(select_related=["article__version__law"])
    def quote(self: Any) -> str:
        """How it is written."""
        return f"《{self.article.version.law.short_name}》{self.article.label}"


@strawberry_django.type(models.MediaFile)
class Picture:
    """A cover."""

    @strawberry_django.field(prefetch_related=["renditions"])
    def url(self: Any) -> str:
        """Of the widest copy."""
        return rights.url_of(rights.shown(self))

    @strawberry_django.field(prefetch_related=["renditions"])
    def width(self: Any) -> int:
        """Of the widest copy."""
        return rights.shown(self).width

    @strawberry_django.field(prefetch_related=["renditions"])
    def height(self: Any) -> int:
        """Of the widest copy."""
        return rights.shown(self).height


@strawberry_django.type(models.ContentItem)
class ContentItem(relay.Node):
    """One item."""

    title: auto
    summary: auto
    cover: Picture | None
    citations: list[Citation]

    @strawberry_django.field(only=["first_published_at"])
    def published_at(self: Any) -> str:
        """As ISO 8601."""
        return self.first_published_at.isoformat()  # type: ignore[no-any-return]


@strawberry.type
class ItemEdge(relay.Edge[ContentItem]):
    """Writes cursors as the contract does."""

    @classmethod
    def resolve_edge(cls, node: Any, *, cursor: Any = None, **kwargs: Any) -> Self:  # noqa: ARG003 - its signature
        """By where the item stands."""
        return cls(cursor=rights.cursor_of(node), node=node, **kwargs)


@strawberry.type
class ItemConnection(relay.ListConnection[ContentItem]):
    """A page of items."""

    edges: list[ItemEdge]


@strawberry.type
class Query:
    """What can be read."""

    @strawberry_django.connection(ItemConnection)
    def feed(self) -> Iterable[ContentItem]:
        """For nobody in particular."""
        return rights.feed(None)  # type: ignore[return-value]


schema = strawberry.Schema(query=Query, extensions=[DjangoOptimizerExtension])
urlpatterns = [path("graphql", csrf_exempt(GraphQLView.as_view(schema=schema, graphql_ide=None)))]
