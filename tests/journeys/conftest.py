"""One installation for all journeys, prepared as `make run` prepares it, on the real map and the real laws."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    home: Path = tmp_path_factory.mktemp("system")
    # Quiet hours are off: the story is told at any time of the day.
    with closing(System(home, QUIET_HOURS="")) as running:
        running.manage("prepare")
        yield running.start()
