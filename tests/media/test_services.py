"""From ticket to checked picture, on both stores; and every refusal, with proof that nothing changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image

from backend.accounts.models import RoleGrant, User
from backend.errors import Forbidden, InvalidInput, NotFound
from backend.jobs.runner import run_pending
from backend.regions.models import Division
from media import cleaning, rules, selectors, services
from media.errors import (
    FileTooLarge,
    MediaNotReady,
    PictureRefused,
    TooManyUploads,
    UnsupportedMediaType,
    UploadMissing,
)
from media.models import MediaFile, Rendition
from media.storage import storage
from tests.media import samples
from tests.media.conftest import Disk, Place
from tests.media.uploads import COVER, DATA, MESSAGE, finished, request, rows, uploaded

# The path that things should take.


def test_a_picture_for_a_message(place: Place, villager: User) -> None:
    upload = request(villager)
    assert upload.media.state == MediaFile.State.AWAITING
    assert timedelta(minutes=9) < upload.expires_at - timezone.now() <= timedelta(minutes=10)
    assert place.post(upload.ticket, DATA) == 204

    media = services.finish_upload(owner=villager, media_id=upload.media.pk)
    assert media.state == MediaFile.State.CHECKING
    assert run_pending() == 1

    media = selectors.ready_picture(media.pk, villager, MESSAGE)
    rendition = media.shown
    assert (rendition.width, rendition.height, rendition.content_type) == (1280, 800, rules.WEBP)
    assert rendition.key.startswith("private/")
    assert media.pk.hex not in rendition.key, "its name cannot be told from the id"
    assert place.keys() == {rendition.key}, "the original is gone, and its position with it"
    status, body, content_type = place.get(selectors.address_of(rendition.key))
    assert (status, content_type, len(body)) == (200, rules.WEBP, rendition.size)
    assert not [mark for mark in [*samples.gps_marks(), b"Exif", samples.CAMERA.encode()] if mark in body]


def test_a_cover(place: Place, editor: User) -> None:
    media = finished(place, editor, purpose=COVER)
    run_pending()
    rendition = selectors.ready_picture(media.pk, editor, COVER).shown
    assert rendition.key.startswith("public/")
    assert "?" not in selectors.address_of(rendition.key)
    assert place.keys() == {rendition.key}


@pytest.mark.parametrize(("data", "content_type"), [(samples.png(), rules.PNG), (samples.webp(), rules.WEBP)])
def test_other_types(place: Place, villager: User, data: bytes, content_type: str) -> None:
    media = finished(place, villager, data, content_type=content_type)
    run_pending()
    assert selectors.ready_picture(media.pk, villager, MESSAGE).shown.width == 320


def test_finishing_twice_is_harmless(place: Place, villager: User) -> None:
    media = finished(place, villager)
    before = rows()
    assert services.finish_upload(owner=villager, media_id=media.pk).state == MediaFile.State.CHECKING
    assert rows() == before
    run_pending()
    before = rows()
    assert services.finish_upload(owner=villager, media_id=media.pk).state == MediaFile.State.READY
    assert rows() == before


def test_checking_twice_is_harmless(place: Place, villager: User) -> None:
    media = finished(place, villager)
    services.check_upload(media_id=media.pk)
    before, keys = rows(), place.keys()
    services.check_upload(media_id=media.pk)
    assert (rows(), place.keys()) == (before, keys)


def test_nothing_is_checked_before_it_is_finished(place: Place, villager: User) -> None:
    media = uploaded(place, villager)
    before, keys = rows(), place.keys()
    services.check_upload(media_id=media.pk)
    assert (rows(), place.keys()) == (before, keys)


# Uploads that are refused by their content: the reason stays, the bytes go.


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "类型不符"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "类型不符"),
        (samples.png(), "类型不符"),
        (DATA[: len(DATA) // 2], "损坏"),
        (samples.jpeg_with_scans(200), "结构异常"),
        (samples.jpeg(15, 15), "太小"),
    ],
)
def test_what_is_no_jpeg_is_refused(place: Place, villager: User, data: bytes, reason: str) -> None:
    media = finished(place, villager, data)
    run_pending()
    media.refresh_from_db()
    assert media.state == MediaFile.State.REFUSED
    assert reason in media.refusal
    assert place.keys() == set()
    assert not Rendition.objects.exists()
    with pytest.raises(PictureRefused) as refused:
        selectors.ready_picture(media.pk, villager, MESSAGE, field="pictureId")
    assert (refused.value.code, refused.value.field) == ("PICTURE_REFUSED", "pictureId")
    assert refused.value.message == media.refusal


def test_the_size_is_checked_again_where_the_store_does_not(bucket: Any, villager: User) -> None:
    """moto takes more than the policy allows; the server does not."""
    upload = request(villager, size=len(DATA) - 1)
    assert bucket.post(upload.ticket, DATA) == 204, "the endpoint now enforces the policy: this test has no object"
    services.finish_upload(owner=villager, media_id=upload.media.pk)
    run_pending()
    upload.media.refresh_from_db()
    assert (upload.media.state, upload.media.refusal) == (MediaFile.State.REFUSED, "文件大小与申请上传时不符")
    assert bucket.keys() == set()


def test_the_type_is_checked_again_where_the_store_does_not(bucket: Any, villager: User) -> None:
    upload = request(villager)
    bucket.admin.put_object(Bucket="village-media", Key=upload.media.upload_key, Body=DATA, ContentType="text/html")
    services.finish_upload(owner=villager, media_id=upload.media.pk)
    run_pending()
    upload.media.refresh_from_db()
    assert (upload.media.state, upload.media.refusal) == (MediaFile.State.REFUSED, "文件类型与申请上传时不符")
    assert bucket.keys() == set()


def test_bytes_under_another_key_are_no_upload(bucket: Any, villager: User) -> None:
    upload, other = request(villager), request(villager)
    fields = {**upload.ticket.fields, "key": other.media.upload_key.replace("uploads/", "uploads/0")}
    bucket.post(upload.ticket, DATA, fields)
    for media in (upload.media, other.media):
        with pytest.raises(UploadMissing):
            services.finish_upload(owner=villager, media_id=media.pk)


def test_bytes_that_vanish_before_the_check(place: Place, villager: User) -> None:
    media = finished(place, villager)
    storage().delete(media.upload_key)
    run_pending()
    media.refresh_from_db()
    assert (media.state, media.refusal) == (MediaFile.State.REFUSED, "文件已丢失，请重新上传")


def test_a_row_deleted_during_its_check_leaves_no_bytes(
    disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = finished(disk, villager)
    real = cleaning.clean_picture

    def and_meanwhile(data: bytes, content_type: str) -> Any:
        MediaFile.objects.filter(pk=media.pk).delete()
        return real(data, content_type)

    monkeypatch.setattr(cleaning, "clean_picture", and_meanwhile)
    services.check_upload(media_id=media.pk)
    services.check_upload(media_id=media.pk)
    assert disk.keys() == set()


# Tickets that are refused.


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"content_type": "image/svg+xml"}, UnsupportedMediaType, "contentType"),
        ({"content_type": "text/html"}, UnsupportedMediaType, "contentType"),
        ({"content_type": "image/gif"}, UnsupportedMediaType, "contentType"),
        ({"content_type": "IMAGE/JPEG"}, UnsupportedMediaType, "contentType"),
        ({"content_type": ""}, UnsupportedMediaType, "contentType"),
        ({"size": 10 * rules.MEBIBYTE + 1}, FileTooLarge, "size"),
        ({"size": 0}, InvalidInput, "size"),
        ({"size": -5}, InvalidInput, "size"),
        ({"purpose": COVER}, Forbidden, "purpose"),
    ],
)
def test_tickets_refused(
    disk: Disk, villager: User, changes: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    before = rows()
    with pytest.raises(refusal) as refused:
        request(villager, **changes)
    assert refused.value.field == field
    assert (rows(), disk.keys()) == (before, set())


def test_ten_mebibytes_are_enough(villager: User) -> None:
    assert request(villager, size=10 * rules.MEBIBYTE).media.size == 10_485_760


def test_covers_are_for_staff(make_user: Callable[..., User], divisions: dict[str, Division], editor: User) -> None:
    official = make_user()
    RoleGrant.objects.create(user=official, role=RoleGrant.Role.OFFICIAL, division=divisions["510114006003"])
    with pytest.raises(Forbidden):
        request(official, purpose=COVER)
    assert request(editor, purpose=COVER)
    assert request(make_user(is_superuser=True), purpose=COVER)


def test_twenty_open_uploads_and_no_more(disk: Disk, villager: User, make_user: Callable[..., User]) -> None:
    uploads = [request(villager) for _ in range(20)]
    before = rows()
    with pytest.raises(TooManyUploads):
        request(villager)
    assert rows() == before
    assert request(make_user()), "the limit is each person's own"
    # One that is done makes room, one that is only being checked does not.
    assert disk.post(uploads[0].ticket, DATA) == 204
    services.finish_upload(owner=villager, media_id=uploads[0].media.pk)
    with pytest.raises(TooManyUploads):
        request(villager)
    run_pending()
    assert request(villager)


def test_finishing_what_never_came(place: Place, villager: User) -> None:
    upload = request(villager)
    before = rows()
    with pytest.raises(UploadMissing) as refused:
        services.finish_upload(owner=villager, media_id=upload.media.pk)
    assert refused.value.field == "mediaId"
    assert rows() == before
    assert place.post(upload.ticket, DATA) == 204
    assert services.finish_upload(owner=villager, media_id=upload.media.pk).state == MediaFile.State.CHECKING


def test_someone_elses_upload(place: Place, villager: User, make_user: Callable[..., User]) -> None:
    media = uploaded(place, villager)
    stranger = make_user()
    before, keys = rows(), place.keys()
    with pytest.raises(NotFound):
        services.finish_upload(owner=stranger, media_id=media.pk)
    assert (rows(), place.keys()) == (before, keys)


def test_what_may_be_attached(disk: Disk, villager: User, make_user: Callable[..., User]) -> None:
    media = uploaded(disk, villager)

    def ready(**changes: Any) -> MediaFile:
        values = {"media_id": media.pk, "owner": villager, "purpose": MESSAGE, **changes}
        return selectors.ready_picture(**values)

    with pytest.raises(MediaNotReady):
        ready()
    services.finish_upload(owner=villager, media_id=media.pk)
    with pytest.raises(MediaNotReady):
        ready()
    run_pending()
    assert ready() == ready(media_id=str(media.pk)) == media
    for wrong in (
        {"owner": make_user()},
        {"purpose": COVER},
        {"media_id": "no id"},
        {"media_id": "00000000-0000-0000-0000-000000000000"},
    ):
        with pytest.raises(NotFound) as refused:
            ready(**wrong, field="pictureId")
        assert refused.value.field == "pictureId"


# Pictures that the server already holds.


def test_storing_a_picture(place: Place, editor: User) -> None:
    media = services.store_picture(owner=editor, purpose=COVER, data=samples.jpeg(2000, 1000, exif=samples.exif()))
    assert selectors.ready_picture(media.pk, editor, COVER) == media
    assert media.state == MediaFile.State.READY
    assert (media.shown.width, media.shown.height) == (1280, 640)
    assert place.keys() == {media.shown.key}
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"<svg/>", UnsupportedMediaType),
        (b"", UnsupportedMediaType),
        (samples.jpeg()[:3000], PictureRefused),
        (samples.png_claiming(50_000, 50_000), PictureRefused),
        (samples.jpeg() + bytes(10 * rules.MEBIBYTE), FileTooLarge),
    ],
)
def test_pictures_not_stored(disk: Disk, editor: User, data: bytes, refusal: type[Exception]) -> None:
    before = rows()
    with pytest.raises(refusal):
        services.store_picture(owner=editor, purpose=COVER, data=data)
    assert (rows(), disk.keys()) == (before, set())


@pytest.mark.parametrize(("state", "refusal"), [("refused", ""), ("ready", "损坏"), ("checking", "损坏")])
def test_the_database_wants_a_reason_with_a_refusal(villager: User, state: str, refusal: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MediaFile.objects.create(owner=villager, purpose=MESSAGE, size=1, state=state, refusal=refusal)


def test_a_phones_twelve_megapixels_are_taken(disk: Disk, editor: User) -> None:
    image = Image.effect_noise((1000, 750), 80).resize((4000, 3000)).convert("RGB")
    data = samples.encode(image, "JPEG", quality=90)
    assert services.store_picture(owner=editor, purpose=COVER, data=data).shown.width == 1280
