"""Rows for the contract of `examples`, in any number."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from backend.accounts.models import User
from backend.advisors.models import Membership, Message, VillageGroup
from backend.regions.models import Division
from backend.statutes.models import Article, Law, LawVersion
from tests.schema.plans.comparing import Both
from tests.schema.plans.examples import Asker, schema

#: The words of the first laws' departments; after these they begin anew.
DEPARTMENTS = ("甲 乙丙", "", "丁", "law1 戊")
TODAY = date(2026, 3, 1)


@pytest.fixture
def both(db: None) -> Both:
    """Both ways through the contract of `examples`."""
    return Both(schema, lambda _viewer: Asker(TODAY))


@pytest.fixture
def enact(db: None) -> Callable[[int], list[Law]]:
    """Makes laws, each with two versions, one of them with an end, and each of these with five articles."""

    def make(number: int) -> list[Law]:
        there = Law.objects.count()
        laws = Law.objects.bulk_create(
            Law(name=f"中华人民共和国law{n}", short_name=f"law{n}", kind="法律", department=DEPARTMENTS[n % 4])
            for n in range(there, there + number)
        )
        versions = LawVersion.objects.bulk_create(_version(law, n) for law in laws for n in range(2))
        Article.objects.bulk_create(_article(version, n) for version in versions for n in range(1, 6))
        return laws

    return make


def _version(law: Law, number: int) -> LawVersion:
    day = date(2020 + number, 5, 4)
    return LawVersion(
        law=law,
        source_id=f"{law.pk}-{number}",
        published_on=day,
        effective_on=day,
        starts_on=day,
        ends_on=None if number else date(2021, 5, 4),
        validity="in_force",
    )


def _article(version: LawVersion, number: int) -> Article:
    return Article(version=version, position=number, number=number, label="", text=f"{number}", validity="in_force")


@pytest.fixture
def talk(divisions: dict[str, Division], make_user: Callable[..., User]) -> Callable[..., list[Message]]:
    """Makes groups of two people and lines in them; every second line answers the one before."""

    def make(groups: int, lines: int) -> list[Message]:
        return [message for village in list(divisions)[-groups:] for message in _lines(village, lines, make_user)]

    return make


def _lines(village: str, number: int, make_user: Callable[..., Any]) -> list[Message]:
    group = VillageGroup.objects.create(village_id=village, last_seq=number)
    people = [make_user(nickname=f"{village}-{n}") for n in range(2)]
    Membership.objects.bulk_create(Membership(group=group, user=user, standing="resident") for user in people)
    messages: list[Message] = []
    for seq in range(1, number + 1):
        messages.append(
            Message.objects.create(
                group=group,
                seq=seq,
                author=people[seq % 2],
                kind="text",
                text=f"{seq} 甲乙",
                client_key=str(seq),
                reply_to=messages[-1] if seq % 2 == 0 else None,
            )
        )
    return messages
