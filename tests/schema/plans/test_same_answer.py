"""A plan and graphql-core give the same answer, on generated data and generated operations."""

import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.regions.models import Division
from backend.schema import schema
from tests.schema.plans import world
from tests.schema.plans.asking import Knowledge
from tests.schema.plans.comparing import Both, expected
from tests.schema.plans.generated import World
from tests.schema.plans.operations import Author

EXAMPLES = int(os.environ.get("PLAN_EXAMPLES", "80"))
#: Documents that are asked in one world, and how often each of them.
DOCUMENTS, TIMES = 5, 3
ROOTS = sorted(schema.graphql_schema.query_type.fields)


@pytest.fixture
def real(divisions: dict[str, Division]) -> Both:
    return Both(schema.graphql_schema)


@pytest.fixture
def asked(real: Both) -> Iterator[Any]:
    """Asks one world's operations."""

    def ask(seed: int, size: int, fields: int) -> None:
        random = Random(seed)  # noqa: S311 - no secret
        with transaction.atomic():
            here = world.create(seed, size)
            knowledge = Knowledge(here)
            for number in range(DOCUMENTS):
                _ask(real, here, knowledge, random, fields, ROOTS[(seed + number) % len(ROOTS)])
            transaction.set_rollback(True)

    yield ask
    print(dict(real.tally))  # noqa: T201 - shown where the test fails


def _ask(both: Both, here: World, knowledge: Knowledge, random: Random, fields: int, root: str) -> None:
    operation = Author(both.schema, random, knowledge, fields=fields).query(root)
    for _ in range(TIMES):
        _, core = both.agree(operation.text, here.viewer(random), operation.variables(random), operation.name)
        assert all(expected(error) for error in core.errors), f"{operation.text}\n{core.errors}"
        knowledge.learn(core.data)


def test_a_plan_and_graphql_core_give_the_same_answer(real: Both, asked: Any) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.integers(1, 40))
    def check(seed: int, size: int, fields: int) -> None:
        asked(seed, size, fields)

    check()
    real.tally["operations"] = sum(real.tally[kind] for kind in ("planned", "failed", "unplanned"))
    assert real.tally["planned"] > 0.75 * real.tally["operations"], real.tally
    assert real.tally["unplanned"] < 0.05 * real.tally["operations"], real.tally
    assert real.planned_roots.keys() >= set(ROOTS), real.planned_roots
