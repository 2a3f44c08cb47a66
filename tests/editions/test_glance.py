"""The number at a glance: what another connection committed is seen by the next look, and a look never waits."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from backend.editions.glance import Glance


def commit(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.sqlite3"
    commit(path, "PRAGMA journal_mode = WAL")
    commit(path, "CREATE TABLE editions_edition (id INTEGER PRIMARY KEY, number INTEGER)")
    return path


def test_each_commit_is_seen_by_the_next_look(database: Path) -> None:
    glance = Glance(str(database))
    assert glance.number() == 0, "before the first change there is no row"
    commit(database, "INSERT INTO editions_edition VALUES (1, 1)")
    for number in range(1, 50):
        assert [glance.number(), glance.number()] == [number, number]
        commit(database, "UPDATE editions_edition SET number = number + 1")
    assert glance.number() == 50


def test_what_is_not_committed_is_not_seen_and_not_waited_for(database: Path) -> None:
    commit(database, "INSERT INTO editions_edition VALUES (1, 7)")
    glance = Glance(str(database))
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE editions_edition SET number = 8")
        assert glance.number() == 7
        writer.execute("COMMIT")
    assert glance.number() == 8


def test_a_file_that_cannot_be_read_is_told_and_read_again_when_it_can(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite3"
    glance = Glance(str(path))
    assert glance.number() is None
    assert not path.exists(), "a look makes no file"
    commit(path, "CREATE TABLE other (id)")
    assert glance.number() is None
    commit(path, "CREATE TABLE editions_edition (id, number)", "INSERT INTO editions_edition VALUES (1, 3)")
    assert glance.number() == 3


def test_another_thread_is_told_that_it_cannot_look_and_may_then_look_for_itself(database: Path) -> None:
    commit(database, "INSERT INTO editions_edition VALUES (1, 5)")
    glance, seen = Glance(str(database)), list[int | None]()
    assert glance.number() == 5
    thread = threading.Thread(target=lambda: seen.extend([glance.number(), glance.number()]))
    thread.start()
    thread.join(20)
    assert seen == [None, 5]
