"""Pictures, recordings and videos of content: stored by staff, found again by their bytes, given out as they are."""

import tracemalloc
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.errors import Forbidden, InvalidInput, Refusal
from backend.jobs.runner import run_pending
from backend.schema.server.ids import encode_id
from media import rules, selectors, services
from media.errors import FileTooLarge, PictureRefused, RecordingRefused, UnsupportedMediaType
from media.models import MediaFile, Rendition
from media.storage import Stat, storage
from tests.conftest import Ask
from tests.media import samples, sounds
from tests.media.conftest import Disk, Place
from tests.media.uploads import bytes_of, digest_of, finished, rows

PICTURE, RECORDING, VIDEO = MediaFile.Purpose.PICTURE, MediaFile.Purpose.RECORDING, MediaFile.Purpose.VIDEO
#: By purpose: bytes, content type of the clean copy, ending, duration in ms, width.
KINDS = {
    PICTURE: (samples.jpeg(exif=samples.exif()), rules.JPEG, rules.WEBP, "webp", None, 320),
    RECORDING: (sounds.MP3, rules.MP3, rules.MP3, "mp3", 1080, None),
    VIDEO: (sounds.MP4, rules.MP4, rules.MP4, "mp4", 1064, 64),
}


@pytest.mark.parametrize("purpose", KINDS)
def test_stored_at_once(place: Place, editor: User, purpose: str) -> None:
    data, sent, content_type, ending, duration, width = KINDS[MediaFile.Purpose(purpose)]
    media = services.store_file(owner=editor, purpose=purpose, source=data, name="C:\\照片\\村口\u202e.bin")
    copy = MediaFile.objects.get().shown
    assert (media.state, media.content_type, media.size, media.name) == ("ready", sent, len(data), "村口.bin")
    assert (copy.content_type, copy.duration_ms, copy.width) == (content_type, duration, width)
    assert copy.key.startswith("public/")
    assert copy.key.endswith(f".{ending}")
    assert selectors.ending_of(media) == ending
    clean = bytes_of(media)
    assert place.keys() == {copy.key}
    assert (len(clean), digest_of(clean)) == (copy.size, copy.digest)
    assert not [mark for mark in (*sounds.MARKS, *samples.gps_marks()) if mark in clean]
    assert storage().stat(copy.key) == Stat(copy.size, content_type)


@pytest.mark.parametrize("purpose", KINDS)
def test_the_same_way_by_a_ticket(place: Place, editor: User, purpose: str) -> None:
    data, sent, content_type, *_ = KINDS[MediaFile.Purpose(purpose)]
    media = finished(place, editor, data, purpose=purpose, content_type=sent)
    assert run_pending() == 1
    media.refresh_from_db()
    assert (media.state, media.digest) == ("ready", digest_of(data))
    assert (media.shown.content_type, place.keys()) == (content_type, {media.shown.key})


def test_a_recording_by_ticket_that_is_none(place: Place, editor: User) -> None:
    media = finished(place, editor, sounds.MP3[:300], purpose=RECORDING, content_type=rules.MP3)
    run_pending()
    media.refresh_from_db()
    assert (media.state, media.refusal, place.keys()) == ("refused", RecordingRefused.message, set())


@pytest.mark.parametrize("purpose", KINDS)
def test_what_becomes_public_is_for_staff(disk: Disk, villager: User, purpose: str) -> None:
    before = rows()
    with pytest.raises(Forbidden):
        services.request_upload(
            owner=villager, purpose=purpose, content_type=KINDS[MediaFile.Purpose(purpose)][1], size=9
        )
    assert rows() == before


@pytest.mark.parametrize(
    ("purpose", "data", "refusal"),
    [
        (RECORDING, b"", UnsupportedMediaType),
        (RECORDING, samples.jpeg(), UnsupportedMediaType),
        (RECORDING, b"RIFF\0\0\0\0WAVE", UnsupportedMediaType),
        (RECORDING, sounds.MP4, UnsupportedMediaType),
        (RECORDING, sounds.MP3[:400], RecordingRefused),
        (RECORDING, sounds.OGG[:-5], RecordingRefused),
        (VIDEO, sounds.MP3, UnsupportedMediaType),
        (VIDEO, sounds.M4A, UnsupportedMediaType),
        (VIDEO, sounds.MOV, UnsupportedMediaType),
        (VIDEO, sounds.MP4[:3000], RecordingRefused),
        (PICTURE, sounds.MP4, UnsupportedMediaType),
        (PICTURE, samples.jpeg()[:3000], PictureRefused),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else str(getattr(value, "__name__", value)),
)
def test_refused_and_nothing_stored(
    disk: Disk, editor: User, purpose: str, data: bytes, refusal: type[Refusal]
) -> None:
    before = rows()
    with pytest.raises(refusal) as refused:
        services.store_file(owner=editor, purpose=purpose, source=data)
    assert refused.value.message
    assert (rows(), disk.keys()) == (before, set())


@pytest.mark.parametrize(("purpose", "megabytes"), [(PICTURE, 10), (RECORDING, 30), (VIDEO, 60)])
def test_too_large(disk: Disk, editor: User, purpose: str, megabytes: int) -> None:
    class Endless(BytesIO):
        """A file that says it is a byte too long; nobody gets to read it."""

        def seek(self, offset: int, whence: int = 0) -> int:
            return megabytes * rules.MEBIBYTE + 1 if whence else super().seek(offset)

    data = KINDS[MediaFile.Purpose(purpose)][0]
    with pytest.raises(FileTooLarge, match=f"文件不能超过 {megabytes} MB"):
        services.store_file(owner=editor, purpose=purpose, source=Endless(data))
    assert (MediaFile.objects.count(), disk.keys()) == (0, set())


def test_an_empty_file_by_ticket(editor: User) -> None:
    with pytest.raises(InvalidInput):
        services.request_upload(owner=editor, purpose=VIDEO, content_type=rules.MP4, size=0)


def test_a_large_video_is_never_whole_in_memory(disk: Disk, editor: User) -> None:
    """Thirty megabytes of blank space, which tags may have, go through a few hundred kilobytes."""
    size = 30 * rules.MEBIBYTE
    with TemporaryFile() as source:
        source.write(sounds.MP4 + size.to_bytes(4, "big") + b"free")
        source.truncate(len(sounds.MP4) + size)
        tracemalloc.start()
        try:
            media = services.store_file(owner=editor, purpose="video", source=source)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert media.shown.size == len(sounds.MP4) + size
    assert peak < 8 * rules.MEBIBYTE


def test_a_row_that_cannot_be_written_leaves_no_bytes(
    disk: Disk, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(Rendition, "save", lost)
    with pytest.raises(IntegrityError):
        services.store_file(owner=editor, purpose="recording", source=sounds.MP3)
    assert (MediaFile.objects.count(), disk.keys()) == (0, set())


def test_bytes_that_are_stored_ahead_of_their_rows(disk: Disk, editor: User) -> None:
    stored = services.store_bytes(owner=editor, purpose="recording", source=sounds.MP3, name="a.mp3")
    assert (MediaFile.objects.count(), disk.keys()) == (0, {stored.rendition.key})
    media = stored.save()
    assert (MediaFile.objects.get(), media.shown.key) == (media, stored.rendition.key)
    other = services.store_bytes(owner=editor, purpose="recording", source=sounds.OGG)
    other.discard()
    assert (MediaFile.objects.count(), disk.keys()) == (1, {stored.rendition.key})


# Found again by the bytes.


@pytest.mark.parametrize("purpose", KINDS)
def test_a_file_is_known_by_what_came_and_by_what_was_made_of_it(disk: Disk, editor: User, purpose: str) -> None:
    data = KINDS[MediaFile.Purpose(purpose)][0]
    first = services.store_file(owner=editor, purpose=purpose, source=data, name="a")
    exported = bytes_of(first)
    assert selectors.same_file(purpose, digest_of(data)) == first
    assert selectors.same_file(purpose, digest_of(exported)) == first


def test_only_checked_files_of_the_purpose_are_the_same(disk: Disk, editor: User) -> None:
    digest = digest_of(sounds.MP3)
    media = services.store_file(owner=editor, purpose="recording", source=sounds.MP3)
    assert selectors.same_file(VIDEO, digest) is None
    assert selectors.same_file(RECORDING, "") is None
    assert selectors.same_file(RECORDING, digest_of(b"other")) is None
    MediaFile.objects.filter(pk=media.pk).update(state="checking")
    assert selectors.same_file(RECORDING, digest) is None


def test_of_private_pictures_no_digest_is_kept(disk: Disk, villager: User) -> None:
    media = services.store_picture(owner=villager, purpose="message", data=samples.jpeg())
    assert (media.digest, media.shown.digest) == ("", "")
    assert selectors.same_file("message", digest_of(samples.jpeg())) is None


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"width": 8},
        {"duration_ms": 0},
        {"duration_ms": 5, "width": 8},
        {"duration_ms": 0, "width": 8, "height": 6},
    ],
    ids=str,
)
def test_the_database_wants_a_size_or_a_duration(editor: User, shape: dict[str, int]) -> None:
    media = MediaFile.objects.create(owner=editor, purpose=PICTURE, size=1, state="ready")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendition.objects.create(media=media, key="public/x.webp", content_type=rules.WEBP, size=1, **shape)


# What clients get.

MEDIA = """query Media($id: ID!) { media(id: $id) {
  picture { id width } recording { id url bytes contentType durationSeconds }
  video { id url bytes contentType durationSeconds width height }
} }"""


def test_clients_know_length_and_size_before_they_download(ask: Ask, disk: Disk, editor: User) -> None:
    files = {purpose: services.store_file(owner=editor, purpose=purpose, source=KINDS[purpose][0]) for purpose in KINDS}
    answers = {
        purpose: ask(MEDIA, editor, id=encode_id("Media", file.pk))["data"]["media"] for purpose, file in files.items()
    }
    assert answers[PICTURE] == {
        "picture": {"id": encode_id("Picture", files[PICTURE].pk), "width": 320},
        "recording": None,
        "video": None,
    }
    recording, video = files[RECORDING].shown, files[VIDEO].shown
    assert answers[RECORDING] == {
        "picture": None,
        "video": None,
        "recording": {
            "id": encode_id("Recording", files[RECORDING].pk),
            "url": storage().url(recording.key),
            "bytes": recording.size,
            "contentType": "audio/mpeg",
            "durationSeconds": 1,
        },
    }
    assert answers[VIDEO] == {
        "picture": None,
        "recording": None,
        "video": {
            "id": encode_id("Video", files[VIDEO].pk),
            "url": storage().url(video.key),
            "bytes": video.size,
            "contentType": "video/mp4",
            "durationSeconds": 1,
            "width": 64,
            "height": 36,
        },
    }
