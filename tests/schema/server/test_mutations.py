"""Relay's mutations: what they are given, what they give back, and how they say no."""

from typing import Any

import graphene
import pytest

from backend.errors import Refusal
from backend.schema.server.mutations import Mutation


class TooBig(Refusal):
    code = "TOO_BIG"
    message = "太大了"
    retry_after = 60


class KeepNumber(Mutation):
    """Keep a number, up to 9 [保存数字]."""

    class Input:
        number = graphene.Int(required=True, description="Which [数字].")

    kept = graphene.Int(description="The number [数字].")

    @classmethod
    def perform(cls, _info: Any, **values: Any) -> dict[str, Any]:
        if values.pop("number") > 9:
            raise TooBig(field="number")
        return {"kept": 1, **values}


class Nothing(Mutation):
    """Do nothing [不操作]."""

    @classmethod
    def perform(cls, _info: Any, **values: Any) -> dict[str, Any]:
        return values


class Mutations(graphene.ObjectType):
    keep_number = KeepNumber.Field()
    nothing = Nothing.Field()


class Query(graphene.ObjectType):
    one = graphene.Int()


schema = graphene.Schema(query=Query, mutation=Mutations)
ASKED = "mutation ($input: KeepNumberInput!) { keepNumber(input: $input) { %s } }"


def keep(fields: str, **values: Any) -> Any:
    answer = schema.execute(ASKED % fields, variables={"input": values})
    assert answer.errors is None
    return answer.data["keepNumber"]


def test_what_was_done_is_given_back_without_errors() -> None:
    assert keep("kept errors { code }", number=9) == {"kept": 1, "errors": []}


def test_a_refusal_is_data() -> None:
    found = keep("kept errors { code field message retryAfter }", number=10)
    assert found == {
        "kept": None,
        "errors": [{"code": "TOO_BIG", "field": "number", "message": "太大了", "retryAfter": 60}],
    }


@pytest.mark.parametrize("number", [9, 10], ids=["done", "refused"])
def test_the_clients_mark_comes_back_and_the_service_does_not_see_it(number: int) -> None:
    assert keep("clientMutationId", number=number, clientMutationId="7") == {"clientMutationId": "7"}
    assert keep("clientMutationId", number=number) == {"clientMutationId": None}


def test_what_is_made_for_a_mutation_is_described() -> None:
    types = schema.graphql_schema.type_map
    assert types["KeepNumberInput"].description == "What `keepNumber` is given [保存数字]."
    assert types["NothingInput"].description == "What `nothing` is given [不操作]."
    assert list(types["KeepNumberInput"].fields) == ["number", "clientMutationId"]
    assert list(types["NothingInput"].fields) == ["clientMutationId"]
    made = [
        *types["Mutations"].fields["nothing"].args.values(),
        *types["NothingInput"].fields.values(),
        *types["NothingPayload"].fields.values(),
    ]
    assert [part.description for part in made if not part.description] == []


def test_a_mutation_without_a_service_says_so() -> None:
    class Forgotten(Mutation):
        """Forgotten [遗忘]."""

    with pytest.raises(NotImplementedError):
        Forgotten.perform(None)
