from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications import services
from backend.notifications.models import Device, InboxMark, Notification, RegionalRead
from backend.schema.server.ids import encode_id
from tests.notifications.conftest import NEIGHBOUR, VILLAGE

Ask = Callable[..., dict[str, Any]]
Tell = Callable[..., Notification]
TOKEN = "phone-one:" + "x" * 30

INBOX = """query($first: Int, $after: String, $last: Int, $before: String) {
  inbox(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id kind title body link createdAt isRead } }
    pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
  }
}"""
REGISTER = """mutation($token: String!, $platform: DevicePlatform!) {
  registerDevice(input: { token: $token, platform: $platform }) {
    device { id platform active seenAt } errors { code field message }
  }
}"""
UNREGISTER = """mutation($token: String!) {
  unregisterDevice(input: { token: $token }) { unregistered errors { code } }
}"""
MARK = """mutation($ids: [ID!]!) {
  markNotificationsRead(input: { ids: $ids }) { unreadCount errors { code field } }
}"""
MARK_ALL = "mutation { markAllNotificationsRead(input: {}) { unreadCount errors { code } } }"


@pytest.fixture
def notices(villager: User, neighbour: User, tell: Tell) -> list[Notification]:
    """Seven in the villager's inbox, oldest first, and two that are not."""
    rows = []
    for number in range(7):
        if number % 2:
            rows.append(tell(villager, key=f"message:{number}", title=f"第{number}条"))
        else:
            values = {"kind": "content", "title": f"第{number}条", "body": "内容", "link": "article/1"}
            rows.append(services.notify_division(division_code=VILLAGE, key=f"article:{number}", **values))
    tell(neighbour)
    services.notify_division(division_code=NEIGHBOUR, kind="content", title="邻村", body="内容", link="", key="a")
    return rows


def titles(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["title"] for edge in answer["data"]["inbox"]["edges"]]


def test_inbox_is_merged_and_paged_both_ways(
    villager: User, notices: list[Notification], ask: Ask, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        first = ask(INBOX, villager, first=3)
    assert titles(first) == ["第6条", "第5条", "第4条"]
    assert first["data"]["inbox"]["edges"][1]["node"] == {
        "id": encode_id("Notification", notices[5].pk),
        "kind": "GROUP_MESSAGE",
        "title": "第5条",
        "body": "群里有新消息",
        "link": "group/1",
        "createdAt": notices[5].created_at.isoformat(),
        "isRead": False,
    }
    info = first["data"]["inbox"]["pageInfo"]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)
    with django_assert_num_queries(1):
        rest = ask(INBOX, villager, first=20, after=info["endCursor"])
    assert titles(rest) == ["第3条", "第2条", "第1条", "第0条"]
    assert not rest["data"]["inbox"]["pageInfo"]["hasNextPage"]
    back = ask(INBOX, villager, last=2, before=rest["data"]["inbox"]["pageInfo"]["startCursor"])
    assert titles(back) == ["第5条", "第4条"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"first": 0}, "INVALID_PAGE"),
        ({"first": 101}, "INVALID_PAGE"),
        ({"first": 1, "last": 1}, "INVALID_PAGE"),
        ({"after": "nonsense"}, "INVALID_CURSOR"),
        ({"after": "WzFd"}, "INVALID_CURSOR"),
        ({"after": "WyJ4IiwxXQ"}, "INVALID_CURSOR"),
    ],
)
def test_inbox_refuses_what_is_no_page(villager: User, ask: Ask, arguments: dict[str, Any], code: str):
    answer = ask(INBOX, villager, **arguments)
    assert answer["errors"][0]["extensions"]["code"] == code
    assert answer["data"] == {"inbox": None}


def test_unread_count_beside_other_fields(
    villager: User, notices: list[Notification], ask: Ask, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        assert ask("{ unreadCount }", villager) == {"data": {"unreadCount": 7}}


def test_mark_read_then_all(villager: User, notices: list[Notification], ask: Ask):
    ids = [encode_id("Notification", row.pk) for row in notices[:3]]
    answer = ask(MARK, villager, ids=ids)
    assert answer["data"]["markNotificationsRead"] == {"unreadCount": 4, "errors": []}
    read = [edge["node"]["isRead"] for edge in ask(INBOX, villager)["data"]["inbox"]["edges"]]
    assert read == [False] * 4 + [True] * 3
    answer = ask(MARK_ALL, villager)
    assert answer["data"]["markAllNotificationsRead"] == {"unreadCount": 0, "errors": []}


def test_mark_read_passes_over_what_is_not_ones_own(villager: User, neighbour: User, tell: Tell, ask: Ask):
    other = tell(neighbour)
    answer = ask(MARK, villager, ids=[encode_id("Notification", other.pk)])
    assert answer["data"]["markNotificationsRead"]["errors"] == []
    other.refresh_from_db()
    assert other.read_at is None


def bad_ids() -> list[tuple[list[str], str]]:
    many = [encode_id("Notification", number) for number in range(1, 102)]
    return [(["x"], "INVALID_ID"), ([encode_id("Device", 1)], "INVALID_ID"), (many, "TOO_MANY_NOTICES")]


@pytest.mark.parametrize(("ids", "code"), bad_ids(), ids=["malformed", "of another type", "too many"])
def test_mark_read_refusals_change_nothing(
    villager: User, notices: list[Notification], ask: Ask, ids: list[str], code: str
):
    answer = ask(MARK, villager, ids=[encode_id("Notification", notices[1].pk), *ids])
    payload = answer["data"]["markNotificationsRead"]
    assert payload == {"unreadCount": None, "errors": [{"code": code, "field": "ids"}]}
    assert not Notification.objects.exclude(read_at=None).exists()
    assert not RegionalRead.objects.exists()


def test_register_and_unregister_device(villager: User, ask: Ask):
    answer = ask(REGISTER, villager, token=TOKEN, platform="ANDROID")["data"]["registerDevice"]
    device = Device.objects.get()
    assert answer["errors"] == []
    assert answer["device"]["id"] == encode_id("Device", device.pk)
    assert (answer["device"]["platform"], answer["device"]["active"]) == ("ANDROID", True)
    assert (device.user, device.token, device.platform) == (villager, TOKEN, "android")
    gone = ask(UNREGISTER, villager, token=TOKEN)["data"]["unregisterDevice"]
    assert gone == {"unregistered": True, "errors": []}
    device.refresh_from_db()
    assert not device.active


def test_register_device_refuses_a_bad_token(villager: User, ask: Ask):
    answer = ask(REGISTER, villager, token="短", platform="IOS")["data"]["registerDevice"]
    assert answer["device"] is None
    [error] = answer["errors"]
    assert (error["code"], error["field"]) == ("INVALID_DEVICE_TOKEN", "token")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (REGISTER, {"token": TOKEN, "platform": "ANDROID"}),
        (UNREGISTER, {"token": TOKEN}),
        (MARK, {"ids": []}),
        (MARK_ALL, {}),
    ],
    ids=["register", "unregister", "mark", "mark all"],
)
def test_writes_need_a_person(notices: list[Notification], ask: Ask, query: str, variables: dict[str, Any]):
    [payload] = ask(query, None, **variables)["data"].values()
    assert payload["errors"][0]["code"] == "SIGN_IN_REQUIRED"
    assert not Device.objects.exists()
    assert not InboxMark.objects.exists()
    assert not Notification.objects.exclude(read_at=None).exists()


def test_reads_need_a_person_and_leave_the_rest_of_an_answer(divisions: Any, ask: Ask):
    answer = ask("{ inbox { edges { node { id } } } unreadCount divisions { code } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SIGN_IN_REQUIRED"] * 2
    assert answer["data"] == {"inbox": None, "unreadCount": None, "divisions": [{"code": "510000000000"}]}


def test_the_inbox_shows_nothing_of_tokens_or_people():
    from backend.schema import schema

    for name in ("Notification", "Device"):
        fields = schema.graphql_schema.type_map[name].fields  # type: ignore[attr-defined] # both are object types
        assert not {"token", "user", "recipient", "key", "deliveries"} & set(fields)
