"""The windows in which files are chosen: who gets in, what is listed, what is taken, and what blocks make of it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.blocks import StreamBlock, StructBlock

from backend.accounts.models import User
from backend.regions.models import Division
from media import services
from media.blocks import PictureChooserBlock, RecordingChooserBlock, VideoChooserBlock
from media.console import picture_chooser, recording_chooser, video_chooser
from media.models import MediaFile
from tests.editorial import Office, at_desk, open_office
from tests.media import samples, sounds
from tests.media.conftest import Disk

DATA = {"picture": samples.jpeg(), "recording": sounds.MP3, "video": sounds.MP4}
NAMES = {"picture": "村口.jpg", "recording": "讲法.mp3", "video": "短片.mp4"}


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    return open_office()


@pytest.fixture
def files(disk: Disk, office: Office) -> dict[str, MediaFile]:
    """One checked file of each kind, of someone else."""
    return {
        purpose: services.store_file(owner=office.both, purpose=purpose, source=data, name=NAMES[purpose])
        for purpose, data in DATA.items()
    }


def at(purpose: str, view: str, *arguments: Any) -> str:
    return reverse(f"media_{purpose}:{view}", args=arguments)


def addresses(media: MediaFile) -> list[str]:
    purpose = media.purpose
    return [
        at(purpose, "choose"),
        at(purpose, "choose_results"),
        at(purpose, "chosen", media.pk),
        f"{at(purpose, 'chosen_multiple')}?id={media.pk}",
        at(purpose, "create"),
    ]


@pytest.mark.parametrize("purpose", DATA)
def test_who_writes_no_content_gets_nothing(
    office: Office, files: dict[str, MediaFile], purpose: str, make_user: Callable[..., User]
) -> None:
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    for user in (office.supervisor, make_user(), None):
        client = at_desk(user) if user else Client()
        for address in addresses(files[purpose]):
            for method in (client.get, client.post):
                answer = method(address, headers=ajax)
                assert answer.status_code in {302, 403}, address
                assert NAMES[purpose] not in answer.text
                assert method(address).status_code in {302, 403}
    assert MediaFile.objects.count() == 3


@pytest.mark.parametrize("purpose", DATA)
def test_only_checked_files_of_the_kind_are_offered(office: Office, files: dict[str, MediaFile], purpose: str) -> None:
    media = files[purpose]
    hidden = MediaFile.objects.create(owner=office.editor, purpose=purpose, size=1, name="还没检查")
    desk = at_desk(office.editor)
    window = desk.get(at(purpose, "choose")).json()["html"]
    listed = desk.get(at(purpose, "choose_results")).text
    for page in (window, listed):
        assert [name for name in NAMES.values() if name in page] == [NAMES[purpose]]
        assert media.shown.key in page
        assert "还没检查" not in page
    chosen = desk.get(at(purpose, "chosen", media.pk)).json()
    assert chosen["result"]["id"] == str(media.pk)
    assert chosen["result"]["title"].startswith(f"{NAMES[purpose]}（")
    others = [hidden.pk, uuid4(), "nonsense", *(file.pk for file in files.values() if file != media)]
    assert [desk.get(at(purpose, "chosen", other)).status_code for other in others] == [404] * len(others)
    many = desk.get(at(purpose, "chosen_multiple"), {"id": [*others, media.pk]}).json()["result"]
    assert [each["id"] for each in many] == [str(media.pk)]


def test_files_are_found_by_words_of_their_names(office: Office, files: dict[str, MediaFile]) -> None:
    services.store_picture(owner=office.editor, purpose="picture", data=samples.png(), name="村委会 公告栏.png")
    desk = at_desk(office.editor)

    def found(words: str) -> list[str]:
        text = desk.get(at("picture", "choose_results"), {"q": words}).text
        return [name for name in ("村口.jpg", "村委会 公告栏.png") if name in text]

    assert found("村") == ["村口.jpg", "村委会 公告栏.png"]
    assert found("公告 村委") == ["村委会 公告栏.png"]
    assert found("没有") == []
    assert desk.get(at("picture", "choose_results"), {"q": "\0"}).status_code == 200


def test_a_list_costs_as_many_statements_for_many_files(
    office: Office, files: dict[str, MediaFile], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk = at_desk(office.editor)
    desk.get(at("recording", "choose_results"))
    # Session, person, their profile, their permissions (of their own, of their groups), their office, count, files,
    # clean copies.
    with django_assert_num_queries(9):
        desk.get(at("recording", "choose_results"))
    for _ in range(5):
        services.store_file(owner=office.editor, purpose="recording", source=sounds.OGG, name="又一段")
    with django_assert_num_queries(9):
        assert desk.get(at("recording", "choose_results")).text.count("又一段") == 5


# Uploading.


def send(user: User, purpose: str, data: bytes, *, name: str = "") -> dict[str, Any]:
    file = SimpleUploadedFile("新的.bin", data, "application/octet-stream")
    form = {"media-upload-file": file, "media-upload-name": name}
    answer = at_desk(user).post(at(purpose, "create"), form)
    assert answer.status_code == 200
    told: dict[str, Any] = json.loads(answer.content)
    return told


@pytest.mark.parametrize("purpose", DATA)
def test_a_new_file_is_checked_stored_and_chosen(office: Office, disk: Disk, purpose: str) -> None:
    told = send(office.editor, purpose, DATA[purpose])
    media = MediaFile.objects.get()
    assert (told["step"], told["result"]["id"]) == ("chosen", str(media.pk))
    assert (media.purpose, media.state, media.owner, media.name) == (purpose, "ready", office.editor, "新的.bin")
    assert disk.keys() == {media.shown.key}


def test_a_new_file_may_be_given_a_name(office: Office, disk: Disk) -> None:
    told = send(office.editor, "recording", sounds.M4A, name="家暴怎么办")
    assert told["result"]["title"] == "家暴怎么办（0:01，3 KB）"


@pytest.mark.parametrize(
    ("purpose", "data", "sentence"),
    [
        ("picture", sounds.MP4, "只支持 JPEG、PNG、WebP 图片"),
        ("recording", samples.jpeg(), "只支持 MP3、M4A（AAC）、Ogg（Opus）录音"),
        ("recording", sounds.MP4, "录音中须有且只有一条声音"),
        ("video", sounds.MOV, "不支持 MOV"),
        ("video", sounds.MP4[:2000], "已损坏"),
        ("video", b"", "文件是空的"),
    ],
    ids=["a video", "a picture", "a video for a recording", "mov", "half", "nothing"],
)
def test_what_is_refused_comes_back_with_the_reason(
    office: Office, disk: Disk, purpose: str, data: bytes, sentence: str
) -> None:
    told = send(office.editor, purpose, data)
    assert told["step"] == "reshow_creation_form"
    assert sentence in told["htmlFragment"]
    assert (MediaFile.objects.count(), disk.keys()) == (0, set())


def test_no_file_at_all(office: Office, disk: Disk) -> None:
    told = at_desk(office.editor).post(at("video", "create"), {}).json()
    assert "请选择一个文件" in told["htmlFragment"]


def test_without_the_forms_token_nothing_is_taken(office: Office, disk: Disk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.editor)
    file = SimpleUploadedFile("x.mp3", sounds.MP3)
    assert client.post(at("recording", "create"), {"media-upload-file": file}).status_code == 403
    assert not MediaFile.objects.exists()


# Blocks and buttons.


class Body(StreamBlock):
    """A body with every kind."""

    picture = StructBlock([("media", PictureChooserBlock())])
    recording = StructBlock([("media", RecordingChooserBlock())])
    video = StructBlock([("media", VideoChooserBlock())])


def stored(files: dict[str, MediaFile], times: int = 1) -> list[dict[str, Any]]:
    return [
        {"type": purpose, "value": {"media": str(file.pk)}, "id": str(uuid4())}
        for _ in range(times)
        for purpose, file in files.items()
    ]


def test_a_block_keeps_the_id_as_text(files: dict[str, MediaFile]) -> None:
    raw = stored(files)
    body = Body()
    value = body.to_python(raw)
    assert [block.value["media"] for block in value] == list(files.values())
    assert body.get_prep_value(value) == raw
    json.dumps(body.get_prep_value(value))
    given = body.normalize([(purpose, {"media": str(file.pk)}) for purpose, file in files.items()])
    assert [block["value"] for block in body.get_prep_value(given)] == [block["value"] for block in raw]


def test_many_blocks_cost_two_statements_a_kind(
    files: dict[str, MediaFile], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for times in (1, 20):
        raw = stored(files, times)
        with django_assert_num_queries(2 * len(files)):
            value = Body().to_python(raw)
            assert all(block.value["media"].shown.size for block in value)


@pytest.mark.parametrize(
    "gone", [None, "", "nonsense", str(uuid4()), 7, "\0"], ids=["none", "empty", "nonsense", "unknown", "number", "nul"]
)
def test_a_block_whose_file_is_gone_is_empty(db: None, gone: Any) -> None:
    block = PictureChooserBlock()
    assert block.to_python(gone) is None
    assert block.value_from_form(gone) is None
    assert block.get_prep_value(None) is None


def test_a_block_takes_only_its_kind(office: Office, files: dict[str, MediaFile]) -> None:
    block = RecordingChooserBlock()
    assert block.clean(files["recording"]) == files["recording"]
    message = services.store_picture(owner=office.root, purpose="message", data=samples.jpeg())
    waiting = MediaFile.objects.create(owner=office.root, purpose="recording", size=1)
    for other in (files["picture"], files["video"], message, waiting, None):
        with pytest.raises(ValidationError):
            block.clean(other)
    assert RecordingChooserBlock(required=False).clean(None) is None


@pytest.mark.parametrize("purpose", DATA)
def test_a_button_shows_what_is_chosen(files: dict[str, MediaFile], purpose: str) -> None:
    widget = {"picture": picture_chooser, "recording": recording_chooser, "video": video_chooser}[purpose]()
    html = widget.render("file", files[purpose].pk, {"id": "id_file"})
    assert NAMES[purpose] in html
    assert f'value="{files[purpose].pk}"' in html
    assert at(purpose, "choose") in html
    empty = widget.render("file", None, {"id": "id_file"})
    for nothing in (uuid4(), "nonsense", "\0"):
        assert NAMES[purpose] not in widget.render("file", nothing, {"id": "id_file"})
    assert "清除" in empty


def test_a_field_takes_only_what_its_button_offers(office: Office, files: dict[str, MediaFile]) -> None:
    class Form(forms.Form):
        recording = forms.ModelChoiceField(MediaFile.objects.all(), widget=recording_chooser(), required=False)

    def taken(value: Any) -> Any:
        form = Form({"recording": value})
        return form.cleaned_data["recording"] if form.is_valid() else form.errors["recording"]

    message = services.store_picture(owner=office.root, purpose="message", data=samples.jpeg())
    assert taken(str(files["recording"].pk)) == files["recording"]
    assert taken("") is None
    for other in (files["video"].pk, message.pk, uuid4(), "nonsense", "\0"):
        assert taken(str(other)) == ["选择一个有效的选项： 该选择不在可用的选项中。"]
