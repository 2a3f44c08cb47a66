"""The ASGI entry: GraphQL is answered in front of Django, its sockets by Channels, everything else by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from backend.live.hub import hub
from backend.schema.endpoint import engine
from backend.schema.graphiql import page
from backend.schema.server.application import Application
from media.bounded import BoundedBodies

application = Application(
    engine(),
    path="/graphql",
    otherwise=BoundedBodies(django_application),
    hub=hub,
    trusted_proxies=settings.TRUSTED_PROXY_COUNT,
    page=page() if settings.DEVELOPMENT else None,
)
