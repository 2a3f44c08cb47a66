"""What a change answers with is no way around: it shows what the person may see anyway, and a refusal shows nothing.

Each change is tried by each person with every id and code that somebody could guess.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from graphql import get_named_type

from backend.accounts import services
from backend.accounts.models import DevelopmentSms, User
from tests.schema.permissions.asking import SCHEMA, Asker
from tests.schema.permissions.crawl import Facts
from tests.schema.permissions.rows import all_ids, everything
from tests.schema.permissions.world import FAR, HOME, NEXT, PROVINCE, World

PHONE, ADDRESS = "+8610000000109", "192.0.2.1"
Inputs = list[dict[str, Any]]
Rows = dict[str, list[Any]]
Tried = Callable[[str, str], Iterator[tuple[dict[str, Any], Rows]]]
#: By change, the inputs to try it with.
INPUTS: dict[str, Callable[[], Inputs]] = {
    "bookmarkItem": lambda: [
        {"id": each, "bookmarked": kept} for each in all_ids("ContentItem") for kept in (True, False)
    ],
    "confirmCode": lambda: [_challenged(), {"challenge": "x", "code": "000000"}],
    "finishUpload": lambda: [{"mediaId": each} for each in all_ids("Media")],
    "likeItem": lambda: [{"id": each, "liked": liked} for each in all_ids("ContentItem") for liked in (True, False)],
    "joinVillage": lambda: [{"village": code} for code in (HOME, NEXT, FAR, PROVINCE, "510114006099")],
    "markAllNotificationsRead": lambda: [{}],
    "markGroupRead": lambda: [{"groupId": each, "seq": seq} for each in all_ids("VillageGroup") for seq in (1, 99)],
    "markNotificationsRead": lambda: [{"ids": all_ids("Notification")}, {"ids": all_ids("Message")[:1]}],
    "postMessage": lambda: [*_posts()],
    "recordReading": lambda: [{"id": each, "progress": 30, "place": "x"} for each in all_ids("ContentItem")],
    "registerDevice": lambda: [{"token": "x" * 40, "platform": "ANDROID"}, {"token": "x", "platform": "ANDROID"}],
    "reportContentError": lambda: [
        {"id": each, "text": "日期写错了", "language": "BO"} for each in all_ids("ContentItem")
    ],
    "requestCode": lambda: [{"phone": PHONE}, {"phone": "x"}],
    "requestUpload": lambda: [
        {"purpose": purpose, "contentType": "image/png", "size": 9} for purpose in ("COVER", "MESSAGE")
    ],
    "shareItem": lambda: [{"id": each} for each in all_ids("ContentItem")],
    "signOut": lambda: [{}],
    "unregisterDevice": lambda: [{"token": "x" * 40}],
    "updateProfile": lambda: [{"nickname": "新名字"}, {"nickname": "13900000000"}],
}


def _challenged() -> dict[str, Any]:
    challenge = services.request_code(phone=PHONE, address=ADDRESS)
    text = DevelopmentSms.objects.filter(phone=PHONE)[0].text
    return {"challenge": challenge, "code": "".join(c for c in text if c.isdecimal())[:6]}


def _posts() -> Iterator[dict[str, Any]]:
    """Anew, as the answer to a line, as if to repeat what somebody else has sent, and with every picture."""
    groups = all_ids("VillageGroup")
    for group in groups:
        yield {"groupId": group, "clientKey": "new", "text": "问"}
        yield {"groupId": group, "clientKey": "new", "text": "问", "replyTo": 1}
        yield {"groupId": group, "clientKey": "h1", "text": "《民法典》第一千零六十二条怎么理解？"}
    for picture in all_ids("Media"):
        yield {"groupId": groups[0], "clientKey": "new", "mediaId": picture}


@pytest.fixture
def tried(world: World, asker: Asker, settings: Any) -> Tried:
    """Tries a change as a person with each input. Gives each payload and all rows as they were before.

    What a change has changed is undone once its payload was looked at.
    """

    def attempt(change: str, persona: str) -> Iterator[tuple[dict[str, Any], Rows]]:
        # The counters that limit sign-in are keyed by it.
        settings.SECRET_KEY = secrets.token_urlsafe(50)
        inputs, before = INPUTS[change](), everything()
        for given in inputs:
            with transaction.atomic():
                viewer = world.people[persona]
                if viewer is not None:
                    viewer.refresh_from_db()
                answer = asker.everything("mutation", change, viewer, {"input": given})
                assert "errors" not in answer, answer
                yield answer["data"][change], before
                transaction.set_rollback(True)

    return attempt


@pytest.mark.parametrize("change", INPUTS)
def test_a_payload_shows_what_its_person_may_see(world: World, asker: Asker, tried: Tried, change: str) -> None:
    seen: set[str] = set()
    for persona, viewer in world.people.items():
        for payload, before in tried(change, persona):
            facts = Facts()
            facts.learn(payload, f"Mutation.{change}")
            seen |= facts.seen
            for of, things in facts.things.items():
                assert asker.by_id(of, list(things), viewer) == list(things.values()), (persona, of)
            if payload.get("viewer"):
                # Signing in answers as the person that one has just become.
                person = User.objects.get(phone=PHONE) if change == "confirmCode" else viewer
                assert payload["viewer"] == asker.everything("query", "viewer", person, {})["data"]["viewer"]
            if payload["errors"]:
                assert {key for key, value in payload.items() if value is not None} == {"__typename", "errors"}
                assert everything() == before, (persona, payload)
    assert _shown_by(change) <= seen


def _shown_by(change: str) -> set[str]:
    """The fields of the payload, and of what only payloads have."""
    payload = get_named_type(SCHEMA.mutation_type.fields[change].type)  # type: ignore[union-attr]
    below = {get_named_type(field.type) for field in payload.fields.values()}  # type: ignore[union-attr]
    kinds = {of for of in below if of.name in ("Device", "UploadTicket")} | {payload}
    return {f"{of.name}.{name}" for of in kinds for name in of.fields} - {f"{payload.name}.clientMutationId"}  # type: ignore[union-attr]


def test_every_change_is_tried() -> None:
    assert INPUTS.keys() == SCHEMA.mutation_type.fields.keys()  # type: ignore[union-attr]
