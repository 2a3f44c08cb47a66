"""What the tests of content share."""

from pathlib import Path
from typing import Any

import pytest

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.regions.models import Division
from backend.statutes.services import import_statutes
from tests.content.changing_law import FEES, HEARING, HEARING_NOW, LANGUAGE, LAW, Bring, citing
from tests.editorial import Office, enact, open_office, publish
from tests.statutes.conftest import write_file


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    """The editorial office, in a province with nine divisions, with the law that its texts cite."""
    enact()
    return open_office()


@pytest.fixture
def author(office: Office) -> User:
    """Who writes."""
    return office.editor


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Imports the law with these texts of its articles, 1 to 3."""

    def run(*texts: str) -> Any:
        articles = [("o1", f"第{'一二三'[n]}条", n + 1, text) for n, text in enumerate(texts)]
        return import_statutes(write_file(tmp_path, [LAW], articles))

    return run


@pytest.fixture
def changed(office: Office, bring: Bring) -> ContentItem:
    """An item of the province that cites three articles, of which the first has changed since."""
    bring(HEARING, FEES, LANGUAGE)
    item = publish(office.editor, body=citing("一", "二", "三"))
    bring(HEARING_NOW, FEES, LANGUAGE)
    item.refresh_from_db()
    return item
