"""Signing in as a client does it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.utils import timezone

from backend.accounts import services, tokens
from backend.accounts.errors import TokenInvalid
from backend.accounts.models import AccessToken, PeopleGroup, RoleGrant, User
from backend.regions.models import Division
from backend.schema.endpoint import engine
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import encode
from tests.accounts.conftest import OTHER_PHONE, PHONE, code_sent_to, nothing_changes, wrong
from tests.conftest import Ask

REQUEST = """mutation ($phone: String!) {
  requestCode(input: {phone: $phone}) { challenge errors { code field message } }
}"""
CONFIRM = """mutation ($challenge: ID!, $code: String!) {
  confirmCode(input: {challenge: $challenge, code: $code}) {
    token expiresAt viewer { id nickname displayName language village { code } roles { role division { code } } }
    errors { code field message }
  }
}"""
VIEWER = """{ viewer {
  id nickname displayName language village { code name fullName } roles { role division { name } }
} }"""
UPDATE = """mutation ($nickname: String, $language: Language) {
  updateProfile(input: {nickname: $nickname, language: $language}) {
    viewer { nickname language } errors { code field message }
  }
}"""
SIGN_OUT = "mutation { signOut(input: {}) { signedOut errors { code field message } } }"


def data(answer: dict[str, Any]) -> Any:
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def with_token(query: str, token: str) -> dict[str, Any]:
    """As the transport runs it for a request that carries a token."""
    user, expires_at = tokens.identify(token)
    context = Context(Identity(viewer=user, expires_at=expires_at, token=token), address="192.0.2.1")
    return dict(orjson.loads(encode(engine().execute(engine().documents.load(query), context))))


def test_a_villager_signs_in_and_out(ask: Ask) -> None:
    asked = data(ask(REQUEST, phone="100 0000 0101"))
    assert asked["errors"] == []
    done = data(ask(CONFIRM, challenge=asked["challenge"], code=code_sent_to(PHONE)))
    assert done["errors"] == []
    expires_at = datetime.fromisoformat(done["expiresAt"])
    assert timedelta(days=89) < expires_at - timezone.now() <= timedelta(days=90)
    user = User.objects.get()
    assert done["viewer"] == {
        "id": done["viewer"]["id"],
        "nickname": "",
        "displayName": f"村民{user.pk}",
        "language": "ZH_HANS",
        "village": None,
        "roles": [{"role": "VILLAGER", "division": None}],
    }
    assert data(with_token("{ viewer { id } }", done["token"])) == {"id": done["viewer"]["id"]}
    assert data(with_token(SIGN_OUT, done["token"])) == {"signedOut": True, "errors": []}
    with pytest.raises(TokenInvalid):
        tokens.identify(done["token"])


def test_a_phone_number_is_in_no_answer(ask: Ask) -> None:
    asked = ask(REQUEST, phone=PHONE)
    done = ask(CONFIRM, challenge=data(asked)["challenge"], code=code_sent_to(PHONE))
    assert PHONE[3:] not in f"{asked}{done}"


def test_the_answer_has_one_shape_for_known_and_unknown(ask: Ask, make_user: Callable[..., User]) -> None:
    make_user(phone=OTHER_PHONE, phone_verified_at=timezone.now())
    shapes = {re.sub(r"[a-z0-9]{32}", "?", str(ask(REQUEST, phone=phone))) for phone in (PHONE, OTHER_PHONE)}
    assert shapes == {"{'data': {'requestCode': {'challenge': '?', 'errors': []}}}"}


def refusal(payload: dict[str, Any]) -> tuple[str, str]:
    [error] = payload.pop("errors")
    assert re.search(r"[\u4e00-\u9fff]", error["message"])
    assert not any(payload.values())
    return error["code"], error["field"]


def test_refusals_come_as_data(ask: Ask) -> None:
    with nothing_changes():
        assert refusal(data(ask(REQUEST, phone="12345"))) == ("INVALID_PHONE", "phone")
    challenge = data(ask(REQUEST, phone=PHONE))["challenge"]
    with nothing_changes():
        assert refusal(data(ask(REQUEST, phone=PHONE))) == ("TOO_MANY_REQUESTS", "")
        assert refusal(data(ask(CONFIRM, challenge=challenge, code="12"))) == ("CODE_WRONG", "code")
        assert refusal(data(ask(CONFIRM, challenge="?", code="123456"))) == ("CODE_EXPIRED", "challenge")
    bad = wrong(code_sent_to(PHONE))
    codes = [refusal(data(ask(CONFIRM, challenge=challenge, code=bad)))[0] for _ in range(6)]
    assert codes == ["CODE_WRONG"] * 4 + ["TOO_MANY_TRIES", "CODE_EXPIRED"]
    assert AccessToken.objects.count() == 0


def test_sms_that_cannot_be_sent(ask: Ask, settings: Any) -> None:
    settings.SMS_SENDER, settings.SMS_URL, settings.SMS_TOKEN = "http", "http://127.0.0.1:1/", "sesame"
    with nothing_changes():
        assert refusal(data(ask(REQUEST, phone=PHONE))) == ("SMS_NOT_SENT", "")


def test_nobody_is_no_viewer(ask: Ask) -> None:
    assert ask(VIEWER) == {"data": {"viewer": None}}


def test_viewer_costs_a_fixed_number_of_statements(
    ask: Ask,
    make_user: Callable[..., User],
    divisions: dict[str, Division],
    django_assert_num_queries: Any,
) -> None:
    user = make_user(nickname="陈主任", village=divisions["510114006003"])
    for role, code in (("official", "510114006003"), ("staff", "510114000000"), ("supervisor", "510100000000")):
        services.grant_role(user=user, role=RoleGrant.Role(role), division=divisions[code])
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(3):  # the village; the villages advised; the roles with their divisions
        viewer = data(ask(VIEWER, user))
    assert viewer["village"] == {
        "code": "510114006003",
        "name": "木兰社区居委会",
        "fullName": "四川省 成都市 新都区 石板滩街道 木兰社区居委会",
    }
    assert viewer["roles"] == [
        {"role": "VILLAGER", "division": None},
        {"role": "OFFICIAL", "division": {"name": "木兰社区居委会"}},
        {"role": "STAFF", "division": {"name": "新都区"}},
        {"role": "SUPERVISOR", "division": {"name": "成都市"}},
    ]
    with django_assert_num_queries(0):
        ask("{ viewer { id nickname displayName language } }", user)


def test_update_profile(ask: Ask, make_user: Callable[..., User]) -> None:
    user = make_user(nickname="王大姐")
    done = data(ask(UPDATE, user, nickname="王 姐", language="BO"))
    assert done == {"viewer": {"nickname": "王 姐", "language": "BO"}, "errors": []}
    done = data(ask(UPDATE, user, language="II", nickname=None))
    assert done["viewer"] == {"nickname": "王 姐", "language": "II"}
    user.refresh_from_db()
    assert (user.nickname, user.language) == ("王 姐", "ii")


def test_update_profile_refusals(ask: Ask, make_user: Callable[..., User]) -> None:
    user = make_user(nickname="王大姐")
    with nothing_changes():
        assert refusal(data(ask(UPDATE, user, nickname=" "))) == ("INVALID_NICKNAME", "nickname")
        assert refusal(data(ask(UPDATE, nickname="王姐"))) == ("SIGN_IN_REQUIRED", "")
        assert refusal(data(ask(SIGN_OUT))) == ("SIGN_IN_REQUIRED", "")
        assert "errors" in ask(UPDATE, user, language="KLINGON")


GROUPS = """mutation ($groups: [PeopleGroup!]) {
  updateProfile(input: {peopleGroups: $groups}) { viewer { peopleGroups } errors { code } } }"""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["SCHOOLS"], ["SCHOOLS"]),
        (["MONASTERIES", "AGENCIES", "MONASTERIES"], ["AGENCIES", "MONASTERIES"]),
        ([], []),
        (None, ["VILLAGES"]),
    ],
    ids=["one", "several, one twice", "none", "left as they are"],
)
def test_a_person_says_to_which_groups_they_belong(
    ask: Ask, make_user: Callable[..., User], given: list[str] | None, kept: list[str]
) -> None:
    user = make_user(people_groups=PeopleGroup.VILLAGES)
    assert data(ask(GROUPS, user, groups=given)) == {"viewer": {"peopleGroups": kept}, "errors": []}
    assert data(ask("{ viewer { peopleGroups } }", User.objects.get(pk=user.pk))) == {"peopleGroups": kept}


def test_groups_that_are_none_change_nothing(ask: Ask, make_user: Callable[..., User]) -> None:
    user = make_user(people_groups=PeopleGroup.VILLAGES)
    assert "errors" in ask(GROUPS, user, groups=["SCHOOLS", "PIRATES"])
    assert data(ask(GROUPS, None, groups=["SCHOOLS"]))["errors"] == [{"code": "SIGN_IN_REQUIRED"}]
    user.refresh_from_db()
    assert user.people_groups == PeopleGroup.VILLAGES
