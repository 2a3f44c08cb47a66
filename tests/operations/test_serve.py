"""One command holds everything together: it starts all, mends what breaks, and nothing outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from backend.operations.processes import GRACE_SECONDS
from tests.running import ROOT, System

SERVE = ("manage.py", "serve", "--app", "tests.operations.app:application")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """It has only the queue's tables."""
    with closing(System(tmp_path_factory.mktemp("serve"))) as installation:
        installation.manage("migrate", "django_q", "-v0")
        yield installation


@pytest.fixture
def system(installation: System) -> Iterator[System]:
    """The installation, stopped and with an empty log."""
    installation.log.write_text("")
    yield installation
    if installation._process is not None:
        installation.kill()


def processes() -> Iterator[tuple[int, int, str]]:
    """Process, parent and command of all that live; those that only wait to be collected do not."""
    if Path("/proc/self/stat").exists():
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    yield int(folder.name), int(parent), (folder / "cmdline").read_text().replace("\0", " ")
        return
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        pid, parent, state, command = line.split(None, 3)
        if state[0] != "Z":
            yield int(pid), int(parent), command


def children(system: System) -> dict[int, str]:
    """The processes that the system's command has started, with the command of each."""
    assert system._process is not None
    return {pid: command for pid, parent, command in processes() if parent == system._process.pid}


def is_alive(pid: int) -> bool:
    return any(pid == living for living, _, _ in processes())


def eventually(check: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def has_announced_itself(system: System) -> bool:
    return eventually(lambda: "/graphql" in system.log.read_text(), 30)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_says_so_once_and_ends_all_when_asked(system: System, how: signal.Signals) -> None:
    system.start(*SERVE)
    started = children(system)
    assert sorted(args.split("manage.py ")[1].split()[0] for args in started.values()) == ["web", "work"]
    assert has_announced_itself(system)

    began = time.monotonic()
    assert system._process is not None
    os.killpg(system._process.pid, how)
    assert system._process.wait(20) == 0
    assert time.monotonic() - began < GRACE_SECONDS, "a part did not end by itself and was killed"
    system._process = None
    assert not any(is_alive(pid) for pid in started)
    log = system.log.read_text()
    assert log.count(f"{system.url}/graphql") == 1
    assert f"{system.url}/console/development/push/" in log
    assert "Traceback" not in log
    assert "ERROR" not in log


def test_stopping_it_while_it_still_starts_is_as_quiet(system: System) -> None:
    with system.log.open("ab") as log:
        command = [sys.executable, *SERVE]
        system._process = subprocess.Popen(
            command, cwd=ROOT, env=system.environment, stdout=log, stderr=log, start_new_session=True
        )
    assert eventually(lambda: len(children(system)) == 2, 20)
    started = children(system)
    time.sleep(0.2)  # they are busy importing, where a Ctrl-C of their own would show a traceback
    assert system.stop() == 0
    assert not any(is_alive(pid) for pid in started)
    assert system.log.read_text() == ""


def test_a_taken_port_is_refused_in_one_line_and_starts_nothing(system: System) -> None:
    with socket.create_server(("127.0.0.1", system.port)):
        refused = subprocess.run(
            [sys.executable, *SERVE], cwd=ROOT, env=system.environment, capture_output=True, text=True, check=False
        )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.strip().splitlines()) == 1
    for part in (str(system.port), "端口", "PORT", "Address already in use"):
        assert part in refused.stderr


def test_an_application_that_does_not_start_ends_everything(system: System) -> None:
    broken = [sys.executable, *SERVE[:-1], "tests.operations.absent:application"]
    failed = subprocess.run(
        broken, cwd=ROOT, env=system.environment, capture_output=True, text=True, check=False, timeout=20
    )
    assert failed.returncode == 1
    assert "web 未能启动" in failed.stderr
    assert "tests.operations.absent" in failed.stderr


def test_killing_the_command_leaves_nobody_behind_and_frees_the_port(system: System) -> None:
    system.start(*SERVE)
    started = children(system)
    assert len(started) == 2
    system.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in started), 20)
    socket.create_server(("127.0.0.1", system.port)).close()


def test_a_part_that_is_killed_is_started_again(system: System) -> None:
    system.start(*SERVE)
    # Before that, a part that ends counts as one that did not start, and ends everything.
    assert has_announced_itself(system)
    before = children(system)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: len(children(system).keys() - before.keys()) == 2, 30)
    # The port stayed open all the while, so this request waited instead of being refused.
    web = int(httpx.get(f"{system.url}/pid", timeout=20).text)
    assert web in children(system)
    assert web not in before
    assert system.stop() == 0
