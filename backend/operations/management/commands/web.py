"""`manage.py web`: the web server alone, for machines that run one kind of process each."""

import logging
import socket
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from backend.operations.processes import GRACE_SECONDS, allow_files, follow_parent
from backend.schema.server import wire

log = logging.getLogger(__name__)

#: What a process has open besides sockets: HTTP connections, the database, the log, uploads.
OTHER_FILES = 2_000


class Command(BaseCommand):
    """Serves HTTP and websockets until SIGINT or SIGTERM."""

    help = "Starts the web server alone at HOST and PORT; `serve` starts it together with the job worker."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Both are for `serve` and for tests."""
        parser.add_argument("--fd", type=int, help="a listening socket that the parent has opened")
        parser.add_argument("--app", default="backend.asgi:application", help="the ASGI application to serve")

    def handle(self, *_args: Any, fd: int | None, app: str, **_options: Any) -> None:
        """Serve until told to stop."""
        follow_parent()
        if not allow_files(settings.SOCKETS_PER_PROCESS + OTHER_FILES) and not settings.DEVELOPMENT:
            log.warning("fewer files may be open than SOCKETS_PER_PROCESS needs: raise that limit, or lower this one")
        config = uvicorn.Config(
            app,
            host=settings.HOST,
            port=settings.PORT,
            backlog=2048,
            timeout_graceful_shutdown=int(GRACE_SECONDS) - 2,
            log_config=None,
            access_log=False,  # a query in an address may hold a phone number
            proxy_headers=False,  # the application counts its own proxies (TRUSTED_PROXY_COUNT)
            server_header=False,
            **wire.OPTIONS,
        )
        sockets = None if fd is None else [socket.socket(fileno=fd)]
        try:
            uvicorn.Server(config).run(sockets=sockets)
        except KeyboardInterrupt:
            return
