"""What a bucket would answer, for the store on local disk. With a bucket, neither address exists."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from media import rules
from media.disk import DiskStorage
from media.storage import PRIVATE_CACHE, PUBLIC_CACHE, Stat, storage

#: Boundaries, part headers and the form's fields.
FORM_OVERHEAD_BYTES = 16_384
#: Longer answers go out some bytes at a time.
IN_ONE_PIECE = 1 << 20
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class _StoreError(Exception):
    """An answer worded as S3 would, so that a client reads both stores alike."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(code)


class _BoundedFile(TemporaryFileUploadHandler):
    """Takes an upload to a temporary file and stops reading as soon as it is too large."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit
        self.too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._left -= len(raw_data)
        if self._left < 0:
            self.too_large = True
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


# Signed by its ticket and used without cookies, so there is nothing to forge across sites.
@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file by its ticket: 204, or 403, 413 with error codes as in S3. A key is written once."""
    try:
        _receive(_disk(), request)
    except _StoreError as error:
        return _error(error)
    return HttpResponse(status=204)


def _receive(store: DiskStorage, request: HttpRequest) -> None:
    try:
        key, content_type, size = store.read_ticket(request.GET.get("ticket", ""))
    except signing.BadSignature as error:
        raise _StoreError(403, "AccessDenied") from error
    file = _bounded_file(request, size)
    if request.POST.get("key") != key or request.POST.get("Content-Type") != content_type:
        raise _StoreError(403, "AccessDenied")
    try:
        store.receive(key, file.chunks())
    except FileExistsError as error:
        raise _StoreError(403, "ObjectAlreadyExists") from error


def _bounded_file(request: HttpRequest, limit: int) -> "UploadedFile[bytes]":
    """The form's `file`, read no further than `limit` bytes."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + FORM_OVERHEAD_BYTES:
        raise _StoreError(413, "EntityTooLarge")
    handler = _BoundedFile(limit)
    request.upload_handlers = [handler]
    file = request.FILES.get("file")
    if handler.too_large:
        raise _StoreError(413, "EntityTooLarge")
    if not isinstance(file, UploadedFile) or not file.size:
        raise _StoreError(403, "EntityTooSmall")
    return file


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """A rendition: to anyone below `public/`, else with the signature of its address.

    Uploads are never served.
    """
    store = _disk()
    if not rules.is_key(key) or key.startswith(f"{rules.UPLOADS}/"):
        raise Http404
    if not store.may_read(key, request.GET.get("signature", "")):
        return _error(_StoreError(403, "AccessDenied"))
    stat = store.stat(key)
    if stat is None:
        raise Http404
    # What lies under a key never changes, so its name is its tag.
    etag = f'"{key.rpartition("/")[2]}"'
    response = get_conditional_response(request, etag=etag) or _answer(request, store, key, stat, etag)
    response["ETag"] = etag
    response["Cache-Control"] = PUBLIC_CACHE if rules.is_public(key) else PRIVATE_CACHE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _answer(request: HttpRequest, store: DiskStorage, key: str, stat: Stat, etag: str) -> HttpResponseBase:
    """The object, or the range of it that a player asks for to begin in the middle."""
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    start, end = _range(wanted, stat.size)
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.size}"})
    chunks: Iterable[bytes] = [] if request.method == "HEAD" else store.part(key, start, end - start)
    headers = {"Content-Length": str(end - start), "Accept-Ranges": "bytes"}
    if end - start < stat.size:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stat.size}"
    status = 206 if end - start < stat.size else 200
    if end - start <= IN_ONE_PIECE:
        return HttpResponse(b"".join(chunks), status=status, content_type=stat.content_type, headers=headers)
    # Under ASGI, Django would read a plain iterator to its end first.
    body = _slowly(chunks) if isinstance(request, ASGIRequest) else chunks
    return StreamingHttpResponse(body, status=status, content_type=stat.content_type, headers=headers)


def _range(header: str, size: int) -> tuple[int, int]:
    """First byte and the one behind the last, by one range as in RFC 9110, 14.1.2; else the whole object."""
    found = _RANGE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return 0, size
    if found[1] == "":
        return max(0, size - int(found[2])), size
    start, last = int(found[1]), int(found[2] or size - 1)
    return (start, min(last + 1, size)) if start <= last or start >= size else (0, size)


async def _slowly(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The chunks, each read in a thread, so that other requests go on."""
    iterator = iter(chunks)
    while chunk := await asyncio.to_thread(next, iterator, b""):
        yield chunk


def _disk() -> DiskStorage:
    store = storage()
    if not isinstance(store, DiskStorage):
        raise Http404
    return store


def _error(error: _StoreError) -> HttpResponse:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{error.code}</Code></Error>'
    return HttpResponse(body, status=error.status, content_type="application/xml")
