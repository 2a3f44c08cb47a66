"""People who upload, and both stores to upload to: a disk of the test's own, a bucket behind a real S3 endpoint."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.test import Client
from moto.server import ThreadedMotoServer

from backend.accounts.models import RoleGrant, User
from backend.regions.models import Division
from media import storage as storage_module
from media.bounded import BoundedBodies
from media.storage import Storage, Ticket, storage
from tests.running import free_port

BUCKET = "village-media"
REGION = "us-east-1"
MULTIPART = "multipart/form-data; boundary=a-line-that-no-picture-holds"


def form(fields: dict[str, str], data: bytes | None) -> bytes:
    """The body that a phone sends: the fields, then the file."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if data is not None:
        head = b'Content-Disposition: form-data; name="file"; filename="IMG_1.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head + data)
    line = MULTIPART.partition("boundary=")[2].encode()
    return b"".join(b"--" + line + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + line + b"--\r\n"


@dataclass
class Disk:
    """The disk, its addresses asked through Django's handler."""

    root: Path
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def post(self, ticket: Ticket, data: bytes | None, fields: dict[str, str] | None = None) -> int:
        body = form(ticket.fields if fields is None else fields, data)
        return self.client.post(_path(ticket.url), data=body, content_type=MULTIPART).status_code

    def get(self, url: str) -> tuple[int, bytes, str]:
        response = self.client.get(_path(url))
        return response.status_code, response.content, response.headers.get("Content-Type", "")

    def keys(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}


@dataclass
class Bucket:
    """A bucket, reached over HTTP as a phone reaches it."""

    admin: Any

    def post(self, ticket: Ticket, data: bytes | None, fields: dict[str, str] | None = None) -> int:
        files = {} if data is None else {"file": ("IMG_1.jpg", data, "image/jpeg")}
        sent = ticket.fields if fields is None else fields
        return httpx.post(ticket.url, data=sent, files=files).status_code

    def get(self, url: str) -> tuple[int, bytes, str]:
        response = httpx.get(url)
        return response.status_code, response.content, response.headers.get("Content-Type", "")

    def keys(self) -> set[str]:
        return {row["Key"] for row in self.admin.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


Place = Disk | Bucket


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@pytest.fixture(autouse=True)
def disk(settings: Any, tmp_path: Path) -> Disk:
    """No test of this room writes anywhere else."""
    settings.MEDIA_BUCKET = settings.MEDIA_BASE_URL = ""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PUBLIC_URL = "http://media.test"
    return Disk(settings.MEDIA_ROOT)


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """A client of moto's server: the S3 protocol over HTTP, in this process. Clients are dear, so all tests share."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name=REGION)
        storage_module._s3.cache_clear()
        yield client
        store: Any = storage_module._s3(BUCKET, client.meta.endpoint_url, REGION, "")
        for used in (client, store._client, store._quick, store._anonymous):
            used.close()
        storage_module._s3.cache_clear()
    server.stop()
    assert server._server is not None
    server._server.server_close()


@pytest.fixture
def bucket(s3: Any, settings: Any) -> Bucket:
    """An empty bucket that the settings name."""
    settings.MEDIA_BUCKET, settings.S3_ENDPOINT_URL, settings.S3_REGION = BUCKET, s3.meta.endpoint_url, REGION
    httpx.post(f"{s3.meta.endpoint_url}/moto-api/reset")
    s3.create_bucket(Bucket=BUCKET)
    return Bucket(s3)


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each store in turn: the test must not be able to tell them apart."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(place: Place) -> Storage:
    return storage()


@pytest.fixture
def villager(make_user: Callable[..., User]) -> User:
    return make_user(nickname="王秀英")


@pytest.fixture
def editor(make_user: Callable[..., User], divisions: dict[str, Division]) -> User:
    """Propaganda staff, who may upload covers."""
    person = make_user(nickname="普法办小李")
    RoleGrant.objects.create(user=person, role=RoleGrant.Role.STAFF, division=divisions["510114000000"])
    return person


def policy_of(ticket: Ticket) -> bytes:
    """What the store is bound to by a presigned POST, as JSON."""
    return base64.b64decode(ticket.fields["policy"])


@pytest.fixture
def served(settings: Any) -> Iterator[str]:
    """Django behind a real uvicorn, as in production."""
    port = free_port()
    settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(
        BoundedBodies(get_asgi_application()), port=port, lifespan="off", log_level="warning", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield settings.PUBLIC_URL
    server.should_exit = True
    thread.join(10)
