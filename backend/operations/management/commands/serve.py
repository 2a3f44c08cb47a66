"""`manage.py serve`: everything that one machine needs, in one command."""

import http.client
import socket
import sys
import time
from argparse import SUPPRESS, ArgumentParser
from typing import Any, Final, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.operations import banner
from backend.operations.processes import StopRequest
from backend.operations.supervisor import Child, FailedToStart, Supervisor

#: A server that was killed a moment ago may need as long to let go of the port.
LET_GO_SECONDS: Final = 1.0


class Command(BaseCommand):
    """Starts the web server and the job workers, keeps them running, and ends them together."""

    help = "Starts the web server at HOST and PORT and JOB_WORKERS job workers; Ctrl-C ends them all."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For tests only."""
        parser.add_argument("--app", default="backend.asgi:application", help=SUPPRESS)

    def handle(self, *_args: Any, app: str, **_options: Any) -> None:
        """Run until SIGINT or SIGTERM; exit with 1 where the port is taken or a part does not start."""
        stop = StopRequest()
        with self._listen() as listener:
            supervisor = Supervisor(_children(listener.fileno(), app), stop)
            try:
                supervisor.run(_answers, banner.show)
            except FailedToStart as failure:
                self._refuse(f"{failure} 未能启动，原因见上 / {failure} did not start, see above")

    def _listen(self) -> socket.socket:
        """Take the port here, once: a web server that is started again finds it still ours, its clients waiting."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        deadline = time.monotonic() + LET_GO_SECONDS
        while True:
            try:
                return socket.create_server((settings.HOST, settings.PORT), family=family, backlog=2048)
            except OSError as error:
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                self._refuse_port(error)

    def _refuse_port(self, error: OSError) -> NoReturn:
        where = f"{settings.HOST}:{settings.PORT}"
        chinese = f"无法监听 {where}：端口被占用或地址不可用，请用 PORT=… 换一个"
        self._refuse(f"{chinese} / cannot listen on {where}: {error.strerror}; choose another PORT")

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)


def _children(listener: int, app: str) -> list[Child]:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    web = Child("web", [*manage, "web", "--fd", str(listener), "--app", app], descriptors=[listener])
    workers = [Child(f"worker-{number}", [*manage, "work"]) for number in range(1, settings.JOB_WORKERS + 1)]
    return [web, *workers]


def _answers() -> bool:
    """Whether the web server answers anything at all at the port that it listens on."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=0.5)
    try:
        # What every policy of documents lets through, and no log takes for a fault.
        connection.request("GET", "/graphql?query=%7B__typename%7D")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
