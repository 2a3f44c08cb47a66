"""Uploads as a client asks for them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import User
from backend.jobs.runner import run_pending
from backend.schema.server.ids import encode_id
from media import services
from media.models import MediaFile, Rendition
from media.storage import Ticket
from tests.conftest import Ask
from tests.media import samples
from tests.media.conftest import Disk, Place

DATA = samples.jpeg(640, 400, exif=samples.exif(6))

REQUEST = """mutation Request($purpose: MediaPurpose!, $type: String!, $size: Int!) {
  requestUpload(input: {purpose: $purpose, contentType: $type, size: $size}) {
    media { id purpose state refusal picture { url } }
    upload { url fields { name value } expiresAt }
    errors { code field message }
  }
}"""
FINISH = """mutation Finish($id: ID!) {
  finishUpload(input: {mediaId: $id}) { media { id state } errors { code field message } }
}"""
MEDIA = """query Media($id: ID!) {
  media(id: $id) { id purpose state refusal picture { id url width height bytes } }
}"""


def requested(ask: Ask, viewer: User | None, **changes: Any) -> dict[str, Any]:
    values = {"purpose": "MESSAGE", "type": "image/jpeg", "size": len(DATA), **changes}
    answer = ask(REQUEST, viewer, **values)
    assert "errors" not in answer, answer
    return answer["data"]["requestUpload"]


def ticket_of(upload: dict[str, Any]) -> Ticket:
    return Ticket(upload["url"], {field["name"]: field["value"] for field in upload["fields"]})


def test_the_whole_way(ask: Ask, place: Place, villager: User) -> None:
    given = requested(ask, villager)
    assert given["errors"] == []
    media_id = given["media"]["id"]
    assert given["media"] == {
        "id": media_id,
        "purpose": "MESSAGE",
        "state": "AWAITING",
        "refusal": None,
        "picture": None,
    }
    assert place.post(ticket_of(given["upload"]), DATA) == 204
    answer = ask(FINISH, villager, id=media_id)
    assert answer["data"]["finishUpload"] == {"media": {"id": media_id, "state": "CHECKING"}, "errors": []}
    assert ask(MEDIA, villager, id=media_id)["data"]["media"]["picture"] is None
    assert run_pending() == 1
    media = ask(MEDIA, villager, id=media_id)["data"]["media"]
    assert (media["state"], media["refusal"]) == ("READY", None)
    picture = media["picture"]
    assert (picture["width"], picture["height"]) == (400, 640), "upright"
    status, body, content_type = place.get(picture["url"])
    assert (status, len(body), content_type) == (200, picture["bytes"], "image/webp")


def test_a_refused_upload_says_why(ask: Ask, disk: Disk, villager: User) -> None:
    given = requested(ask, villager)
    assert disk.post(ticket_of(given["upload"]), b"<html>") == 204
    ask(FINISH, villager, id=given["media"]["id"])
    run_pending()
    media = ask(MEDIA, villager, id=given["media"]["id"])["data"]["media"]
    assert (media["state"], media["picture"]) == ("REFUSED", None)
    assert media["refusal"] == "文件内容与声明的图片类型不符，只支持 JPEG、PNG、WebP 图片"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"type": "image/svg+xml"}, "UNSUPPORTED_MEDIA_TYPE", "contentType"),
        ({"size": 10_485_761}, "FILE_TOO_LARGE", "size"),
        ({"size": 0}, "INVALID_INPUT", "size"),
        ({"purpose": "COVER"}, "FORBIDDEN", "purpose"),
    ],
)
def test_requests_refused(ask: Ask, villager: User, changes: dict[str, Any], code: str, field: str) -> None:
    given = requested(ask, villager, **changes)
    assert [(error["code"], error["field"]) for error in given["errors"]] == [(code, field)]
    assert given["media"] is given["upload"] is None
    assert not MediaFile.objects.exists()


def test_too_many_uploads(ask: Ask, villager: User) -> None:
    for _ in range(services.MAX_OPEN_UPLOADS):
        requested(ask, villager)
    errors = requested(ask, villager)["errors"]
    assert [(error["code"], error["message"]) for error in errors] == [
        ("TOO_MANY_UPLOADS", "未完成的上传太多，请先完成或稍后再试")
    ]
    assert MediaFile.objects.count() == services.MAX_OPEN_UPLOADS


def test_nobody_uploads_without_signing_in(ask: Ask, villager: User) -> None:
    assert [error["code"] for error in requested(ask, None)["errors"]] == ["SIGN_IN_REQUIRED"]
    media_id = requested(ask, villager)["media"]["id"]
    finish = ask(FINISH, None, id=media_id)["data"]["finishUpload"]
    assert [error["code"] for error in finish["errors"]] == ["SIGN_IN_REQUIRED"]
    answer = ask(MEDIA, None, id=media_id)
    assert answer["data"] == {"media": None}
    assert answer["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
    assert MediaFile.objects.get().state == MediaFile.State.AWAITING


def test_uploads_are_their_owners_alone(ask: Ask, disk: Disk, villager: User, make_user: Callable[..., User]) -> None:
    given = requested(ask, villager)
    assert disk.post(ticket_of(given["upload"]), DATA) == 204
    stranger, media_id = make_user(), given["media"]["id"]
    assert ask(MEDIA, stranger, id=media_id) == {"data": {"media": None}}
    finish = ask(FINISH, stranger, id=media_id)["data"]["finishUpload"]
    assert [(error["code"], error["field"]) for error in finish["errors"]] == [("NOT_FOUND", "mediaId")]
    assert MediaFile.objects.get().state == MediaFile.State.AWAITING


def test_finishing_too_early(ask: Ask, villager: User) -> None:
    media_id = requested(ask, villager)["media"]["id"]
    finish = ask(FINISH, villager, id=media_id)["data"]["finishUpload"]
    assert [(error["code"], error["field"]) for error in finish["errors"]] == [("UPLOAD_MISSING", "mediaId")]
    assert MediaFile.objects.get().state == MediaFile.State.AWAITING


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "INVALID_ID"),
        ("garbage", "INVALID_ID"),
        (encode_id("Media", "1"), "INVALID_ID"),
        (encode_id("Media", "' OR 1=1"), "INVALID_ID"),
        (encode_id("Picture", uuid.UUID(int=7)), "INVALID_ID"),
        (encode_id("Media", uuid.UUID(int=7)), "NOT_FOUND"),
    ],
)
def test_ids_that_name_nothing(ask: Ask, villager: User, text: str, code: str) -> None:
    finish = ask(FINISH, villager, id=text)["data"]["finishUpload"]
    assert [error["code"] for error in finish["errors"]] == [code]
    answer = ask(MEDIA, villager, id=text)
    assert answer["data"] == {"media": None}
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes == ([] if code == "NOT_FOUND" else [code])


def test_statements(ask: Ask, disk: Disk, villager: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask(MEDIA, villager, id=encode_id("Media", uuid.UUID(int=7)))
    # Savepoint, the person's lock, how many are open, the row, the end of the savepoint, its picture.
    with django_assert_num_queries(6):
        given = requested(ask, villager)
    media_id = given["media"]["id"]
    assert disk.post(ticket_of(given["upload"]), DATA) == 204
    # The row, savepoint, its new state, the job, the end of the savepoint, the row again.
    with django_assert_num_queries(6):
        ask(FINISH, villager, id=media_id)
    with django_assert_num_queries(1):
        ask(FINISH, villager, id=media_id)
    run_pending()
    with django_assert_num_queries(2):
        ask(MEDIA, villager, id=media_id)
    assert Rendition.objects.count() == 1
