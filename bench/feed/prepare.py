"""Installs the peers, once: a virtual environment each for the Python ones, node_modules for the Node ones.

What is installed is named by its lock file's digest, so a changed lock file is installed anew.
"""

import os
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

from bench.feed.paths import CACHE, PEERS


def _folder(name: str, *files: Path) -> Path:
    digest = sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    return CACHE / f"{name}-{digest}"


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run to the end, in a session of its own so that what it starts ends with it. Raises SystemExit."""
    with (
        TemporaryFile() as said,
        subprocess.Popen(command, cwd=cwd, stdout=said, stderr=said, start_new_session=True) as process,
    ):
        try:
            status = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        if status:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise SystemExit(f"{' '.join(map(str, command))} failed:\n{text[-4000:]}")


def python_of(name: str) -> Path:
    """The interpreter of the environment in which a Python peer runs, made from its lock file where it is missing.

    Raises SystemExit where the packages cannot be had.
    """
    lock = PEERS / name / "requirements.txt"
    folder = _folder(name, lock)
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"installing {name} …", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", folder)
        _run(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", lock)
        (folder / "complete").touch()
    return python


def node_folder(name: str) -> Path | None:
    """A copy of a Node peer beside its packages; None, and a line that says so, where node or npm is missing.

    The scripts of better-sqlite3 are run: it is compiled where its binary cannot be fetched, which takes a minute.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        print(f"left out, as node and npm are missing: {name}")
        return None
    source = PEERS / name
    folder = _folder(name, source / "package.json", source / "package-lock.json")
    if not (folder / "complete").exists():
        print(f"installing {name} (a minute, where better-sqlite3 is compiled) …", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in source.glob("package*.json"):
            shutil.copy(path, folder)
        _run("npm", "ci", "--silent", "--no-audit", "--no-fund", cwd=folder)
        (folder / "complete").touch()
    for path in source.glob("*.js"):
        shutil.copy(path, folder)
    return folder
