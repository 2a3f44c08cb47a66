"""The day changes while plans are kept: nothing of it is left in a compiled statement."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.advisors.models import Advisor, VillageGroup
from backend.regions.models import Division
from backend.schema import schema
from tests.schema.plans import world
from tests.schema.plans.comparing import Both
from tests.schema.plans.generated import VILLAGE

TEXTS = {
    "law": "{ laws(first: 50) { edges { node { name version { id startsOn validity validityNote } } } } }",
    "advisor": f'{{ villageAdvisor(village: "{VILLAGE}") {{ id }} }}',
    "groups": "{ myGroups { id memberCount advisor { name } } }",
    "roles": "{ viewer { roles { role division { code } } } }",
    "inbox": "{ inbox(first: 100) { edges { node { id isRead } } } unreadCount }",
    "by id": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_answer_is_of_the_day_on_which_it_is_asked_for(
    divisions: dict[str, Division], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = world.create(seed=11, size=8)
    both = Both(schema.graphql_schema)
    ids = [*here.ids(Advisor), *here.ids(VillageGroup)]
    variables: Any = {"ids": ids} if name == "by id" else {}
    found = set()
    for day in (0, 1, 2, 45, 100, 0):
        monkeypatch.setattr(timezone, "now", lambda day=day: here.now + timedelta(days=day))
        plan, _ = both.agree(TEXTS[name], here.viewers["advisor"], variables)
        assert plan.answer is not None
        found.add(plan.answer)
    assert len(found) > 1 or name == "inbox"
