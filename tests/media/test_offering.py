"""Which files the chooser offers to whom: an address of a public file opens it for anyone who has it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import RoleGrant, User
from backend.accounts.services import grant_role, withdraw_role
from backend.content.frame import EDITORS
from backend.content.models import ContentItem
from backend.regions.models import Division
from media import services
from media.console import picture_chooser
from media.models import MediaFile
from media.offering import offered, offered_by_id
from tests.editorial import (
    COUNTY,
    ELSEWHERE,
    ELSEWHERE_PREFECTURE,
    PREFECTURE,
    Office,
    at_desk,
    draft,
    go_live,
    hire,
    open_elsewhere,
    open_office,
    publish,
    translate,
)
from tests.media import samples, sounds

NAME = "受害人照片.jpg"


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    return open_office()


@pytest.fixture
def of_the_county(office: Office) -> User:
    """Somebody who writes for a county of Chengdu."""
    return hire("of-the-county", EDITORS, works_for=COUNTY)


@pytest.fixture
def stranger(of_the_county: User) -> User:
    """Somebody who writes for another prefecture."""
    return open_elsewhere().editor


def picture(owner: User, name: str = NAME) -> MediaFile:
    return services.store_picture(owner=owner, purpose="picture", data=samples.jpeg(), name=name)


def body(media: MediaFile) -> list[Any]:
    return [("picture", {"media": media, "alt": "图", "caption": ""})]


def sees(viewer: User, media: MediaFile) -> bool:
    """Whether a person is offered a file; by whatever address, the answer is the same."""
    desk, names = at_desk(viewer), f"media_{media.purpose}"
    pages = [
        desk.get(reverse(f"{names}:choose")).json()["html"],
        desk.get(reverse(f"{names}:choose_results")).text,
        desk.get(reverse(f"{names}:choose_results"), {"q": media.name}).text,
    ]
    chosen = desk.get(reverse(f"{names}:chosen", args=[media.pk]))
    several = desk.get(reverse(f"{names}:chosen_multiple"), {"id": [media.pk]}).json()["result"]
    answers = {
        *(media.shown.key in page for page in pages),
        *(f"{media.name}（" in page for page in pages),
        chosen.status_code == 200,
        bool(several),
    }
    assert len(answers) == 1, answers
    return answers.pop()


def test_a_file_that_no_reader_saw_is_shown_to_its_own_office_alone(
    office: Office, of_the_county: User, stranger: User
) -> None:
    media = picture(of_the_county)
    assert sees(of_the_county, media)
    assert sees(office.editor, media), "the province is above the county"
    assert not sees(stranger, media)
    assert not sees(of_the_county, picture(office.editor, "省里.jpg")), "the county is not above the province"
    draft(of_the_county, body=body(media))
    assert not sees(stranger, media)


def test_a_keeper_of_the_system_sees_no_office(office: Office, of_the_county: User) -> None:
    media = picture(of_the_county)
    assert not sees(office.root, media)
    assert sees(office.root, picture(office.root, "自己的.jpg"))


def test_who_leaves_an_office_is_shown_its_files_no_more(office: Office, of_the_county: User) -> None:
    media, own = picture(office.editor), picture(of_the_county, "自己的.jpg")
    province = {"role": RoleGrant.Role.STAFF, "division": Division.objects.get(pk=PREFECTURE)}
    hand = picture(hire("of-chengdu", EDITORS, works_for=PREFECTURE), "成都.jpg")
    grant_role(user=of_the_county, **province)
    assert [sees(of_the_county, each) for each in (media, own, hand)] == [False, True, True]
    withdraw_role(user=of_the_county, **province)
    assert [sees(of_the_county, each) for each in (media, own, hand)] == [False, True, False]


def _in_a_body(owner: User, media: MediaFile) -> Iterator[bool]:
    item = draft(owner, body=body(media))
    yield False
    go_live(item)
    yield True
    item.refresh_from_db()
    item.unpublish()
    yield False


def _in_a_draft_of_what_is_live(owner: User, media: MediaFile) -> Iterator[bool]:
    item = publish(owner)
    item.body = body(media)
    item.save_revision(user=owner)
    yield False
    go_live(item)
    yield True


def _in_a_translation(owner: User, media: MediaFile) -> Iterator[bool]:
    item = draft(owner)
    text = go_live(translate(item, owner, body=body(media)))
    assert text.live
    yield False
    go_live(item)
    yield True


@pytest.mark.parametrize("way", [_in_a_body, _in_a_draft_of_what_is_live, _in_a_translation])
def test_what_readers_see_is_offered_to_everyone_who_writes(of_the_county: User, stranger: User, way: Any) -> None:
    media = picture(of_the_county)
    for shown in way(of_the_county, media):
        assert sees(stranger, media) is shown


def test_so_are_the_recordings_and_videos_of_an_item(of_the_county: User, stranger: User) -> None:
    files = {
        purpose: services.store_file(owner=of_the_county, purpose=purpose, source=data, name=purpose)
        for purpose, data in (("recording", sounds.MP3), ("video", sounds.MP4))
    }
    item = draft(of_the_county, **files)
    assert not any(sees(stranger, media) for media in files.values())
    go_live(item)
    assert all(sees(stranger, media) for media in files.values())


def test_to_know_the_office_costs_one_statement(
    of_the_county: User, stranger: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    grant_role(user=stranger, role=RoleGrant.Role.STAFF, division=Division.objects.get(pk=ELSEWHERE))
    list(offered("picture", stranger))
    for _ in range(3):
        picture(stranger)
    # The office, the files, their clean copies.
    with django_assert_num_queries(3):
        assert len(offered("picture", stranger)) == 3


def test_by_id_in_their_order_and_only_of_the_purpose(office: Office, of_the_county: User) -> None:
    one, two, other = picture(of_the_county), picture(of_the_county), picture(office.editor)
    ids = ["nonsense", str(two.pk), other.pk, one.pk, "\0"]
    assert offered_by_id("picture", ids, of_the_county) == [two, one]
    assert offered_by_id("recording", ids, of_the_county) == []


def test_a_button_shows_only_checked_files_of_its_purpose(of_the_county: User) -> None:
    button = picture_chooser()
    media = picture(of_the_county)
    sound = services.store_file(owner=of_the_county, purpose="recording", source=sounds.MP3)
    waiting = MediaFile.objects.create(owner=of_the_county, purpose="picture", size=1)
    assert [button.get_instance(each) for each in (media, media.pk, str(media.pk))] == [media] * 3
    for other in (sound, sound.pk, waiting, waiting.pk, None, "", "nonsense", "\0"):
        assert button.get_instance(other) is None


def test_the_elsewhere_of_these_tests_is_elsewhere(stranger: User) -> None:
    assert list(stranger.roles.values_list("division", flat=True)) == [ELSEWHERE_PREFECTURE]
    assert ContentItem.objects.count() == 0
