"""What a figure depends on: machine, programs, versions."""

import os
import platform
import shutil
import sqlite3
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

_OURS = ("Django", "graphene", "graphql-core", "uvicorn", "uvloop", "httptools", "orjson")


def notes() -> dict[str, Any]:
    """For the report."""
    return {
        "when": time.strftime("%Y-%m-%d %H:%M %z"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "load_average_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "node": _said("node", "--version") if shutil.which("node") else None,
        "packages": {name: version(name) for name in _OURS},
    }


def pinned(path: Path) -> list[str]:
    """The packages that a requirements.in or package.json names."""
    if path.suffix == ".json":
        return [
            line.strip(' ",\n').replace('": "', "==") for line in path.read_text().splitlines() if line[:5] == '    "'
        ]
    return [line for line in path.read_text().split() if "==" in line]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _said(*command: str) -> str | None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
