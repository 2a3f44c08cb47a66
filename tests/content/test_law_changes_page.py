"""The console's page of items whose law has changed."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from backend.accounts.models import User
from backend.content import law_changes
from backend.content.models import ContentItem
from tests.content.changing_law import stands, told
from tests.editorial import PROVINCE, Office, at_desk, hire, open_elsewhere

ADDRESS = "/console/law-changes/"


def test_the_page_shows_the_two_texts_and_takes_the_decision(changed: ContentItem, office: Office) -> None:
    desk = at_desk(office.editor)
    page = desk.get(ADDRESS).text
    assert "《试验法》第一条" in page
    assert "审理案件应当公开进行<ins>，涉及个人隐私的除外</ins>。" in page
    assert "《试验法》第二条" not in page
    seen = law_changes.newest_change(changed.pk)
    assert f'name="seen" value="{seen}"' in page
    answer = desk.post(f"{ADDRESS}{changed.pk}/", {"note": "不影响结论", "seen": seen}, follow=True)
    assert "读者不再看到提示" in answer.text
    assert "没有等待处理的法条变动" in answer.text
    assert told(changed) == [("still_right", "不影响结论")]
    assert desk.post(f"{ADDRESS}{changed.pk}/", {"note": "再来", "seen": seen}).status_code == 404


@pytest.mark.parametrize("form", [{"note": "", "seen": "1"}, {"note": "甲"}, {"note": "甲", "seen": "x"}, {}])
def test_a_form_that_lacks_something_changes_nothing(
    changed: ContentItem, office: Office, form: dict[str, str]
) -> None:
    before = stands(changed)
    answer = at_desk(office.editor).post(f"{ADDRESS}{changed.pk}/", form, follow=True)
    assert "请说明为什么" in answer.text or "请重新查看" in answer.text
    assert stands(changed) == before
    assert at_desk(office.editor).get(f"{ADDRESS}{changed.pk}/").status_code == 302


@pytest.mark.parametrize("who", ["editor2", "supervisor2", "chief", "root"])
def test_people_of_other_divisions_find_nothing_at_any_address(changed: ContentItem, office: Office, who: str) -> None:
    open_elsewhere()
    before = stands(changed)
    desk = at_desk(User.objects.get(username=who))
    assert changed.title not in desk.get(ADDRESS).text
    seen = law_changes.newest_change(changed.pk)
    assert desk.post(f"{ADDRESS}{changed.pk}/", {"note": "不影响", "seen": seen}).status_code in {403, 404}
    assert stands(changed) == before


def test_the_page_is_closed_to_whoever_may_not_see_content(changed: ContentItem, office: Office) -> None:
    from backend.content.console_law_changes import law_changes_menu

    helper = hire("helper", works_for=PROVINCE)
    assert at_desk(helper).get(ADDRESS).status_code in {302, 403}
    request = RequestFactory().get("/console/")
    for user, shown in ((office.editor, True), (helper, False), (AnonymousUser(), False)):
        request.user = user
        assert law_changes_menu().is_shown(request) is shown
