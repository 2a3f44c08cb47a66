"""What the tests of content share."""

import pytest

from backend.accounts.models import User
from backend.regions.models import Division
from tests.editorial import Office, open_office


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    """The editorial office, in a province with nine divisions."""
    return open_office()


@pytest.fixture
def author(office: Office) -> User:
    """Who writes."""
    return office.editor
