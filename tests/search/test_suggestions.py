"""What somebody may be about to type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.errors import InvalidInput
from backend.search.registry import Sort
from backend.search.selectors import MAX_SUGGESTED_FOR, MAX_SUGGESTIONS, suggestions
from backend.statutes.models import Law
from tests.editorial import FAR_VILLAGE, NEXT_VILLAGE, VILLAGE
from tests.search.conftest import Publish

pytestmark = pytest.mark.django_db


def suggested(text: str, viewer: User | None, sort: Sort) -> list[str]:
    return [one.text for one in suggestions(text, viewer=viewer) if one.sort == sort]


@pytest.fixture
def _laws(db: None) -> None:
    names = ("民法典", "民事诉讼法", "人民调解法", "家庭教育促进法")
    Law.objects.bulk_create(Law(name=f"中华人民共和国{name}", short_name=name, kind="法律") for name in names)


@pytest.mark.usefixtures("_laws")
def test_names_of_laws_those_first_that_begin_so() -> None:
    assert suggested("民", None, Sort.LAW)[:2] == ["民法典", "民诉法"]
    assert suggested("调解", None, Sort.LAW) == ["人民调解法"]
    assert suggested("《民法", None, Sort.LAW) == ["民法典"]
    assert suggested("民诉", None, Sort.LAW) == ["民诉法"]


def test_what_people_say() -> None:
    assert "彩礼" in suggested("彩", None, Sort.TERM)


def test_titles_by_the_words_so_far(publish: Publish, people: dict[str, User]) -> None:
    publish("夫妻共同财产有哪些")
    publish("夫妻共同债务")
    viewer = people[VILLAGE]
    for text in ("夫", "夫妻", "夫妻共"):
        assert set(suggested(text, viewer, Sort.TITLE)) == {"夫妻共同财产有哪些", "夫妻共同债务"}, text
    for text in ("共同财产", "夫妻共同财", "财产"):
        assert suggested(text, viewer, Sort.TITLE) == ["夫妻共同财产有哪些"], text
    assert suggested("婚", viewer, Sort.TITLE) == []


def test_titles_that_are_not_for_somebody_are_not_suggested(publish: Publish, people: dict[str, User]) -> None:
    item = publish("夫妻共同财产", "正文", NEXT_VILLAGE)
    assert suggested("夫妻", people[NEXT_VILLAGE], Sort.TITLE) == ["夫妻共同财产"]
    for viewer in (people[VILLAGE], people[FAR_VILLAGE], None):
        assert suggested("夫妻", viewer, Sort.TITLE) == []
    item.unpublish()
    assert suggested("夫妻", people[NEXT_VILLAGE], Sort.TITLE) == []


@pytest.mark.usefixtures("_laws")
def test_few_and_each_once(publish: Publish, people: dict[str, User]) -> None:
    for _ in range(3):
        publish("民法典是什么")
    for number in range(20):
        publish(f"民法{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}")
    found = [one.text for one in suggestions("民法", viewer=people[VILLAGE])]
    assert len(found) == len(set(found)) == MAX_SUGGESTIONS


@pytest.mark.parametrize("text", ["", "  ", "\x00", "\n"])
def test_nothing_is_suggested_for_nothing(text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert suggestions(text, viewer=None) == []
    assert len(queries) == 0


@pytest.mark.parametrize("text", ["%", "_", '"', "'*", "NEAR(", "<b>", "的"])
def test_marks_mean_nothing(publish: Publish, people: dict[str, User], text: str) -> None:
    publish("夫妻共同财产")
    assert suggested(text, people[VILLAGE], Sort.TITLE) == []


def test_long_texts_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        suggestions("民" * (MAX_SUGGESTED_FOR + 1), viewer=None)
    assert refused.value.field == "text"


@pytest.mark.parametrize("number", [1, 12])
def test_two_statements(publish: Publish, people: dict[str, User], number: int) -> None:
    for _ in range(number):
        publish("夫妻共同财产")
    with CaptureQueriesContext(connection) as queries:
        suggestions("夫妻", viewer=people[VILLAGE])
    assert len(queries) == 2
