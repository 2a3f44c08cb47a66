"""What clients get: the contract's side of groups and advisors, and what bad input gets."""

from typing import Any

import pytest

from backend.advisors import services
from backend.advisors.models import Membership, Message, VillageGroup
from backend.schema.server.ids import encode_id
from tests.advisors.conftest import VILLAGE, Village, period
from tests.conftest import Ask

POST = """mutation P($input: PostMessageInput!) {
  postMessage(input: $input) { message { seq } errors { code field message } }
}"""
JOIN = """mutation J($input: JoinVillageInput!) {
  joinVillage(input: $input) { group { id } errors { code field message } }
}"""
READ = """mutation R($input: MarkGroupReadInput!) {
  markGroupRead(input: $input) { group { unreadCount } errors { code field message } }
}"""
GROUP = """query G($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  group(id: $id) {
    unreadCount memberCount lastSeq readSeq village { name } advisor { name office kind licenceNumber }
    messages(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { seq text author { name } clientKey isAdvisor } }
      pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    }
  }
}"""


def group_id(village: Village) -> str:
    return encode_id("VillageGroup", village.group.pk)


def counts() -> tuple[int, ...]:
    return (Message.objects.count(), Membership.objects.count(), VillageGroup.objects.count())


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(
    ("change", "expected", "field"),
    [
        ({"groupId": "nonsense"}, "INVALID_ID", "groupId"),
        ({"groupId": encode_id("Message", 1)}, "INVALID_ID", "groupId"),
        ({"groupId": encode_id("VillageGroup", "1 OR 1=1")}, "INVALID_ID", "groupId"),
        ({"groupId": encode_id("VillageGroup", 1 << 70)}, "INVALID_ID", "groupId"),
        ({"groupId": encode_id("VillageGroup", 999_999)}, "GROUP_NOT_FOUND", "groupId"),
        ({"text": "字" * 2001}, "MESSAGE_TOO_LONG", "text"),
        ({"text": ""}, "EMPTY_MESSAGE", "text"),
        ({"clientKey": ""}, "INVALID_CLIENT_KEY", "clientKey"),
        ({"mediaId": "x"}, "INVALID_ID", "mediaId"),
        ({"replyTo": 99}, "INVALID_POSITION", "replyTo"),
    ],
)
def test_a_bad_post_is_refused_with_code_field_and_sentence(
    ask: Ask, village: Village, change: dict[str, Any], expected: str, field: str
) -> None:
    before = counts()
    values = {"groupId": group_id(village), "clientKey": "k", "text": "问题", **change}
    payload = ask(POST, village.villager, input=values)["data"]["postMessage"]
    assert payload["message"] is None
    [error] = payload["errors"]
    assert (error["code"], error["field"]) == (expected, field)
    assert any("一" <= character <= "鿿" for character in error["message"])
    assert counts() == before


def test_nobody_and_strangers_are_refused(ask: Ask, village: Village) -> None:
    before = counts()
    values = {"groupId": group_id(village), "clientKey": "k", "text": "问题"}
    assert ask(POST, None, input=values)["data"]["postMessage"]["errors"][0]["code"] == "SIGN_IN_REQUIRED"
    assert ask(POST, village.stranger, input=values)["data"]["postMessage"]["errors"][0]["code"] == "NOT_A_MEMBER"
    for viewer, expected in ((None, "SIGN_IN_REQUIRED"), (village.stranger, "NOT_A_MEMBER")):
        answer = ask(GROUP, viewer, id=group_id(village))
        assert (answer["data"], code(answer)) == ({"group": None}, expected)
    assert code(ask("{ myGroups { id } }")) == "SIGN_IN_REQUIRED"
    assert counts() == before


@pytest.mark.parametrize(
    ("code_given", "expected"),
    [
        ("", "INVALID_DIVISION"),
        ("51", "INVALID_DIVISION"),
        ("５１０１１４００６００３", "INVALID_DIVISION"),
        ("510114006000", "INVALID_DIVISION"),
        ("510114006099", "NOT_FOUND"),
    ],
)
def test_a_bad_village_is_refused(ask: Ask, village: Village, code_given: str, expected: str) -> None:
    before = counts()
    payload = ask(JOIN, village.villager, input={"village": code_given})["data"]["joinVillage"]
    assert (payload["group"], payload["errors"][0]["code"]) == (None, expected)
    assert counts() == before
    village.villager.refresh_from_db()
    assert village.villager.village_id == VILLAGE


def test_a_member_sees_the_group_and_pages_through_it_both_ways(ask: Ask, village: Village) -> None:
    for n in range(1, 6):
        services.post_message(author=village.other, group_id=village.group.pk, client_key=str(n), text=f"第{n}条")
    answer = ask(GROUP, village.villager, id=group_id(village), first=2)
    group = answer["data"]["group"]
    assert group["advisor"] == {
        "name": "律师1",
        "office": "测试律师事务所",
        "kind": "LAWYER",
        "licenceNumber": "15101202610000001",
    }
    assert (group["unreadCount"], group["memberCount"], group["lastSeq"], group["readSeq"]) == (5, 3, 5, 0)
    first = group["messages"]
    assert [edge["node"]["seq"] for edge in first["edges"]] == [1, 2]
    assert first["pageInfo"]["hasNextPage"] is True
    after = ask(GROUP, village.villager, id=group_id(village), first=9, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["seq"] for edge in after["data"]["group"]["messages"]["edges"]] == [3, 4, 5]
    last = ask(GROUP, village.villager, id=group_id(village), last=2)["data"]["group"]["messages"]
    assert [edge["node"]["seq"] for edge in last["edges"]] == [4, 5]
    assert last["pageInfo"]["hasPreviousPage"] is True
    before = ask(GROUP, village.villager, id=group_id(village), last=2, before=last["pageInfo"]["startCursor"])
    assert [edge["node"]["seq"] for edge in before["data"]["group"]["messages"]["edges"]] == [2, 3]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"after": "nonsense"}, "INVALID_CURSOR"),
        ({"after": "W10"}, "INVALID_CURSOR"),
        ({"after": "WyJ4Il0"}, "INVALID_CURSOR"),
        ({"after": "W251bGxd"}, "INVALID_CURSOR"),
        ({"after": "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld"}, "INVALID_CURSOR"),
        ({"after": "村"}, "INVALID_CURSOR"),
        ({"before": "!"}, "INVALID_CURSOR"),
        ({"first": 0}, "INVALID_PAGE"),
        ({"first": 101}, "INVALID_PAGE"),
        ({"first": -1}, "INVALID_PAGE"),
        ({"first": 1, "last": 1}, "INVALID_PAGE"),
    ],
)
def test_a_bad_page_is_refused(ask: Ask, village: Village, arguments: dict[str, Any], expected: str) -> None:
    assert code(ask(GROUP, village.villager, id=group_id(village), **arguments)) == expected


def test_reading_over_the_contract(ask: Ask, village: Village) -> None:
    services.post_message(author=village.other, group_id=village.group.pk, client_key="1", text="甲")
    done = ask(READ, village.villager, input={"groupId": group_id(village), "seq": 1})["data"]["markGroupRead"]
    assert done == {"group": {"unreadCount": 0}, "errors": []}
    refused = ask(READ, village.villager, input={"groupId": group_id(village), "seq": 2})["data"]["markGroupRead"]
    assert refused["errors"][0]["code"] == "INVALID_POSITION"


def test_anyone_may_ask_who_advises_a_village(ask: Ask, village: Village) -> None:
    query = "query A($v: ID!) { villageAdvisor(village: $v) { name } }"
    assert ask(query, v=VILLAGE)["data"]["villageAdvisor"] == {"name": "律师1"}
    assert ask(query, v=village.neighbour.code)["data"]["villageAdvisor"] is None
    assert code(ask(query, v="x")) == "INVALID_DIVISION"


def test_an_advisor_is_told_that_they_are_one_and_where(ask: Ask, village: Village) -> None:
    query = "{ viewer { roles { role division { code } } } }"
    assert ask(query, village.advisor.user)["data"]["viewer"]["roles"] == [
        {"role": "VILLAGER", "division": None},
        {"role": "ADVISOR", "division": {"code": VILLAGE}},
    ]
    services.end_appointment(appointment=village.appointment, reason="期满")
    assert ask(query, village.advisor.user)["data"]["viewer"]["roles"] == [{"role": "VILLAGER", "division": None}]


MANY = """{ myGroups { id messages(last: 2) {
  pageInfo { hasPreviousPage } edges { cursor node { seq author { name } } }
} } }"""
BESIDE = MANY[:-1] + 'contentItem(id: "bad") { id } }'


def test_pages_below_many_groups_cost_the_same_also_beside_what_is_refused(
    ask: Ask, village: Village, django_assert_num_queries: Any
) -> None:
    """A refusal makes graphql-core answer the whole operation; it reads the pages of all groups at once as well."""
    advisor, answers = village.advisor.user, []
    for place in (village.division, village.neighbour):
        if place != village.division:
            services.appoint_advisor(advisor=village.advisor, village=place, **period())
        group = VillageGroup.objects.get(village=place)
        for n in range(3):
            services.post_message(author=advisor, group_id=group.pk, client_key=f"{n}", text=f"第{n}句")
        with django_assert_num_queries(2):
            planned = ask(MANY, advisor)
        # The plan's two, then the groups, which messages are shown, and those messages with their authors.
        with django_assert_num_queries(5):
            beside = ask(BESIDE, advisor)
        assert beside["errors"][0]["extensions"]["code"] == "INVALID_ID"
        assert beside["data"]["myGroups"] == planned["data"]["myGroups"]
        answers.append(planned["data"]["myGroups"])
    assert [len(groups) for groups in answers] == [1, 2]
    assert [[edge["node"]["seq"] for edge in group["messages"]["edges"]] for group in answers[1]] == [[2, 3], [2, 3]]
    assert all(group["messages"]["pageInfo"]["hasPreviousPage"] for group in answers[1])
