"""The store on disk behind a real web server: uploads, long answers, parts of them, and bodies without end."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from media import rules
from media.bounded import LARGE_BODY_BYTES, MAX_BODY_BYTES
from media.storage import storage
from media.views import IN_ONE_PIECE
from tests.media import samples
from tests.media.conftest import Disk

NAME = "0123456789abcdef0123456789abcdef"
UPLOAD, PRIVATE, VIDEO = f"uploads/{NAME}.jpg", f"private/{NAME}.webp", f"public/{NAME}.mp4"


def ticket_for(size: int):
    return storage().ticket(UPLOAD, content_type=rules.JPEG, size=size)


@pytest.mark.usefixtures("served")
def test_over_real_http(disk: Disk) -> None:
    """As a phone does it, with httpx's own encoding of the form."""
    with httpx.Client() as phone:

        def post(data: bytes, size: int) -> int:
            ticket = ticket_for(size)
            return phone.post(ticket.url, data=ticket.fields, files={"file": ("IMG_1.jpg", data)}).status_code

        large = samples.jpeg(3000, 2000, quality=97)
        assert post(large + b"\0", len(large)) == 413
        assert post(bytes(8_000_000), 1000) == 413
        assert disk.keys() == set()
        assert post(large, len(large)) == 204
        assert storage().read(UPLOAD, limit=1 << 30) == large
        storage().save(PRIVATE, b"picture")
        answer = phone.get(storage().url(PRIVATE))
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"picture", rules.WEBP)
        tag = {"If-None-Match": answer.headers["etag"]}
        assert phone.get(storage().url(PRIVATE), headers=tag).status_code == 304
        assert phone.get(storage().url(PRIVATE).partition("?")[0]).status_code == 403


@pytest.mark.usefixtures("disk")
def test_no_body_is_read_without_end(served: str) -> None:
    """With a length or without one, by a ticket or by none."""

    def endless(sent: list[int]) -> Iterator[bytes]:
        for _ in range(1000):
            sent.append(100_000)
            yield bytes(100_000)

    head = f"POST /media/upload HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    port = int(served.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as phone:
        phone.sendall(head.encode())
        assert phone.recv(100).startswith(b"HTTP/1.1 413 ")
    sent: list[int] = []
    with suppress(httpx.WriteError):  # where the server hung up while the phone was still sending
        assert httpx.post(f"{served}/media/upload", content=endless(sent)).status_code == 413
    assert sum(sent) < 60_000_000  # of 100,000,000: what buffers on the way hold was sent as well
    assert httpx.post(f"{served}/media/upload", content=bytes(MAX_BODY_BYTES)).status_code == 403


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/console/login/", MAX_BODY_BYTES),
        ("/media/upload?ticket=nonsense", MAX_BODY_BYTES),
        ("/console/media-files/video/create/", LARGE_BODY_BYTES),
    ],
)
def test_longer_bodies_come_in_only_where_videos_do(served: str, path: str, limit: int) -> None:
    assert first_line(served, path, limit + 1) == b"413 "
    assert first_line(served, path, limit) == b"100 "


@pytest.mark.usefixtures("disk")
def test_a_ticket_opens_as_much_as_it_was_signed_for(served: str) -> None:
    size = 50 * rules.MEBIBYTE
    path = "/media/upload?" + ticket_for(size).url.partition("?")[2]
    assert first_line(served, path, size + rules.MEBIBYTE + 1) == b"413 "
    assert first_line(served, path, size + rules.MEBIBYTE) == b"100 "


def first_line(served: str, path: str, length: int) -> bytes:
    """What is answered to a head alone: 413, or leave to go on."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(served.rpartition(":")[2])), timeout=60) as phone:
        phone.sendall(head.encode())
        return phone.recv(13)[9:]


# Long answers, and parts of them.

LONG = bytes(range(256)) * (3 * IN_ONE_PIECE // 256)
SHORT = b"0123456789"


@pytest.mark.parametrize("data", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-0", 0, 1),
        ("bytes=3-5", 3, 6),
        ("bytes=5-", 5, None),
        ("bytes=-4", -4, None),
        ("bytes=2-999999999999", 2, None),
        ("bytes=-999999999999", 0, None),
    ],
)
@pytest.mark.usefixtures("disk")
def test_a_part(served: str, data: bytes, wanted: str, start: int, end: int | None) -> None:
    storage().save(VIDEO, data)
    answer = httpx.get(storage().url(VIDEO), headers={"Range": wanted})
    expected = data[start:end]
    first = start % len(data)
    assert answer.content == expected
    assert answer.headers["content-length"] == str(len(expected))
    whole = len(expected) == len(data)
    assert answer.status_code == (200 if whole else 206)
    told = None if whole else f"bytes {first}-{first + len(expected) - 1}/{len(data)}"
    assert answer.headers.get("content-range") == told


@pytest.mark.parametrize(
    "wanted", ["bytes=", "bytes=-", "bytes=5-3", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=" + "9" * 99 + "-"]
)
@pytest.mark.usefixtures("disk")
def test_a_part_that_is_none_is_the_whole(served: str, wanted: str) -> None:
    storage().save(VIDEO, SHORT)
    answer = httpx.get(storage().url(VIDEO), headers={"Range": wanted})
    assert (answer.status_code, answer.content, answer.headers["accept-ranges"]) == (200, SHORT, "bytes")


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-11", "bytes=-0"])
@pytest.mark.usefixtures("disk")
def test_a_part_behind_the_end(served: str, wanted: str) -> None:
    storage().save(VIDEO, SHORT)
    answer = httpx.get(storage().url(VIDEO), headers={"Range": wanted})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (416, b"", "bytes */10")


@pytest.mark.usefixtures("disk")
def test_a_long_answer_goes_out_whole_and_its_head_alone(served: str) -> None:
    storage().save(VIDEO, LONG)
    url = storage().url(VIDEO)
    answer = httpx.get(url)
    assert (answer.status_code, answer.content == LONG) == (200, True)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    head = httpx.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(LONG)))
    tag = answer.headers["etag"]
    assert httpx.get(url, headers={"If-None-Match": tag, "Range": "bytes=0-1"}).status_code == 304
    part = {"Range": "bytes=0-1", "If-Range": tag}
    assert httpx.get(url, headers=part).status_code == 206
    assert httpx.get(url, headers={**part, "If-Range": '"another"'}).status_code == 200


def test_a_long_answer_through_django_alone(disk: Disk) -> None:
    storage().save(VIDEO, LONG)
    answer = disk.client.get(f"/media/file/{VIDEO}")
    assert b"".join(answer.streaming_content) == LONG
