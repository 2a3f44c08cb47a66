"""Who takes part: each row of the table, how its server is started, and which question it answers."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.feed import prepare, project
from bench.feed.paths import DATABASE, HOME, ROOT
from bench.feed.questions import FEED, SCREEN, Question
from bench.feed.servers import Server, free_port

ANSWER = HOME / "answer.json"

Request = Callable[[Question, int], bytes]

_UVICORN = ("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
#: Its plain workers: some percent faster here than its threads, or than the same view under uvicorn.
_GUNICORN = ("-m", "gunicorn", "--workers", "1")


@dataclass(frozen=True, slots=True)
class Contender:
    """One row: `command` gets the port."""

    key: str
    label: str
    question: Question
    command: Callable[[int], list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    cwd: Path = ROOT
    way: Request = Question.by_text

    def server(self, core: int | None, nice: int = 0) -> Server:
        """Its server, not started yet."""
        port = free_port()
        environment, log = self.environment or peer_environment(), HOME / f"{self.key}.log"
        return Server(self.key, self.command(port), environment, port, core, log, self.cwd, nice)


def peer_environment(**more: str) -> dict[str, str]:
    """What a peer needs to know."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "BENCH_DATABASE": str(DATABASE),
        "BENCH_PICTURES": project.PICTURES,
        "BENCH_ANSWER": str(ANSWER),
        **more,
    }


def contenders(token: str, wanted: Callable[[str], bool]) -> list[Contender]:
    """Those whose key is wanted, the slow to install among them only then; what is missing is left out, and said."""
    feed, screen = Question("Feed", FEED), Question("Screen", SCREEN, token)
    made = [
        _bare("constant", "constant bytes, bare ASGI", "constant", feed),
        _bare("limit", "the limit: two hand-written statements, bare ASGI", "limit", feed),
        *(_mercurius(feed) if wanted("mercurius") else []),
        *(_django("graphene", "graphene-django, stock", feed, screen) if wanted("graphene") else []),
        *(_django("strawberry", "strawberry-django with its optimizer", feed) if wanted("strawberry") else []),
        *_project(feed, screen),
    ]
    return [each for each in made if wanted(each.key)]


def _bare(key: str, label: str, module: str, question: Question) -> Contender:
    app = f"bench.feed.peers.bare.{module}:application"
    return Contender(key, label, question, lambda port: _uvicorn(app, port, "--lifespan", "off"))


def _uvicorn(app: str, port: int, *more: str) -> list[str]:
    return [sys.executable, *_UVICORN, "--port", str(port), *more, app]


def _mercurius(feed: Question) -> list[Contender]:
    folder = prepare.node_folder("mercurius")
    labels = {"loaders": "loaders", "loaders-jit": "loaders + JIT", "join-jit": "one join + JIT"}
    if folder is None:
        return []
    return [
        Contender(
            f"mercurius-{way}",
            f"Mercurius: {label}",
            feed,
            lambda port, way=way: ["node", "server.js", str(port), way],  # type: ignore[misc]
            peer_environment(NODE_ENV="production"),
            folder,
        )
        for way, label in labels.items()
    ]


def _django(name: str, label: str, *questions: Question) -> list[Contender]:
    python = prepare.python_of(name)
    environment = peer_environment(
        DJANGO_SETTINGS_MODULE="bench.feed.peers.tables.settings",
        BENCH_URLS=f"bench.feed.peers.{name}.urls",
        BENCH_APPS="graphene_django" if name == "graphene" else "strawberry_django",
    )
    app = "bench.feed.peers.tables.wsgi"
    return [
        Contender(
            f"{name}-{question.name.lower()}",
            f"{label}{', the screen' if question.token else ''}",
            question,
            lambda port: [str(python), *_GUNICORN, "--bind", f"127.0.0.1:{port}", app],
            environment,
        )
        for question in questions
    ]


def _project(feed: Question, screen: Question) -> list[Contender]:
    """As `manage.py web` serves it."""
    environment = project.environment()
    rows = [
        ("computed", "this project, computed", feed, {**environment, "RESPONSE_CACHE_ENTRIES": "0"}),
        ("cached", "this project, from the response cache", feed, environment),
        ("screen", "this project, the screen", screen, environment),
    ]
    return [
        Contender(key, label, question, _serve, settings, way=Question.by_id) for key, label, question, settings in rows
    ]


def _serve(port: int) -> list[str]:
    more = ("--backlog", "2048", "--no-proxy-headers", "--no-server-header")
    return _uvicorn("backend.asgi:application", port, *more)
