"""One address, served by graphene-django's own view."""

import graphene
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView

from bench.feed.peers.graphene import content, village


class Query(content.Query, village.Query, graphene.ObjectType):
    """What can be read."""


urlpatterns = [path("graphql", csrf_exempt(GraphQLView.as_view(schema=graphene.Schema(query=Query))))]
