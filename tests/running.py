"""The system as separate processes, as a user runs it: its own data folder, database, port, server and worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class System:
    """One installation. With DATABASE_URL set it gets a database of its own on that server, else SQLite in `home`."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database = f"system_{os.getpid()}_{self.port}"
        self.environment = {
            **os.environ,
            "DATA_DIR": str(home),
            "PORT": str(self.port),
            "ENVIRONMENT": "development",
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": self._database_url(),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.log = home / "system.log"

    def _database_url(self) -> str:
        server = os.environ.get("DATABASE_URL", "")
        if not server.startswith("postgres"):
            return f"sqlite:///{self.home / 'village-law.sqlite3'}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self._database}"')
        return urlunsplit(urlsplit(server)._replace(path=f"/{self._database}"))

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def start(self, *command: str) -> Self:
        """Start the server and the worker, or another command, and wait until GraphQL answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *(command or ("manage.py", "serve"))],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, f"it ended at once: {self.log.read_text()[-4000:]}"
            assert time.monotonic() < deadline, f"it does not answer: {self.log.read_text()[-4000:]}"
            time.sleep(0.1)
        return self

    def start_server_only(self) -> Self:
        """Start only the web server, without a worker."""
        return self.start("manage.py", "web")

    def _answers(self) -> bool:
        try:
            return httpx.post(f"{self.url}/graphql", json={"query": "{ __typename }"}).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """`kill -9`, as a machine that dies would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        status = self._process.wait(20)
        self._process = None
        return status

    def close(self) -> None:
        """End whatever runs and drop the database."""
        if self._process is not None:
            self.kill()
        server = os.environ.get("DATABASE_URL", "")
        if server.startswith("postgres"):
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')


#: One real village and all above it: enough where a story needs a place and not the whole map.
ONE_VILLAGE = """code,name,level
510000000000,四川省,province
510100000000,成都市,prefecture
510114000000,新都区,county
510114006000,石板滩街道,township
510114006003,木兰社区居委会,village
"""


def with_one_village(system: System) -> System:
    """Migrate, and import one village."""
    system.manage("migrate", "-v0")
    divisions = system.home / "divisions.csv"
    divisions.write_text(ONE_VILLAGE, encoding="utf-8")
    system.manage("import_divisions", str(divisions))
    return system
