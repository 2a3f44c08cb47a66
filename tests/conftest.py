"""What every test may use."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from backend.accounts.models import User
from backend.regions.models import Division
from backend.schema.endpoint import engine
from backend.schema.server.context import Context, Identity
from tests.desk import Desk
from tests.phone import Phone

Ask = Callable[..., dict[str, Any]]

#: A small real piece of Sichuan: two villages of one township, one of a neighbouring county, and all above them.
DIVISIONS = {
    "510000000000": "四川省",
    "510100000000": "成都市",
    "510114000000": "新都区",
    "510114006000": "石板滩街道",
    "510114006003": "木兰社区居委会",
    "510114006004": "狮子社区居委会",
    "510112000000": "龙泉驿区",
    "510112102000": "洛带镇",
    "510112102001": "八角井社区居委会",
}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """What a test writes need not survive a power cut: without waiting for the disk, migrating takes a third."""
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def _no_laws_of_other_tests() -> Iterator[None]:
    """The index of the laws outlives a test's database, and another one may be of the same edition: forget it.

    Where nothing has searched the law, nothing is loaded for this.
    """
    yield
    if finder := sys.modules.get("backend.statutes.finding.finder"):
        finder.forget(model=False)


@pytest.fixture
def divisions(db: None) -> dict[str, Division]:
    """The rows of DIVISIONS by code."""
    from backend.regions import rules

    rows = []
    for code, name in DIVISIONS.items():
        names = [DIVISIONS[c] for c in rules.lineage(code)]
        rows.append(Division(code=code, name=name, level=rules.level_of(code), full_name=" ".join(names)))
    Division.objects.bulk_create(rows)
    return {row.code: row for row in rows}


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Makes people; keyword arguments are the model's."""

    def make(**values: Any) -> User:
        return User.objects.create(**{"nickname": "测试", **values})

    return make


@pytest.fixture
def ask(db: None) -> Ask:
    """Runs a GraphQL operation in this thread and returns the response as a client would decode it."""
    import orjson

    from backend.schema.server.engine import encode

    def run(query: str, viewer: User | None = None, /, **variables: Any) -> dict[str, Any]:
        document = engine().documents.load(query)
        context = Context(Identity(viewer=viewer), address="192.0.2.1")
        return orjson.loads(encode(engine().execute(document, context, variables=variables)))

    return run


@pytest.fixture
def make_phone() -> Iterator[Callable[[str], Phone]]:
    """Makes phones for the system at an address, and puts them away at the end."""
    yield from _made(Phone)


@pytest.fixture
def make_desk() -> Iterator[Callable[[str], Desk]]:
    """Makes desks at the console of the system at an address, and puts them away at the end."""
    yield from _made(Desk)


def _made(kind: type[Any]) -> Iterator[Callable[[str], Any]]:
    made: list[Any] = []

    def make(url: str) -> Any:
        made.append(kind(url))
        return made[-1]

    yield make
    for thing in made:
        thing.close()
