"""Relay's lists and the scalars of time look as graphene's own do, but for the words."""

from datetime import UTC, date, datetime
from typing import Any

import graphene
from graphql import GraphQLSchema, find_breaking_changes, find_dangerous_changes

from backend.schema.plans import relay
from backend.schema.server import scalars


def contract(connection: Any, day: Any, moment: Any) -> graphene.Schema:
    """One list of laws, made with these."""

    class Law(graphene.ObjectType):
        """A law [法律]."""

        name = graphene.String(description="Its name [名称].")

    class LawConnection(connection):
        """A page of laws [法律列表]."""

        class Meta:
            node = Law

    class Query(graphene.ObjectType):
        laws = graphene.Field(LawConnection)
        on = day()
        at = moment()

        @staticmethod
        def resolve_laws(*_: Any) -> Any:
            edges = [LawConnection.Edge(node=Law(name="民法典"), cursor="a")]
            info = relay.PageInfo(has_next_page=True, has_previous_page=False, start_cursor="a", end_cursor="a")
            return LawConnection(edges=edges, page_info=info)

        @staticmethod
        def resolve_on(*_: Any) -> date:
            return date(2027, 1, 10)

        @staticmethod
        def resolve_at(*_: Any) -> datetime:
            return datetime(2027, 1, 10, 8, 30, tzinfo=UTC)

    return graphene.Schema(query=Query)


OURS = contract(relay.Connection, scalars.Date, scalars.DateTime)


def test_the_contract_is_that_of_graphenes_own() -> None:
    stock: GraphQLSchema = contract(graphene.relay.Connection, graphene.Date, graphene.DateTime).graphql_schema
    for pair in ((stock, OURS.graphql_schema), (OURS.graphql_schema, stock)):
        assert find_breaking_changes(*pair) + find_dangerous_changes(*pair) == []


def test_all_that_is_made_for_a_list_is_described() -> None:
    types = OURS.graphql_schema.type_map
    made = [types[name] for name in ("LawConnection", "LawEdge", "PageInfo", "Date", "DateTime")]
    made += [field for kind in made for field in getattr(kind, "fields", {}).values()]
    assert [part for part in made if "[" not in (part.description or "")] == []


def test_a_page_is_answered() -> None:
    answer = OURS.execute("{ on at laws { edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }")
    assert answer.errors is None
    assert answer.data == {
        "on": "2027-01-10",
        "at": "2027-01-10T08:30:00+00:00",
        "laws": {
            "edges": [{"cursor": "a", "node": {"name": "民法典"}}],
            "pageInfo": {"hasNextPage": True, "endCursor": "a"},
        },
    }
