"""Checks and sweeps that are killed, raced or given up: the next run ends what they began."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.errors import NotFound
from backend.jobs.runner import run_pending
from media import selectors, services
from media.errors import PictureRefused
from media.models import MediaFile, Rendition
from media.storage import storage
from tests.media.conftest import Disk, Place
from tests.media.uploads import DATA, MESSAGE, finished, request, uploaded

# Killed in the middle: SystemExit stands for the signal, at each step in turn.


@pytest.mark.parametrize("step", ["stat", "fetch", "save", "delete"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_check_killed_at_any_step_is_done_by_the_next(
    disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    media = finished(disk, villager)
    store = type(storage())
    real = getattr(store, step)

    def killed(*args: Any, **kwargs: Any) -> None:
        if after:
            real(*args, **kwargs)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(store, step, killed)
        with pytest.raises(SystemExit):
            services.check_upload(media_id=media.pk)
    services.check_upload(media_id=media.pk)
    assert disk.keys() == {selectors.ready_picture(media.pk, villager, MESSAGE).shown.key}
    assert Rendition.objects.count() == 1


def test_a_check_killed_between_bytes_and_row_is_done_by_the_next(
    disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = finished(disk, villager)

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Rendition, "save", killed)
        with pytest.raises(SystemExit):
            services.check_upload(media_id=media.pk)
    media.refresh_from_db()
    assert media.state == MediaFile.State.CHECKING, "READY and its rendition are written together"
    services.check_upload(media_id=media.pk)
    assert disk.keys() == {selectors.ready_picture(media.pk, villager, MESSAGE).shown.key}


def test_a_refusal_killed_before_its_bytes_are_gone(
    disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = finished(disk, villager, DATA[:5000])

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(type(storage()), "delete", killed)
        with pytest.raises(SystemExit):
            services.check_upload(media_id=media.pk)
    services.check_upload(media_id=media.pk)
    media.refresh_from_db()
    assert (media.state, media.refusal) == (MediaFile.State.REFUSED, PictureRefused.message)
    assert disk.keys() == set()


def test_a_store_out_of_reach_is_no_refusal(disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    media = finished(disk, villager)

    def unreachable(*_: Any, **__: Any) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(type(storage()), "fetch", unreachable)
        with pytest.raises(TimeoutError):
            services.check_upload(media_id=media.pk)
    media.refresh_from_db()
    assert media.state == MediaFile.State.CHECKING
    services.check_upload(media_id=media.pk)
    assert selectors.ready_picture(media.pk, villager, MESSAGE)


# The sweep.


def age(media: MediaFile, **delta: int) -> None:
    MediaFile.objects.filter(pk=media.pk).update(created_at=timezone.now() - timedelta(**delta))


def test_the_sweep_takes_what_was_never_finished(place: Place, villager: User) -> None:
    fresh, old, empty = uploaded(place, villager), uploaded(place, villager), request(villager).media
    age(fresh, hours=23)
    age(old, hours=25)
    age(empty, hours=25)
    assert services.sweep_uploads() == 2
    assert list(MediaFile.objects.all()) == [fresh]
    assert place.keys() == {fresh.upload_key}
    assert services.sweep_uploads() == 0
    with pytest.raises(NotFound):
        services.finish_upload(owner=villager, media_id=old.pk)


def test_the_sweep_gives_up_checks_that_never_ended(place: Place, villager: User) -> None:
    media = finished(place, villager)
    age(media, hours=47)
    assert services.sweep_uploads() == 0
    age(media, hours=49)
    assert services.sweep_uploads() == 1
    media.refresh_from_db()
    assert (media.state, media.refusal) == (MediaFile.State.REFUSED, "检查未能完成，请重新上传")
    assert place.keys() == set()
    run_pending()
    assert place.keys() == set()
    assert services.sweep_uploads() == 0


def test_bytes_brought_back_by_an_unused_ticket_are_swept(place: Place, villager: User) -> None:
    """A ticket can be used again until it expires, after the original was deleted."""
    upload = request(villager)
    assert place.post(upload.ticket, DATA) == 204
    services.finish_upload(owner=villager, media_id=upload.media.pk)
    run_pending()
    assert place.post(upload.ticket, DATA) == 204
    rendition = selectors.ready_picture(upload.media.pk, villager, MESSAGE).shown
    assert place.keys() == {rendition.key, upload.media.upload_key}
    age(upload.media, hours=49)
    assert services.sweep_uploads() == 1
    assert place.keys() == {rendition.key}
    assert selectors.ready_picture(upload.media.pk, villager, MESSAGE)
    assert services.sweep_uploads() == 0


def test_a_sweep_killed_in_the_middle_is_done_by_the_next(
    disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = uploaded(disk, villager)
    age(media, hours=25)
    real = type(storage()).delete

    def killed(*args: Any) -> None:
        real(*args)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(type(storage()), "delete", killed)
        with pytest.raises(SystemExit):
            services.sweep_uploads()
    assert services.sweep_uploads() == 1
    assert not MediaFile.objects.exists()


def test_a_sweep_is_limited(disk: Disk, villager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SWEEP_LIMIT", 2)
    for _ in range(3):
        age(request(villager).media, hours=25)
    assert [services.sweep_uploads() for _ in range(3)] == [2, 1, 0]
