"""For whom a writer may write: their own divisions and those below, and with what is published anywhere."""

from typing import Any

import pytest

from backend.content.models import ContentItem, ContentLesson, ContentTranslation
from tests.editorial import (
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    Office,
    address,
    at_desk,
    draft,
    editor_form,
    open_elsewhere,
    publish,
    translation_form,
    typed,
)

TITLE = "成都的一篇稿件"


@pytest.fixture
def elsewhere(office: Office) -> Office:
    """The office of another prefecture."""
    return open_elsewhere()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"division": PREFECTURE}, "division"),
        ({"division": PROVINCE}, "division"),
        ({"division": ELSEWHERE, "audience": [PREFECTURE]}, "audience"),
        ({"division": ELSEWHERE, "audience": [PROVINCE]}, "audience"),
        ({"division": "999999999999"}, "division"),
        ({"division": ""}, "division"),
    ],
)
def test_a_writer_writes_for_their_own_divisions_and_those_below(
    office: Office, elsewhere: Office, values: dict[str, Any], field: str
) -> None:
    form = editor_form(**{"division": ELSEWHERE, "audience": [ELSEWHERE], **values})
    answer = at_desk(elsewhere.editor).post(address("add"), form)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not ContentItem.objects.exists()


def test_within_them_they_do(office: Office, elsewhere: Office) -> None:
    form = editor_form(division=ELSEWHERE, audience=[ELSEWHERE], action="submit")
    assert at_desk(elsewhere.editor).post(address("add"), form).status_code == 302
    item = ContentItem.objects.get()
    assert item.division_id == ELSEWHERE
    # The province sees and reviews what its prefectures write; a prefecture not what the province writes.
    assert at_desk(office.reviewer).get(address("inspect", item.pk)).status_code == 200
    above = draft(office.editor)
    assert at_desk(elsewhere.reviewer).get(address("inspect", above.pk)).status_code == 404


def test_an_audience_beyond_the_division_is_for_the_editor_above_to_widen(office: Office) -> None:
    form = editor_form(division=PREFECTURE, audience=[PROVINCE])
    answer = at_desk(office.editor).post(address("add"), form)
    assert "受众不能超出发布单位所在区划" in answer.text
    assert not ContentItem.objects.exists()


def test_the_division_of_what_readers_see_stays(office: Office) -> None:
    item = publish(office.editor)
    desk = at_desk(office.editor)
    desk.post(address("edit", item.pk), editor_form(division=PREFECTURE, title="移走"))
    item.refresh_from_db()
    newest = item.get_latest_revision_as_object()
    assert (newest.title, newest.division_id, item.division_id) == ("移走", PROVINCE, PROVINCE)


@pytest.mark.parametrize("kind", ["lesson", "case"])
def test_a_draft_of_elsewhere_is_not_drawn_into_a_text(office: Office, elsewhere: Office, kind: str) -> None:
    """The title would come back with the form."""
    hidden = draft(office.editor, title=TITLE, kind="case", division_id=PREFECTURE)
    own = {"division": ELSEWHERE, "audience": [ELSEWHERE]}
    if kind == "case":
        form = editor_form(**own, body=typed([("case", {"item": str(hidden.pk)})]))
    else:
        row = {"lessons-0-lesson": str(hidden.pk), "lessons-0-id": "", "lessons-0-ORDER": "1", "lessons-0-DELETE": ""}
        form = {**editor_form(**own, kind="course"), **row, "lessons-TOTAL_FORMS": "1"}
    desk = at_desk(elsewhere.editor)
    answer = desk.post(address("add"), form)
    assert TITLE not in answer.text
    for written in ContentItem.objects.exclude(pk=hidden.pk):
        assert [block.value["item"] for block in written.body] == [None]
        page = desk.get(address("edit", written.pk)).text
        assert TITLE not in page
        assert TITLE not in desk.get(address("inspect", written.pk)).text
        assert "正文里引用的案例没有发布" in page
    assert ContentLesson.objects.count() == 0


def test_a_translation_belongs_to_the_items_office(office: Office, elsewhere: Office) -> None:
    item = draft(office.editor, title=TITLE, division_id=PREFECTURE)
    desk = at_desk(elsewhere.editor)
    path = address("add", model=ContentTranslation)
    for answer in (desk.get(f"{path}?item={item.pk}&language=bo"), desk.post(path, translation_form(item))):
        assert answer.status_code == 200
        assert TITLE not in answer.text
    assert not ContentTranslation.objects.exists()
