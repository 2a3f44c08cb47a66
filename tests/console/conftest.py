"""What the tests of the console share."""

import pytest

from backend.regions.models import Division
from tests.editorial import Office, enact, open_office


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    """The editorial office, in a province with nine divisions, with the law that its texts cite."""
    enact()
    return open_office()
