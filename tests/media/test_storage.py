"""One contract, two stores; then what only one of them can show."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError
from django.core import signing

from media import disk as disk_module
from media import rules
from media import s3 as s3_module
from media.disk import DiskStorage
from media.s3 import S3Storage
from media.storage import Storage, storage
from tests.media import samples
from tests.media.conftest import BUCKET, MULTIPART, REGION, Bucket, Disk, Place, form, policy_of

NAME = "0123456789abcdef0123456789abcdef"
UPLOAD = f"uploads/{NAME}.jpg"
PUBLIC, PRIVATE = f"public/{NAME}.webp", f"private/{NAME}.webp"
DATA = samples.jpeg()


def ticket_for(size: int = len(DATA), key: str = UPLOAD, content_type: str = rules.JPEG):
    return storage().ticket(key, content_type=content_type, size=size)


# Both.


def test_an_open_file_goes_in_and_out_from_its_beginning(store: Storage) -> None:
    data = bytes(range(256)) * 4000
    file = BytesIO(data)
    file.seek(500)
    store.save(PRIVATE, file)
    for limit, expected in ((len(data) + 1, data), (len(data), data), (300_001, data[:300_001]), (0, b"")):
        found = BytesIO()
        store.fetch(PRIVATE, found, limit=limit)
        assert found.getvalue() == expected
    with pytest.raises(FileNotFoundError):
        store.fetch(PUBLIC, BytesIO(), limit=3)


def test_bytes_go_in_and_out(store: Storage) -> None:
    assert store.stat(PRIVATE) is None
    store.save(PRIVATE, b"one")
    store.save(PRIVATE, b"other")
    stat = store.stat(PRIVATE)
    assert stat is not None
    assert (stat.size, stat.content_type) == (5, rules.WEBP)
    assert store.read(PRIVATE, limit=100) == b"other"
    assert store.read(PRIVATE, limit=3) == b"oth"
    store.delete(PRIVATE)
    store.delete(PRIVATE)
    assert store.stat(PRIVATE) is None
    with pytest.raises(FileNotFoundError):
        store.read(PRIVATE, limit=3)


def test_a_phone_uploads_by_its_ticket(place: Place, store: Storage) -> None:
    assert place.post(ticket_for(), DATA) == 204
    assert place.keys() == {UPLOAD}
    assert store.read(UPLOAD, limit=len(DATA) + 1) == DATA
    stat = store.stat(UPLOAD)
    assert stat is not None
    assert (stat.size, stat.content_type) == (len(DATA), rules.JPEG)


def test_a_public_address_is_for_anyone_and_stays(place: Place, store: Storage) -> None:
    store.save(PUBLIC, b"cover")
    url = store.url(PUBLIC)
    assert urlsplit(url).query == ""
    assert store.url(PUBLIC) == url
    if isinstance(place, Disk):  # moto has no bucket policy that would open it
        assert place.get(url) == (200, b"cover", rules.WEBP)


def test_a_private_address_is_signed(place: Place, store: Storage) -> None:
    store.save(PRIVATE, b"picture")
    url = store.url(PRIVATE)
    assert place.get(url) == (200, b"picture", rules.WEBP)
    assert place.get(url.partition("?")[0])[0] == 403


@pytest.mark.usefixtures("place")
def test_a_cdn_serves_public_files_only(settings: Any) -> None:
    settings.MEDIA_BASE_URL = "https://cdn.example.org/m/"
    assert storage().url(PUBLIC) == f"https://cdn.example.org/m/{PUBLIC}"
    assert "cdn.example.org" not in storage().url(PRIVATE)


# The bucket.


def test_the_policy_binds_key_type_size_and_time(bucket: Bucket) -> None:
    """moto enforces neither size nor key, so the document that S3 enforces is looked at itself."""
    before = datetime.now(UTC)
    ticket = ticket_for(size=1234)
    policy = json.loads(policy_of(ticket))
    conditions = policy["conditions"]
    assert {"key": UPLOAD} in conditions
    assert {"bucket": BUCKET} in conditions
    assert {"Content-Type": rules.JPEG} in conditions
    assert ["content-length-range", 1, 1234] in conditions
    others = [condition for condition in conditions if not isinstance(condition, dict)]
    assert others == [["content-length-range", 1, 1234]], "nothing is left open by starts-with"
    assert not any(
        "acl" in name.lower() for condition in conditions if isinstance(condition, dict) for name in condition
    )
    expires = datetime.fromisoformat(policy["expiration"])
    assert timedelta(minutes=9, seconds=58) < expires - before < timedelta(minutes=10, seconds=2)
    assert ticket.fields["key"] == UPLOAD
    assert ticket.fields["Content-Type"] == rules.JPEG
    assert ticket.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert ticket.url.endswith(f"/{BUCKET}")


def test_the_server_says_the_type_and_how_long_it_keeps(bucket: Bucket) -> None:
    for key, keeps in [(PUBLIC, "public, max-age=31536000, immutable"), (PRIVATE, "private, max-age=3600")]:
        storage().save(key, b"x")
        head = bucket.admin.head_object(Bucket=BUCKET, Key=key)
        assert (head["ContentType"], head["CacheControl"]) == (rules.WEBP, keeps)
        grants = bucket.admin.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
        assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"], "no ACL opens it"


def test_private_addresses_of_a_bucket_expire(bucket: Bucket) -> None:
    query = parse_qs(urlsplit(storage().url(PRIVATE)).query)
    assert query["X-Amz-Expires"] == ["3600"]


@pytest.fixture
def hanging(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[S3Storage, list[socket.socket]]]:
    """A bucket's endpoint that takes each request and says nothing, impatiently asked; and what has come."""
    monkeypatch.setitem(s3_module._QUICK, "read_timeout", 0.1)
    came: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def take() -> None:
        with suppress(OSError):
            while True:
                came.append(listener.accept()[0])

    thread = threading.Thread(target=take)
    thread.start()
    store = S3Storage(BUCKET, endpoint_url=f"http://127.0.0.1:{listener.getsockname()[1]}", region=REGION)
    yield store, came
    listener.shutdown(socket.SHUT_RDWR)
    for open_socket in (listener, *came):
        open_socket.close()
    thread.join(10)
    for client in (store._client, store._quick, store._anonymous):
        client.close()


def test_nobody_waits_long_for_a_bucket_that_hangs(hanging: tuple[S3Storage, list[socket.socket]]) -> None:
    store, came = hanging
    with pytest.raises(ReadTimeoutError):
        store.stat(UPLOAD)
    assert len(came) == 1, "it is not tried again"


def test_how_long_people_wait_for_a_bucket() -> None:
    assert s3_module._QUICK["connect_timeout"] + s3_module._QUICK["read_timeout"] <= 6  # seconds
    assert s3_module._QUICK["retries"]["total_max_attempts"] == 1


@pytest.mark.usefixtures("bucket")
def test_with_a_bucket_the_disks_addresses_are_closed(disk: Disk, settings: Any) -> None:
    local = DiskStorage(settings.MEDIA_ROOT, address="http://media.test/media/")
    ticket = local.ticket(UPLOAD, content_type=rules.JPEG, size=len(DATA))
    local.save(PUBLIC, b"x")
    assert disk.post(ticket, DATA) == 404
    assert disk.get(local.url(PUBLIC))[0] == 404
    assert disk.keys() == {PUBLIC}


# The disk, which has to do itself what S3 does.


def test_the_ticket_binds_key_and_type(disk: Disk) -> None:
    ticket = ticket_for()
    other = UPLOAD.replace("0", "f")
    for wrong in ({"key": other}, {"Content-Type": "text/html"}, {"key": "uploads/../../x"}, {"key": ""}):
        assert disk.post(ticket, DATA, {**ticket.fields, **wrong}) == 403
    for missing in ticket.fields:
        fields = {name: value for name, value in ticket.fields.items() if name != missing}
        assert disk.post(ticket, DATA, fields) == 403
    assert disk.keys() == set()


def test_the_ticket_binds_the_size(disk: Disk) -> None:
    assert disk.post(ticket_for(size=len(DATA) - 1), DATA) == 413
    assert disk.post(ticket_for(size=100), bytes(5_000_000)) == 413
    assert disk.post(ticket_for(), b"") == 403
    assert disk.post(ticket_for(), None) == 403
    assert disk.keys() == set()


def test_two_files_at_once_are_one_too_many(disk: Disk) -> None:
    ticket = ticket_for()
    twice = form(ticket.fields, DATA).rpartition(b"--a-line")[0] + form({}, DATA)
    response = disk.client.post("/media/upload?" + urlsplit(ticket.url).query, twice, content_type=MULTIPART)
    assert response.status_code == 413
    assert b"<Code>EntityTooLarge</Code>" in response.content
    assert disk.keys() == set()


def test_a_ticket_cannot_be_forged_or_kept(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    good = ticket_for()
    for ticket in ("", "x", good.url.partition("=")[2][:-2] + "xx", signing.dumps({"key": UPLOAD}, salt="other")):
        response = disk.client.post(f"/media/upload?ticket={ticket}", form(good.fields, DATA), content_type=MULTIPART)
        assert response.status_code == 403
        assert b"<Code>AccessDenied</Code>" in response.content
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 601)
    assert disk.post(good, DATA) == 403
    assert disk.keys() == set()
    monkeypatch.setattr(signing.time, "time", lambda: now + 598)
    assert disk.post(good, DATA) == 204


def test_a_key_is_written_once(disk: Disk) -> None:
    assert disk.post(ticket_for(), DATA) == 204
    assert disk.post(ticket_for(size=10_000), samples.jpeg(16, 16)) == 403
    assert storage().read(UPLOAD, limit=1 << 20) == DATA
    assert disk.keys() == {UPLOAD}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", MULTIPART])
def test_bodies_that_are_no_form(disk: Disk, content_type: str) -> None:
    path = "/media/upload?" + urlsplit(ticket_for().url).query
    assert disk.client.post(path, b"--not a form", content_type=content_type).status_code in (400, 403)
    assert disk.client.get(path).status_code == 405
    assert disk.keys() == set()


def test_public_files_are_kept_for_ever(disk: Disk) -> None:
    storage().save(PUBLIC, b"cover")
    response = disk.client.get(f"/media/file/{PUBLIC}")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Content-Length"] == "5"
    assert "Set-Cookie" not in response.headers
    again = disk.client.get(f"/media/file/{PUBLIC}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == response.headers["Cache-Control"]
    head = disk.client.head(f"/media/file/{PUBLIC}")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "5")


def test_a_signature_opens_one_file_for_one_hour(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = PRIVATE.replace("0", "f")
    storage().save(PRIVATE, b"mine")
    storage().save(other, b"theirs")
    url = storage().url(PRIVATE)
    signature = url.partition("?")[2]
    response = disk.client.get(f"/media/file/{PRIVATE}?{signature}")
    assert response.headers["Cache-Control"] == "private, max-age=3600"
    assert disk.client.get(f"/media/file/{other}?{signature}").status_code == 403
    assert disk.client.get(f"/media/file/{PRIVATE}?{signature[:-1]}").status_code == 403
    assert disk.client.get(f"/media/file/{PRIVATE}?signature=::").status_code == 403
    # A signature does not say whether the file is there.
    assert disk.client.get(f"/media/file/{PRIVATE.replace('1', 'e')}").status_code == 403
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 3601)
    assert disk.get(url)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        UPLOAD,
        f"public/{'f' * 32}.webp",
        f"public/../{UPLOAD}",
        f"public/%2e%2e/{UPLOAD}",
        f"public/..%2f{UPLOAD}",
        "public/../../secret_key",
        "..%2f..%2fsecret_key",
        "/etc/passwd",
        f"public/{NAME}.webp%00.jpg",
        f"public/{NAME}.webp/",
        "",
    ],
)
def test_nothing_else_can_be_read(disk: Disk, path: str) -> None:
    storage().save(PUBLIC, b"cover")
    assert disk.post(ticket_for(), DATA) == 204
    (disk.root.parent / "secret_key").write_text("secret")
    assert disk.client.get(f"/media/file/{path}").status_code == 404


@pytest.mark.parametrize("key", ["../secret", "uploads/../../x.jpg", "/etc/passwd", "uploads/x.jpg", ""])
def test_what_is_no_key_touches_no_file(disk: Disk, key: str) -> None:
    store = storage()
    for action in (store.stat, store.delete, lambda key: store.read(key, limit=1), lambda key: store.save(key, b"x")):
        with pytest.raises(ValueError, match="not a key"):
            action(key)
    assert disk.keys() == set()


def test_a_write_that_fails_leaves_nothing(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    storage().save(PUBLIC, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage().save(PUBLIC, b"new")
    assert disk.keys() == {PUBLIC}
    assert storage().read(PUBLIC, limit=9) == b"old"
