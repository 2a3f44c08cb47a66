"""Races, run by real connections."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from backend.accounts.models import User
from backend.errors import NotFound, Refusal
from media import rules, selectors, services
from media.errors import TooManyUploads
from media.models import MediaFile, Rendition
from tests.media import samples
from tests.media.conftest import Disk
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = MediaFile.Purpose.MESSAGE
DATA = samples.jpeg()


def request(owner: User) -> services.Upload:
    return services.request_upload(owner=owner, purpose=MESSAGE, content_type=rules.JPEG, size=len(DATA))


def test_the_limit_holds_when_asked_at_once(villager: User) -> None:
    for _ in range(18):
        request(villager)
    results = at_once(*[lambda: request(villager)] * 6)
    assert sorted(type(result).__name__ for result in results) == ["TooManyUploads"] * 4 + ["Upload"] * 2
    assert MediaFile.objects.count() == services.MAX_OPEN_UPLOADS == 20
    assert all(isinstance(result, TooManyUploads | services.Upload) for result in results)


def test_finished_many_times_at_once_is_checked_once(disk: Disk, villager: User) -> None:
    upload = request(villager)
    assert disk.post(upload.ticket, DATA) == 204
    media_id = upload.media.pk
    results = at_once(*[lambda: services.finish_upload(owner=villager, media_id=media_id).state] * 6)
    assert results == ["checking"] * 6
    assert OrmQ.objects.count() == 1


def test_checked_many_times_at_once_is_one_rendition(disk: Disk, villager: User) -> None:
    upload = request(villager)
    assert disk.post(upload.ticket, DATA) == 204
    services.finish_upload(owner=villager, media_id=upload.media.pk)
    results = at_once(*[lambda: services.check_upload(media_id=upload.media.pk)] * 4)
    assert results == [None] * 4
    assert Rendition.objects.count() == 1
    assert disk.keys() == {selectors.ready_picture(upload.media.pk, villager, MESSAGE).shown.key}


def test_the_same_key_uploaded_many_times_at_once_is_one_file(disk: Disk, villager: User) -> None:
    ticket = request(villager).ticket
    answers = at_once(*[lambda: disk.post(ticket, DATA)] * 5)
    assert sorted(answers) == [204, 403, 403, 403, 403]
    assert disk.keys() == {ticket.fields["key"]}


@pytest.mark.parametrize("_again", range(5))
def test_finished_and_swept_at_once(disk: Disk, villager: User, _again: int) -> None:
    """Whoever is first, the outcome is one of two: gone and said to be, or refused with a reason."""
    upload = request(villager)
    assert disk.post(upload.ticket, DATA) == 204
    MediaFile.objects.update(created_at=timezone.now() - timedelta(hours=25))
    media_id = upload.media.pk
    results = at_once(services.sweep_uploads, lambda: services.finish_upload(owner=villager, media_id=media_id))
    unexpected = [result for result in results if isinstance(result, Exception) and not isinstance(result, Refusal)]
    assert not unexpected
    services.check_upload(media_id=media_id)
    media = MediaFile.objects.filter(pk=media_id).first()
    if media is None:
        with pytest.raises(NotFound):
            services.finish_upload(owner=villager, media_id=media_id)
    else:
        assert (media.state, bool(media.refusal)) in [("refused", True), ("ready", False)]
    assert not any(key.startswith("uploads/") for key in list(disk.keys()))
