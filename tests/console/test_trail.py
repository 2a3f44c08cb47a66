"""Who did what when: remarks on a text, its history, and the log of everything, for ever and to take along."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from backend.content.models import ContentItem, ContentTranslation, EditorialNote
from backend.content.services import withdraw_item
from tests.editorial import (
    PREFECTURE,
    PROVINCE,
    Office,
    address,
    approve,
    at_desk,
    draft,
    editor_form,
    hire,
    open_elsewhere,
    publish,
    submit,
    translate,
)

LOG = "/console/content-log/"


def exported(user: Any, **query: str) -> list[dict[str, str]]:
    """The log as a CSV file."""
    answer = at_desk(user).get(LOG, {"export": "csv", **query})
    return list(csv.DictReader(StringIO(answer.getvalue().decode())))


def test_remarks_are_made_and_settled_by_whoever_may_read_and_stay(office: Office) -> None:
    item = draft(office.editor)
    block = item.get_latest_revision_as_object().body.raw_data[1]["id"]
    reviewer = at_desk(office.reviewer)
    reviewer.post(address("note", item.pk), {"text": "这一段<b>不准</b>", "block": block})
    reviewer.post(address("note", item.pk), {"text": "全文可以"})
    first, second = EditorialNote.objects.all()
    assert (first.block, first.author, second.block) == (block, office.reviewer, "")
    page = at_desk(office.editor).get(address("inspect", item.pk)).text
    assert page.count("这一段&lt;b&gt;不准&lt;/b&gt;") == 2  # beside the block and in the list
    at_desk(office.editor).post(address("settle_note", item.pk, first.pk))
    at_desk(office.reviewer).post(address("settle_note", item.pk, first.pk))
    first.refresh_from_db()
    assert (first.settled_by, EditorialNote.objects.count()) == (office.editor, 2)
    assert "处理完毕" in at_desk(office.supervisor).get(address("inspect", item.pk)).text
    actions = ModelLogEntry.objects.for_instance(item).values_list("action", flat=True)
    assert sorted(actions) == ["content.note", "content.note", "content.note_settled"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": " "}, "请填写批注"),
        ({"text": "长" * 1001}, "批注不能超过 1000 字"),
        ({"text": "好", "block": "nowhere"}, "这一块正文已经不在了"),
    ],
)
def test_a_remark_that_says_nothing_is_refused(office: Office, sent: dict[str, str], sentence: str) -> None:
    item = draft(office.editor)
    page = at_desk(office.reviewer).post(address("note", item.pk), sent, follow=True)
    assert sentence in page.text
    assert not EditorialNote.objects.exists()


def test_a_remark_belongs_to_its_text(office: Office) -> None:
    item = draft(office.editor)
    text = translate(item, office.editor)
    desk = at_desk(office.reviewer)
    desk.post(address("note", text.pk, model=ContentTranslation), {"text": "译文不通"})
    note = EditorialNote.objects.get()
    assert note.subject == text
    assert "译文不通" not in desk.get(address("inspect", item.pk)).text
    assert desk.post(address("settle_note", item.pk, note.pk)).status_code == 404
    note.refresh_from_db()
    assert note.settled_at is None


@pytest.mark.parametrize("view", ["note", "recall"])
def test_nothing_is_done_by_looking(office: Office, view: str) -> None:
    item = draft(office.editor)
    submit(item, office.editor)
    assert at_desk(office.editor).get(address(view, item.pk)).status_code == 405
    assert item.workflow_in_progress


def test_the_log_tells_the_whole_story(office: Office) -> None:
    at_desk(office.editor).post(address("add"), editor_form(title="=1+1"))
    item = ContentItem.objects.get()
    item.save_revision(user=office.editor)
    submit(item, office.editor)
    approve(item, *office.reviewers)
    withdraw_item(item=item, by=office.supervisor, reason="有误")
    rows = [row for row in exported(office.supervisor) if row["标题"] == "'=1+1"]
    assert list(rows[0]) == ["时间", "人员", "标题", "类别", "操作"]
    assert (rows[0]["人员"], rows[0]["操作"]) == ("supervisor的名字", "撤下，理由：有误")
    assert {row["人员"] for row in rows} >= {f"{name}的名字" for name in ("editor", "reviewer", "second", "third")}
    assert all(row["时间"][:2] == "20" for row in rows)
    page = at_desk(office.supervisor).get(LOG).text
    assert "撤下，理由：有误" in page
    book = load_workbook(BytesIO(at_desk(office.supervisor).get(LOG, {"export": "xlsx"}).getvalue()))
    cells = list(book.active.values)
    assert cells[0] == ("时间", "人员", "标题", "类别", "操作")
    assert cells[1][4] == "撤下，理由：有误"


def test_what_was_done_with_a_text_outlives_it(office: Office) -> None:
    keeper = hire("keeper", is_superuser=True, works_for=PROVINCE)
    elsewhere = open_elsewhere()
    item = publish(office.editor, title="要删除的", division_id=PREFECTURE)
    withdraw_item(item=item, by=office.supervisor, reason="有误")
    number = item.pk
    assert at_desk(keeper).post(address("delete", item.pk)).status_code == 302
    assert not type(item).objects.filter(pk=number).exists()
    told = [row["操作"] for row in exported(office.reviewer) if row["标题"] == "要删除的"]
    assert "撤下，理由：有误" in told
    assert told[0].startswith(("删除", "已删除"))
    assert exported(elsewhere.supervisor) == []


def test_the_log_ends_at_the_regions_border(office: Office) -> None:
    elsewhere = open_elsewhere()
    item = draft(office.editor, title="成都的稿件", division_id=PREFECTURE)
    text = translate(item, office.editor, title="成都的译文")
    for one in (item, text):
        submit(one, office.editor)
    titles = {row["标题"] for row in exported(office.reviewer)}
    assert titles == {"成都的稿件", "成都的译文（藏语）"}
    for user in (elsewhere.supervisor, elsewhere.both, elsewhere.chief, office.root, office.chief):
        assert exported(user) == []
        assert "成都" not in at_desk(user).get(LOG).text


def test_entries_of_before_the_division_was_kept_are_found_by_their_text(office: Office) -> None:
    elsewhere = open_elsewhere()
    item = draft(office.editor, title="从前的", division_id=PREFECTURE)
    submit(item, office.editor)
    ModelLogEntry.objects.update(data={})
    assert [row["标题"] for row in exported(office.reviewer)] == ["从前的"]
    assert exported(elsewhere.reviewer) == []


def test_the_log_is_found_by_title_and_day(office: Office) -> None:
    for title in ("土地承包", "婚姻家庭"):
        submit(draft(office.editor, title=title), office.editor)
    assert {row["标题"] for row in exported(office.editor, label="土地")} == {"土地承包"}
    assert exported(office.editor, until="2020-01-01") == []
    assert len(exported(office.editor, since="2020-01-01")) == 2
    for query in ({"since": "x"}, {"label": "\0"}, {"p": "9" * 30}):
        assert at_desk(office.editor).get(LOG, query).status_code < 500


@pytest.mark.parametrize("rows", [3, 30])
def test_the_page_costs_the_same_statements_for_many_entries(
    office: Office, django_assert_max_num_queries: Any, rows: int
) -> None:
    for n in range(rows):
        submit(draft(office.editor, title=str(n)), office.editor)
    desk = at_desk(office.editor)
    desk.get(LOG)
    with django_assert_max_num_queries(14):
        desk.get(LOG)


def test_villagers_and_advisors_staff_have_no_log(office: Office, make_user: Any) -> None:
    assert at_desk(make_user()).get(LOG).status_code == 302
    assert at_desk(hire("clerk")).get(LOG).status_code == 302
