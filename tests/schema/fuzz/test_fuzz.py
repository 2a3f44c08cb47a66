"""Thousands of generated requests against the whole endpoint: nothing breaks, nothing hangs, and nothing grows.

`make fuzz` sends 20,000; FUZZ_FIRST begins at another number, so that other requests are made.
"""

import asyncio
import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as profile
from hypothesis_graphql import Mode, from_schema

from backend.accounts import tokens
from backend.regions.models import Division
from backend.schema import schema
from tests.schema.fuzz.crafting import Crafter, Request
from tests.schema.fuzz.endpoint import FILLER, KEPT, Outcome, let_go, sent, serving
from tests.schema.plans import world
from tests.schema.plans.asking import WORDS, Knowledge
from tests.schema.plans.generated import VILLAGES, World

OPERATIONS = int(os.environ.get("FUZZ_OPERATIONS", "1500"))
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Memory:
    """What the process holds."""

    objects: int
    resident: int

    @classmethod
    def now(cls) -> "Memory":
        """Without what nobody refers to."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(len(gc.get_objects()), pages * os.sysconf("SC_PAGE_SIZE"))


@pytest.mark.django_db(transaction=True)
def test_nothing_breaks_hangs_or_grows(divisions: dict[str, Division], tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    with transaction.atomic():
        here = world.create(seed=FIRST, size=6)
    outcome, crafter = Outcome(), Crafter(schema.graphql_schema, _texts(here), _by_another(OPERATIONS // 10))
    warm, end = asyncio.run(_flood(crafter, Knowledge(here, hazard=0.1), _tokens(here), outcome))
    print(f"{OPERATIONS} requests, {outcome.planned} by plan, {outcome.cached} from the cache")  # noqa: T201
    print(f"slowest {outcome.slowest}, {warm}, {end}")  # noqa: T201
    print(sorted(outcome.codes.items()))  # noqa: T201 - all of it is what who runs `make fuzz` wants to know
    assert outcome.broken == []
    assert outcome.planned > OPERATIONS / 10
    assert len({key.split()[-1] for key in outcome.codes}) > 10
    assert end.objects < 1.05 * warm.objects
    assert end.resident - warm.resident < 48 * MEBIBYTE


async def _flood(
    crafter: Crafter, knowledge: Knowledge, held: Sequence[str], outcome: Outcome
) -> tuple[Memory, Memory]:
    """Send everything. What is held after a third and at the end, each time with the caches full of the same."""
    application, seen = serving(outcome), []
    for number in range(OPERATIONS):
        request = crafter.request(FIRST + number, knowledge)
        response = await sent(application, request, held[number % len(held)])
        knowledge.learn(outcome.note(request, *response))
        if number + 1 in (OPERATIONS // 3, OPERATIONS):
            for n in range(2 * KEPT):
                filler = Request(FILLER, {"query": f"query {FILLER} {{ a{n}: divisions {{ code }} }}"})
                await sent(application, filler, "")
            seen.append(Memory.now())
    await let_go()
    return seen[0], seen[1]


def _tokens(here: World) -> Sequence[str]:
    """Nobody's and everybody's. Of each many: some are ended on the way by `signOut`."""
    return [
        token
        for _ in range(OPERATIONS // 50)
        for token in ("", *(tokens.issue(viewer) for viewer in here.viewers.values() if viewer), "stolen")
    ]


def _texts(here: World) -> Sequence[str]:
    """What stands in arguments of no sense: whatever has a meaning somewhere."""
    ids = [each for model in here.rows for each in here.ids(model)]
    return [*WORDS, *ids, *VILLAGES, "13800138000", "x" * 3_000]


def _by_another(number: int) -> Sequence[str]:
    """Operations by hypothesis-graphql, half of them wrong on purpose."""
    texts: list[str] = []
    for mode in (Mode.POSITIVE, Mode.NEGATIVE):

        @profile(
            max_examples=number // 2,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(from_schema(schema.graphql_schema, mode=mode))
        def collect(text: str) -> None:
            texts.append(text)

        collect()
    return texts
