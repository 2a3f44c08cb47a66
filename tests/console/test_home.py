"""The first page and what is around it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.advisors.models import Advisor
from backend.advisors.selectors import today
from backend.advisors.services import appoint_advisor
from backend.regions.models import Division
from tests.editorial import (
    COUNTY,
    PROVINCE,
    VILLAGE,
    Office,
    address,
    at_desk,
    draft,
    go_live,
    hire,
    publish,
    submit,
    translate,
)


def words(page: str) -> str:
    """What a person reads of a page, and its links' targets."""
    page = re.sub(r"<(script|style|template|noscript)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def advisor(office: Office) -> Advisor:
    return Advisor.objects.create(user=hire("lawyer"), kind="lawyer", licence_number="1", office="某律师事务所")


def test_the_figures_are_counted(office: Office, advisor: Advisor) -> None:
    village = Division.objects.get(pk=VILLAGE)
    day = today()
    appoint_advisor(advisor=advisor, village=village, starts_on=day, ends_on=day + timedelta(days=9))
    publish(office.editor)
    submit(draft(office.editor, title="等着审的"), office.editor)
    page = words(at_desk(office.reviewer).get("/console/").text)
    assert "1 / 3 个村（社区）有法律顾问" in page
    assert "1 篇内容已发布" in page
    assert "1 篇等待我审核" in page
    assert "等着审的" in page
    assert "您好，reviewer的名字" in page


def test_who_reviews_nothing_is_not_shown_a_queue(office: Office) -> None:
    page = words(at_desk(office.supervisor).get("/console/").text)
    assert "待我审核" not in page
    assert "我的稿件" not in page


def test_an_editor_sees_where_their_items_stand(office: Office) -> None:
    draft(office.editor, title="草稿一篇")
    submit(draft(office.editor, title="送审一篇"), office.editor)
    publish(office.editor, title="发布一篇")
    draft(office.both, title="别人的")
    page = words(at_desk(office.editor).get("/console/").text)
    for title, state in (("草稿一篇", "草稿"), ("送审一篇", "审核中"), ("发布一篇", "已发布")):
        assert f"{title} {state}" in page
    assert "别人的" not in page


TEXTS = {"content", "translations", "law-changes", "content-log", "reading-figures", "error-reports"}


@pytest.mark.parametrize(
    ("who", "menu"),
    [
        ("editor", TEXTS),
        ("reviewer", TEXTS),
        ("supervisor", TEXTS | {"sensitive-words", "advisors", "appointments"}),
        ("root", TEXTS | {"sensitive-words", "advisors", "appointments", "system"}),
    ],
)
def test_the_menu_offers_what_the_person_may_do_and_nothing_of_wagtails(
    office: Office, who: str, menu: set[str], rf: Any
) -> None:
    from wagtail.admin.menu import admin_menu

    request = rf.get("/console/")
    request.user = getattr(office, who)
    assert {item.name for item in admin_menu.menu_items_for_request(request)} == menu


PAGES = [
    "/console/",
    "/console/account/",
    "/console/content/",
    "/console/content/add/",
    "/console/translations/",
    "/console/translations/add/",
    "/console/content-log/",
    "/console/law-changes/",
    "/console/sensitive-words/",
    "/console/sensitive-words/new/",
    "/console/advisors/",
    "/console/advisors/new/",
    "/console/appointments/",
    "/console/appointments/new/",
    "/console/users/",
    "/console/groups/",
    "/console/role-grants/",
    "/console/role-grants/new/",
    "/console/workflows/list/",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_chinese_and_ours(office: Office, path: str) -> None:
    page = at_desk(office.root).get(path)
    assert page.status_code == 200
    assert '<html lang="zh-hans"' in page.text
    title = re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)
    assert title
    assert "乡村普法与法律顾问管理平台" in title[1]
    shown = words(page.text)
    assert "Wagtail" not in shown
    assert "gravatar" not in page.text
    assert not re.search(r"\b(?:Add|Edit|Save|New|Search|Welcome|Sign|There|Choose|Pages)\b", shown), shown


VIEWS = ("edit", "inspect", "history", "workflow_history", "unpublish", "usage", "delete")


def test_the_views_of_an_item_are_chinese(office: Office) -> None:
    keeper = at_desk(hire("keeper", is_superuser=True, works_for=PROVINCE))
    item = publish(office.editor)
    text = go_live(translate(item, office.editor))
    first, untranslated = item.latest_revision_id, {}
    facts = {"committee": "某村调解委员会", "dispute": "邻里", "outcome": "调解成功"}
    item.title, item.audience_roles, item.kind, item.case_category = "改过的标题", 3, "case", "mediation"
    item.case_facts = facts
    item.save_revision(user=office.editor)
    for one in (item, text):
        flow = submit(one, office.editor).workflow_state
        addresses = [
            *(address(view, one.pk, model=type(one)) for view in VIEWS),
            address("revisions_compare", one.pk, "live", one.latest_revision_id, model=type(one)),
            address("revisions_view", one.pk, one.latest_revision_id, model=type(one)),
            address("revisions_revert", one.pk, one.latest_revision_id, model=type(one)),
            address("workflow_history_detail", one.pk, flow.pk, model=type(one)),
        ]
        for path in [*addresses, address("revisions_compare", item.pk, first, "latest")]:
            page = keeper.get(path)
            assert page.status_code == 200, path
            english = re.findall(r"\b[A-Z][a-z]{3,}\b", words(page.text))
            untranslated = untranslated | {path: english} if english else untranslated
    assert untranslated == {}


def test_the_list_filters_by_state_in_a_fixed_number_of_statements(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        item = publish(office.editor, title=f"发布{n}") if n % 2 else draft(office.editor, title=f"草稿{n}")
        if n % 3 == 0:
            submit(item, office.editor)
    desk = at_desk(office.editor)
    desk.get("/console/content/")
    with django_assert_max_num_queries(16):
        page = words(desk.get("/console/content/").text)
    for state in ("已发布", "已发布，新稿审核中", "草稿", "审核中"):
        assert state in page
    page = words(desk.get("/console/content/?state=in_review").text)
    assert "草稿0" in page
    assert "草稿2" not in page
    assert "发布1" not in page


def test_the_list_is_searched_by_title(office: Office) -> None:
    draft(office.editor, title="土地承包")
    draft(office.editor, title="婚姻家庭")
    page = words(at_desk(office.editor).get("/console/content/?q=土地").text)
    assert "土地承包" in page
    assert "婚姻家庭" not in page


def test_the_account_page_takes_no_picture(office: Office) -> None:
    desk = at_desk(office.editor)
    page = desk.get("/console/account/").text
    assert 'type="file"' not in page
    office.editor.refresh_from_db()
    assert office.editor.nickname == "editor的名字"


def test_visitors_are_sent_to_sign_in_and_villagers_stay_out(office: Office, make_user: Any) -> None:
    assert Client().get("/console/").url.startswith("/console/login/")
    villager = make_user(village_id=VILLAGE)
    assert at_desk(villager).get("/console/").status_code == 302
    assert at_desk(villager).get(f"/console/suggest/divisions/?q={COUNTY}").status_code == 302


def test_an_unknown_address_gets_our_own_page(office: Office) -> None:
    page = at_desk(office.editor).get("/console/no-such-page/")
    assert page.status_code == 404
    assert "console/logo.svg" in page.text
    assert "icon-wagtail" not in page.text
