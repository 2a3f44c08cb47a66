"""The editors of items and of their other languages: what they store, what they refuse, and two people at once."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.admin.models import FormState

from backend.content.models import ContentItem, ContentLesson, ContentTranslation
from backend.regions.models import Division
from media.models import MediaFile, Rendition
from tests.editorial import (
    BODY,
    COUNTY,
    VILLAGE,
    Office,
    address,
    at_desk,
    draft,
    editor_form,
    enact,
    go_live,
    publish,
    translate,
    translation_form,
    typed,
)


def newest(text: Any) -> Any:
    """The newest version."""
    return type(text).objects.get(pk=text.pk).get_latest_revision_as_object()


def sound(owner: Any, purpose: str = "recording") -> MediaFile:
    """A checked recording or video."""
    media = MediaFile.objects.create(owner=owner, purpose=purpose, state="ready", content_type="audio/mpeg", size=9)
    size = {"width": 640, "height": 360} if purpose == "video" else {}
    Rendition.objects.create(
        media=media, key=str(uuid4()), content_type="audio/mpeg", size=9, duration_ms=61_000, **size
    )
    return media


def test_everything_of_an_item_is_stored_as_it_was_typed(office: Office) -> None:
    topic = publish(office.editor, kind="topic", title="一个专题")
    recording, video = sound(office.editor), sound(office.editor, "video")
    form = editor_form(
        kind="video",
        division=COUNTY,
        audience=[VILLAGE],
        audience_roles=["1", "4"],
        audience_groups=["2", "64"],
        topics=[str(topic.pk)],
        recording=str(recording.pk),
        video=str(video.pk),
        pinned_until="2030-01-31",
        question="问题",
    )
    desk = at_desk(office.editor)
    assert desk.post(address("add"), form).status_code == 302
    item = ContentItem.objects.latest("pk")
    assert (item.kind, item.division_id, item.audience_roles, item.audience_groups) == ("video", COUNTY, 5, 66)
    assert [list(item.audience.all()), list(item.topics.all())] == [[Division.objects.get(pk=VILLAGE)], [topic]]
    assert (item.recording, item.video, str(item.pinned_until)) == (recording, video, "2030-01-31")
    page = desk.get(address("edit", item.pk))
    form_again = page.context["form"]
    assert form_again["audience_roles"].value() == ["1", "4"]
    read = desk.get(address("inspect", item.pk)).text
    for words in ("村民、村干部", "乡村、寺庙", "一个专题", "新都区", "置顶至"):
        assert words in read


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"audience_roles": ["3"]}, "audience_roles"),
        ({"audience_groups": ["x"]}, "audience_groups"),
        ({"kind": "gossip"}, "kind"),
        ({"case_category": "gossip", "kind": "case"}, "case_category"),
        ({"audience": ["999999999999"]}, "audience"),
        ({"topics": ["999999"]}, "topics"),
        ({"recording": str(uuid4())}, "recording"),
        ({"video": "x"}, "video"),
        ({"pinned_until": "明天"}, "pinned_until"),
        ({"title": "长" * 81}, "title"),
    ],
)
def test_what_does_not_exist_is_an_error_of_its_field(office: Office, values: dict[str, Any], field: str) -> None:
    answer = at_desk(office.editor).post(address("add"), editor_form(**values))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not ContentItem.objects.exists()


def test_a_recording_is_no_video(office: Office) -> None:
    answer = at_desk(office.editor).post(address("add"), editor_form(video=str(sound(office.editor).pk)))
    assert "video" in answer.context["form"].errors
    assert not ContentItem.objects.exists()


@pytest.mark.parametrize("csrf", [False, True])
@pytest.mark.parametrize("model", [ContentItem, ContentTranslation])
def test_a_body_of_50_megabytes_is_refused_in_words_and_nothing_is_stored(
    office: Office, model: Any, csrf: bool
) -> None:
    item = draft(office.editor)
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(office.editor)
    token = {"csrfmiddlewaretoken": client.get(address("add")).context["csrf_token"]}
    form = (
        editor_form(title="大" * (50 * 2**20 // 3))
        if model is ContentItem
        else translation_form(item, title="大" * 17_500_000)
    )
    for path in (address("add", model=model), address("edit", item.pk)):
        answer = client.post(path, {**token, **form})
        assert answer.status_code == 413
        assert "内容太大，没有保存" in answer.text
    assert (ContentItem.objects.count(), ContentTranslation.objects.count(), item.revisions.count()) == (1, 0, 1)


def paragraph(text: str, *, link: str = "") -> Any:
    """A passage as the rich text editor sends it."""
    ranges = [{"offset": 0, "length": len(text), "key": 0}] if link else []
    entities = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": link}}} if link else {}
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": ranges}
    return json.dumps({"blocks": [block], "entityMap": entities})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (paragraph("<script>alert(1)</script>"), "这一段里有网页脚本，不能保存"),
        (paragraph("< IFRAME src=x>"), "这一段里有网页脚本，不能保存"),
        (paragraph("写作 javascript:alert(1) 的"), "这一段里有网页脚本，不能保存"),
        (paragraph("字" * 5001), "一段不能超过 5000 字"),
    ],
    ids=["script", "iframe", "address", "long"],
)
def test_a_passage_that_cannot_be_stored_is_refused_and_nothing_is(office: Office, value: str, sentence: str) -> None:
    item = draft(office.editor)
    form = editor_form(title="不该保存")
    form["body-1-value"] = value
    for path in (address("add"), address("edit", item.pk)):
        answer = at_desk(office.editor).post(path, form)
        assert answer.status_code == 200
        # The page's script gets the errors of blocks as JSON.
        assert json.dumps(sentence)[1:-1] in answer.text or sentence in answer.text
    assert (ContentItem.objects.count(), item.revisions.count(), newest(item).title) == (1, 1, "夫妻共同财产")


def test_a_link_that_is_a_script_leads_nowhere(office: Office) -> None:
    form = editor_form()
    form["body-1-value"] = paragraph("看这里", link="javascript:alert(1)")
    at_desk(office.editor).post(address("add"), form)
    assert "javascript" not in str([list(item.body.raw_data) for item in ContentItem.objects.all()])


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", '<a href="javascript:alert(1)">x</a>', "<img src=x onerror=alert(1)>"]
)
def test_what_was_stored_by_another_way_harms_no_page(office: Office, html: str) -> None:
    item = draft(office.editor, body=[("paragraph", f"<p>文字{html}</p>")])
    desk = at_desk(office.editor)
    for path in (address("inspect", item.pk), address("revisions_view", item.pk, item.latest_revision_id)):
        page = desk.get(path).text
        assert html not in page
        assert "javascript:alert" not in page
        assert "文字" in page


def test_another_language_is_added_from_the_items_page(office: Office) -> None:
    item = draft(office.editor)
    desk = at_desk(office.editor)
    read = desk.get(address("inspect", item.pk)).text
    path = f"{address('add', model=ContentTranslation)}?item={item.pk}&language=bo"
    assert path.replace("&", "&amp;") in read
    assert "添加彝语版本" in read
    page = desk.get(path)
    assert (page.context["form"]["item"].value(), page.context["form"]["language"].value()) == (item.pk, "bo")
    assert desk.post(path, translation_form(item)).status_code == 302
    text = ContentTranslation.objects.get()
    assert (text.item, text.language, text.author, text.live) == (item, "bo", office.editor, False)
    again = desk.post(path, translation_form(item))
    assert again.status_code == 200
    assert ContentTranslation.objects.count() == 1
    read = desk.get(address("inspect", item.pk)).text
    assert address("inspect", text.pk, model=ContentTranslation) in read
    assert "添加藏语版本" not in read


def test_the_item_and_the_language_of_a_translation_stay(office: Office) -> None:
    item, other = draft(office.editor), draft(office.editor, title="另一篇")
    text = translate(item, office.editor)
    desk = at_desk(office.editor)
    desk.post(address("edit", text.pk, model=ContentTranslation), translation_form(other, language="ii", title="改了"))
    now = newest(text)
    assert (now.title, now.item_id, now.language) == ("改了", item.pk, "bo")


@pytest.mark.parametrize("item", ["", "x", "9" * 30, "-1", "\0"])
def test_a_strange_item_in_the_address_is_none(office: Office, item: str) -> None:
    page = at_desk(office.editor).get(address("add", model=ContentTranslation), {"item": item, "language": "xx"})
    assert page.status_code == 200
    assert not page.context["form"]["item"].value()


def test_versions_are_compared_in_words_by_everyone_who_may_read_them(office: Office) -> None:
    item = publish(office.editor)
    lesson = publish(office.editor, title="第一课")
    desk = at_desk(office.editor)
    facts = {"case_facts-mediation-outcome": "握手言和"}
    rows = {
        "lessons-TOTAL_FORMS": "1",
        "lessons-0-lesson": str(lesson.pk),
        "lessons-0-id": "",
        "lessons-0-ORDER": "1",
        "lessons-0-DELETE": "",
    }
    changed = editor_form(
        kind="case",
        title="新的标题",
        case_category="mediation",
        audience=[COUNTY],
        audience_groups=["64"],
        body=typed([*BODY, ("quote", {"text": "去法院", "source": ""})]),
    )
    assert desk.post(address("edit", item.pk), {**changed, **facts, **rows}).status_code == 302
    item.refresh_from_db()
    path = address("revisions_compare", item.pk, "live", item.latest_revision_id)
    assert path in at_desk(office.reviewer).get(address("inspect", item.pk)).text
    for user in (office.reviewer, office.supervisor, office.editor):
        page = at_desk(user).get(path).text
        for words in ("新的", "案例", "新都区", "寺庙", "握手言和", "第一课", "去法院", "受众人群"):
            assert words in page, words


def test_the_preview_shows_what_is_typed_and_stores_nothing(office: Office) -> None:
    item = draft(office.editor)
    desk = at_desk(office.editor)
    path = address("preview_on_edit", item.pk)
    assert desk.post(path, editor_form(title="正在改的标题")).json() == {"is_valid": True, "is_available": True}
    page = desk.get(path)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    for words in ("正在改的标题", "婚后的收入", "图文 · 阅读约 1 分钟"):
        assert words in page.text
    assert newest(item).title == "夫妻共同财产"
    assert desk.post(address("preview_on_add"), editor_form(title="新的一篇")).json()["is_valid"]
    assert "新的一篇" in desk.get(address("preview_on_add")).text
    assert ContentItem.objects.count() == 1
    assert at_desk(office.reviewer).get(path).status_code == 302


def test_a_live_translation_keeps_its_words_until_the_new_ones_are_approved(office: Office) -> None:
    item = publish(office.editor)
    text = go_live(translate(item, office.editor))
    at_desk(office.editor).post(
        address("edit", text.pk, model=ContentTranslation), translation_form(item, title="新的", action="publish")
    )
    text.refresh_from_db()
    assert text.title == "另一种语言的标题"
    assert newest(text).title == "新的"


def test_the_reading_page_costs_the_same_statements_for_a_long_text(office: Office) -> None:
    enact()
    lesson = publish(office.editor, title="第一课")
    case = publish(office.editor, title="一个案例", kind="case", case_category="mediation")
    counts = set()
    for length in (1, 4, 12):
        body = [*BODY, ("case", {"item": case}), ("recording", {"media": sound(office.editor), "title": "听"})] * length
        item = draft(office.editor, kind="course", title=f"课程{length}", body=body)
        # Lessons are not multiplied: a version is read with two statements for each of them.
        item.lessons = [ContentLesson(lesson=lesson, sort_order=0)]
        item.save()
        item.save_revision(user=office.editor)
        desk = at_desk(office.editor)
        desk.get(address("inspect", item.pk))
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(address("inspect", item.pk)).text
        assert page.count("一个案例") == length
        assert "第一课" in page
        counts.add(len(asked))
    assert len(counts) == 1


#: What no script of the editor sends: changes to its form, None takes a field out.
MALFORMED: dict[str, dict[str, str | None]] = {
    "no count": {"body-count": None},
    "no number": {"body-count": "x"},
    "negative": {"body-count": "-5"},
    "far too many": {"body-count": "999999999"},
    "cut short": {"body-count": "99"},
    "no kind": {"body-0-type": "evil"},
    "no order": {"body-0-order": None},
    "no JSON": {"body-1-value": "<p>x</p>"},
    "a number": {"body-1-value": "5"},
    "a list": {"body-1-value": "[]"},
    "blocks that are none": {"body-1-value": '{"blocks":5}'},
    "a block that is none": {"body-1-value": '{"blocks":[5]}'},
    "a negative list": {"body-0-type": "steps", "body-0-value-count": "-1"},
}


@pytest.mark.parametrize("view", ["add", "edit", "preview_on_add", "preview_on_edit"])
@pytest.mark.parametrize("model", [ContentItem, ContentTranslation])
@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_form_that_no_editor_sends_is_a_bad_request_and_nothing_is_stored(
    office: Office, malformed: str, model: Any, view: str
) -> None:
    item = draft(office.editor)
    text = item if model is ContentItem else translate(item, office.editor)
    form = editor_form(title="坏的") if model is ContentItem else translation_form(item, title="坏的")
    form = {name: value for name, value in {**form, **MALFORMED[malformed]}.items() if value is not None}
    path = address(view, *([text.pk] if view.endswith("edit") else []), model=model)
    rows = (ContentItem.objects.count(), ContentTranslation.objects.count(), FormState.objects.count())
    assert at_desk(office.editor).post(path, form).status_code == 400
    assert rows == (ContentItem.objects.count(), ContentTranslation.objects.count(), FormState.objects.count())
    assert text.revisions.count() == 1
    assert newest(text).title != "坏的"


@pytest.mark.parametrize("view", ["preview_on_add", "preview_on_edit"])
def test_an_empty_preview_is_a_bad_request(office: Office, view: str) -> None:
    item = draft(office.editor)
    path = address(view, *([item.pk] if view.endswith("edit") else []))
    desk = at_desk(office.editor)
    assert desk.post(path, {"title": "坏的"}).status_code == 400
    # Without a form there is nothing that could be malformed: the preview as it opens.
    assert desk.get(path).status_code == 200
    assert not FormState.objects.exists()
