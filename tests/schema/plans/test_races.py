"""Plans are shared by threads, and kept within bounds."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import get_operation_ast, parse

from backend.schema import schema
from backend.schema.endpoint import engine
from backend.schema.plans.kept import MAX_VARIANTS, Plans
from backend.schema.plans.statements import MAX_FORMS
from backend.schema.server.context import Context
from backend.schema.server.engine import Engine
from tests.races import at_once
from tests.schema.plans.comparing import Both
from tests.schema.plans.examples import schema as examples

Make = Callable[..., Any]
THREADS = 8


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_a_new_document_at_once_are_all_answered_right(enact: Make) -> None:
    laws = enact(6)
    text = (
        "query($n: Int, $on: Boolean!) { laws(first: $n) { pageInfo { endCursor } edges { cursor node { shortName"
        " version { startsOn validity } versions @include(if: $on) { id endsOn } } } } divisions { name } }"
    )
    for again in range(5):
        asked = engine().documents.load(f"{text} # {again}")

        def ask(number: int, asked: Any = asked) -> tuple[int, Any, bool]:
            context = Context()
            variables = {"n": number % 4 + 1, "on": number % 2 == 0}
            return number, engine().execute(asked, context, variables=variables), context.seen.planned

        for number, response, planned in at_once(*[lambda n=n: ask(n) for n in range(THREADS)]):
            edges = response["data"]["laws"]["edges"]
            assert planned
            assert [edge["node"]["shortName"] for edge in edges] == [law.short_name for law in laws[: number % 4 + 1]]
            assert all(("versions" in edge["node"]) == (number % 2 == 0) for edge in edges)


@pytest.mark.django_db(transaction=True)
def test_threads_that_push_each_others_plans_out_are_all_answered(enact: Make) -> None:
    enact(2)
    small = Engine(schema.graphql_schema, engine().tokens)
    small.plans = Plans(schema.graphql_schema, size=1)
    documents = [
        small.documents.load(
            f"query($on: Boolean!) {{ laws {{ edges {{ node {{ id a{n}: name @skip(if: $on) }} }} }} }}"
        )
        for n in range(3)
    ]

    def ask(number: int) -> list[Any]:
        found = []
        for n in range(60):
            variables = {"on": (n + number) % 2 == 0}
            response = small.execute(documents[(n + number) % 3], Context(), variables=variables)
            found.append((variables["on"], response["data"]["laws"]["edges"]))
        return found

    for answers in at_once(*[lambda n=n: ask(n) for n in range(THREADS)]):
        assert not isinstance(answers, Exception), answers
        assert all(len(edges) == 2 for _, edges in answers)
        assert all(len(edge["node"]) == (1 if skipped else 2) for skipped, edges in answers for edge in edges)


def test_a_thread_that_lost_what_directs_a_document_works_it_out_again(enact: Make) -> None:
    """Between its two looks another thread may push out what the first one kept."""
    text = "query($on: Boolean!) { laws { edges { node { id name @skip(if: $on) } } } }"
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation is not None

    class Forgetful(Plans):
        """Forgets at once."""

        def _kept(self, store: Any, key: Any, value: Any) -> Any:
            super()._kept(store, key, value)
            store.clear()
            return value

    for on in (True, False):
        key, plan = Forgetful(schema.graphql_schema).plan("d", document, operation, {"on": on})
        assert key[2:] == (on,)
        assert plan is not None


def test_only_so_many_plans_are_kept(both: Both, enact: Make) -> None:
    enact(1)
    both.plans = Plans(examples, size=10)
    for n in range(50):
        both.agree(f"query($on: Boolean!) {{ laws {{ a{n}: name @skip(if: $on) }} }}", variables={"on": n % 2 == 0})
        both.agree("{ byHand laws { name } }")
    # The one that was asked each time is still known as none.
    assert len(both.plans._plans) == len(both.plans._directing) == 10
    assert None in both.plans._plans.values()


def test_an_operation_has_a_plan_for_so_many_sets_of_its_directives_and_the_right_answer_for_all(
    both: Both, enact: Make
) -> None:
    enact(1)
    names = [f"v{n}" for n in range(6)]
    text = (
        f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ laws {{ x: name"
        f" {' '.join(f'{name}: name @skip(if: ${name})' for name in names)} }} }}"
    )
    planned = 0
    for number in range(64):
        wanted = {name: bool(number >> n & 1) for n, name in enumerate(names)}
        plan, core = both.agree(text, variables=wanted)
        planned += plan.answer is not None
        assert core.data["laws"][0].keys() == {"x", *(name for name in names if not wanted[name])}
    assert planned == len(both.plans._plans) == MAX_VARIANTS


def test_an_operation_whose_plans_were_pushed_out_gets_new_ones(both: Both, enact: Make) -> None:
    enact(1)
    both.plans = Plans(examples, size=5)
    text = "query($a: Boolean!, $b: Boolean!, $c: Boolean!) { laws { name @skip(if: $a) x: name @skip(if: $b)"
    for n in range(3 * MAX_VARIANTS):
        variables = {name: bool(n >> place & 1) for place, name in enumerate("abc")}
        plan, _ = both.agree(f"{text} y: name @skip(if: $c) }} }}", variables=variables)
        assert plan.answer is not None
        both.agree(f"{{ laws {{ name{n}: name }} }}")
        # Nothing is counted of what is not kept.
        assert sum(both.plans._variants.values()) == len(both.plans._plans) <= 5
        assert all(both.plans._variants.values())


def kept(both: Both) -> int:
    """How many statements the one source of the one plan keeps."""
    (plan,) = both.plans._plans.values()
    ((_, answer),) = plan._entries
    step = answer.__self__
    return len(step.statements if hasattr(step, "statements") else step._table.statements)


def test_only_so_many_statements_are_kept_of_one_source(both: Both, enact: Make) -> None:
    enact(2)
    text = "query($n: Int, $at: String) { lawPage(first: $n, after: $at) { edges { cursor node { name } } } }"
    cursor = both.agree(text)[0].data["lawPage"]["edges"][0]["cursor"]
    sizes = set()
    for size in range(1, 101):
        for at in (None, cursor):
            plan, _ = both.agree(text, variables={"n": size, "at": at})
            assert plan.answer is not None
            sizes.add(kept(both))
    assert max(sizes) == MAX_FORMS


def test_a_count_keeps_only_so_many_statements_as_well(both: Both) -> None:
    text = "query($words: [String!]!) { countOf(words: $words) }"
    sizes = set()
    for number in range(100):
        plan, _ = both.agree(text, variables={"words": ["x"] * number})
        assert plan.data == {"countOf": 0}
        sizes.add(kept(both))
    assert max(sizes) == MAX_FORMS
