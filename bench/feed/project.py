"""How this project's processes are started here: as in production, on the bench's own database."""

import json
import os
import subprocess
import sys

from bench.feed.paths import DATABASE, HOME, MANIFEST, ROOT
from bench.feed.questions import write_manifest

#: What stands before the key of a public picture, for the project and all peers.
PICTURES = "https://media.example"


def environment() -> dict[str, str]:
    """The settings: production's, because development logs every statement."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "backend.settings",
        "ENVIRONMENT": "production",
        "SECRET_KEY": "a key that guards nothing but the made-up rows of a benchmark",
        "TRUSTED_PROXY_COUNT": "0",
        "SMS_URL": "https://sms.example/",
        "SMS_TOKEN": "none",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATA_DIR": str(HOME),
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "MEDIA_BASE_URL": PICTURES,
        "TRUSTED_DOCUMENTS": str(MANIFEST),
        "UNKNOWN_DOCUMENTS": "refuse",
        "PYTHONPATH": str(ROOT),
    }


def run(*arguments: str, **more: str) -> str:
    """Run Python with the project's settings and `more` of them; what it printed. Raises SystemExit."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment(), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def make_database() -> str:
    """An empty file, the project's migrations, the bench's rows; the token of the villager who asks for a screen."""
    HOME.mkdir(parents=True, exist_ok=True)
    for path in HOME.glob(f"{DATABASE.name}*"):
        path.unlink()
    write_manifest(MANIFEST)
    run("manage.py", "migrate", "-v0")
    return str(json.loads(run("-m", "bench.feed.data.make"))["token"])


def statements(token: str) -> dict[str, int]:
    """SQL statements by question, with the response cache off."""
    found: dict[str, int] = json.loads(run("-m", "bench.feed.statements", token, RESPONSE_CACHE_ENTRIES="0"))
    return found
