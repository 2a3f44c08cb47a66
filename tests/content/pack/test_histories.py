"""Whatever happens, phones that apply packs have what a fresh first pack would give them."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content import pack
from backend.content.models import ContentItem, ContentTranslation
from tests.conftest import Ask
from tests.content.pack.phones import Phone, Publish, everything, retarget, translate
from tests.editorial import COUNTY, FAR_VILLAGE, NEXT_VILLAGE, PROVINCE, VILLAGE
from tests.races import at_once

pytestmark = pytest.mark.django_db


PEOPLE: tuple[dict[str, Any], ...] = (
    {"village_id": VILLAGE},
    {"village_id": VILLAGE, "language": "bo"},
    {"village_id": NEXT_VILLAGE, "reader_roles": ReaderRole.VILLAGER | ReaderRole.OFFICIAL},
    {"village_id": FAR_VILLAGE, "people_groups": PeopleGroup.SCHOOLS.value},
    {},
)


AUDIENCES = ([PROVINCE], [COUNTY], [VILLAGE], [VILLAGE, FAR_VILLAGE], [NEXT_VILLAGE, COUNTY])


class History:
    """Does one thing after another to a small library."""

    def __init__(self, dice: random.Random, make_item: Publish, people: list[User]) -> None:
        self.dice, self.make_item, self.people = dice, make_item, people
        self.items: list[int] = []

    def go_on(self) -> None:
        ways = [self.publish, self.change, self.change, self.withdraw, self.expire, self.translate, self.untranslate]
        self.dice.choice([*ways, self.move, self.delete] if self.items else [self.publish])()

    def _target(self) -> dict[str, Any]:
        roles, groups = self.dice.choice([(0, 0), (0, 0), (4, 0), (0, 2), (0, 8)])
        return {"audience_roles": roles, "audience_groups": groups}

    def _some(self) -> ContentItem:
        return ContentItem.objects.get(pk=self.dice.choice(self.items))

    def publish(self) -> None:
        item = self.make_item(*self.dice.choice(AUDIENCES), title=f"第{len(self.items)}篇", **self._target())
        self.items.append(item.pk)

    def change(self) -> None:
        retarget(self._some(), *self.dice.choice(AUDIENCES), title=f"改{self.dice.random()}", **self._target())

    def withdraw(self) -> None:
        self._some().unpublish()

    def expire(self) -> None:
        self._some().unpublish(set_expired=True)

    def translate(self) -> None:
        translate(self._some(), title=f"བོད{self.dice.random()}")

    def untranslate(self) -> None:
        text = ContentTranslation.objects.filter(item=self.dice.choice(self.items)).first()
        if text:
            text.unpublish()

    def move(self) -> None:
        self.dice.choice(self.people).village_id = self.dice.choice([VILLAGE, NEXT_VILLAGE, FAR_VILLAGE, None])

    def delete(self) -> None:
        item = self._some()
        self.items.remove(item.pk)
        item.delete()


@pytest.mark.parametrize("seed", range(6))
def test_packs_of_any_history_give_what_a_fresh_pack_gives(
    ask: Ask, make_item: Publish, make_user: Callable[..., User], seed: int
):
    dice = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    people = [make_user(**values) for values in PEOPLE]
    history = History(dice, make_item, people)
    phones = [Phone(person) for person in [*people, None]]
    for _ in range(30):
        history.go_on()
        for phone in dice.sample(phones, 2):
            phone.step(ask, dice.choice([1, 2, 200]))
    for phone in phones:
        assert phone.sync(ask, 3).items == everything(ask, phone.viewer), phone.viewer


@pytest.mark.django_db(transaction=True)
def test_what_is_published_while_a_pack_is_made_comes_with_the_next(
    ask: Ask, reader: User, make_item: Publish, monkeypatch: pytest.MonkeyPatch
):
    kept, goes = make_item(VILLAGE, title="有"), make_item(VILLAGE, title="走")
    phone = Phone(reader).sync(ask)
    number = pack.current

    def read_then_publish() -> int:
        """Another process publishes and withdraws right behind the reading of the edition."""
        edition = number()
        monkeypatch.setattr(pack, "current", number)
        found = at_once(lambda: make_item(VILLAGE, title="新"), lambda: ContentItem.objects.get(pk=goes.pk).unpublish())
        assert not any(isinstance(each, Exception) for each in found), found
        return edition

    monkeypatch.setattr(pack, "current", read_then_publish)
    retarget(kept, VILLAGE, title="改")
    phone.sync(ask)
    phone.sync(ask)
    assert {item["title"] for item in phone.items.values()} == {"改", "新"}
    assert phone.items == everything(ask, reader)


@pytest.mark.django_db(transaction=True)
def test_phones_that_sync_beside_busy_editors_miss_nothing(
    ask: Ask, reader: User, make_item: Publish, make_user: Callable[..., User]
):
    items = [make_item(VILLAGE, title=str(n)) for n in range(4)]
    phone = Phone(reader)

    def edit() -> None:
        for turn in range(3):
            for item in items:
                fresh = ContentItem.objects.get(pk=item.pk)
                if turn == 1:
                    fresh.unpublish()
                else:
                    retarget(fresh, VILLAGE, title=f"{item.pk} {turn}")

    def sync() -> None:
        for _ in range(12):
            phone.step(ask, 2)

    assert at_once(edit, sync) == [None, None]
    assert phone.sync(ask, 2).items == everything(ask, reader) != {}
