"""The ASGI entry: GraphQL is answered in front of Django, and so are its sockets; everything else by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from backend.live.hub import hub
from backend.schema.endpoint import answers, metrics
from backend.schema.graphiql import page
from backend.schema.server.application import Application
from backend.schema.server.bounds import Bounds
from backend.schema.server.metrics import MetricsPage
from media.bounded import BoundedBodies

application = Application(
    answers(),
    path="/graphql",
    otherwise=BoundedBodies(django_application),
    hub=hub,
    trusted_proxies=settings.TRUSTED_PROXY_COUNT,
    page=page() if settings.DEVELOPMENT else None,
    bounds=Bounds(
        per_process=settings.SOCKETS_PER_PROCESS,
        per_address=settings.SOCKETS_PER_ADDRESS,
        idle_seconds=settings.SOCKET_IDLE_SECONDS,
        ping_seconds=settings.SOCKET_PING_SECONDS,
        warning_seconds=settings.SOCKET_WARNING_SECONDS,
    ),
    metrics=MetricsPage(metrics(), settings.METRICS_TOKEN) if settings.DEVELOPMENT or settings.METRICS_TOKEN else None,
)
