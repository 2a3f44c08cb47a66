"""Imports and days that change what was cited: which citations are marked, and which are not."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.advisors.models import MessageCitation
from backend.content.models import ContentCitation, ContentItem
from backend.editions.selectors import current
from backend.jobs.schedule import discover, sync_schedules
from backend.statutes import tasks
from backend.statutes.changes import citation_models, notice_changes
from backend.statutes.models import Article, ArticleChange, LawVersion
from backend.statutes.services import import_statutes
from backend.statutes.signals import articles_changed
from tests.statutes.conftest import ALL_ARTICLES, ALL_LAWS, CODE, GONE, MakeFile, law

pytestmark = pytest.mark.django_db

LONG_AGO = "2012-10-26"
HEARING = "人民法院审理案件，应当公开进行，但是法律规定的情形除外。"
HEARING_NOW = "人民法院审理案件，应当公开进行，但是涉及国家秘密、个人隐私的除外。"
FEES = "诉讼费用由败诉的当事人负担，原告胜诉而自愿承担的除外。"
LANGUAGE = "各民族公民都有用本民族语言、文字进行诉讼的权利。"
FIRST = [
    ("o1", "第一条", 1, HEARING),
    ("o1", "第二条", 2, FEES),
    ("o1", "第三条", 3, LANGUAGE),
    ("o1", "第四条", 4, "附则的内容。"),
]
#: The first says something else, the second is gone, the third is the second now, and the fourth is as it was.
SECOND = [
    ("o2", "第一条", 1, HEARING_NOW),
    ("o2", "第二条", 2, LANGUAGE),
    ("o2", "第四条", 4, "附则的内容。"),
]


def version(number: int, starts: str) -> dict[str, Any]:
    return law(f"o{number}", "试验诉讼法", starts, starts, "现行有效")


def day(after: int) -> str:
    return str(timezone.localdate() + timedelta(days=after))


@pytest.fixture
def bring(make_file: MakeFile) -> Callable[..., Any]:
    """Imports a file of these laws and articles."""
    return lambda laws, articles: import_statutes(make_file(laws, articles))


@pytest.fixture
def cite(db: None) -> Callable[..., ContentCitation]:
    """Cites an article by its version and label in an item of its own."""

    def make(source: str, label: str, **values: Any) -> ContentCitation:
        item = ContentItem.objects.create(title=label, summary="…", body=[])
        article = Article.objects.get(version__source_id=source, label=label)
        return ContentCitation.objects.create(content=item, article=article, block=0, position=0, **values)

    return make


def marks() -> dict[str, str]:
    """By label of the cited article, how its citation is marked."""
    rows = ContentCitation.objects.order_by("article__position", "pk")
    return dict(rows.values_list("article__label", "outdated"))


def noticed() -> list[tuple[str, str, str | None]]:
    rows = ArticleChange.objects.order_by("pk").select_related("article__version", "successor")
    return [(row.article.label, row.kind, row.successor and row.successor.label) for row in rows]


def test_a_first_import_and_the_same_again_notice_nothing(bring, cite):
    assert bring(ALL_LAWS, ALL_ARTICLES).noticed == 0
    cite("prison-1", "第一条")
    assert bring(ALL_LAWS, ALL_ARTICLES).noticed == 0
    assert (noticed(), marks()) == ([], {"第一条": ""})


def test_a_corrected_text_marks_what_cites_it(bring, cite):
    bring([CODE], ALL_ARTICLES[:3])
    cite("code", "第九条")
    cite("code", "第一千零六十三条")
    changed = [(*ALL_ARTICLES[0][:3], "民事主体从事民事活动，应当节约资源。"), *ALL_ARTICLES[1:3]]
    assert bring([CODE], changed).noticed == 1
    (change,) = ArticleChange.objects.all()
    assert (change.article.label, change.kind, change.successor) == ("第九条", "corrected", None)
    assert (change.before, change.after) == (ALL_ARTICLES[0][3], "民事主体从事民事活动，应当节约资源。")
    assert marks() == {"第九条": "amended", "第一千零六十三条": ""}
    assert bring([CODE], changed).noticed == 0
    assert len(noticed()) == 1


@pytest.mark.parametrize("change", [{"chapter": "第二章"}, {"article_text": ALL_ARTICLES[2][3] + "\n "}])
def test_another_chapter_or_other_spaces_change_nothing_that_was_cited(bring, cite, change: dict[str, str]):
    bring([CODE], ALL_ARTICLES[:3])
    cite("code", "第一千零六十三条")
    row = dict(zip(("law_id", "article_no", "article_no_arabic", "article_text"), ALL_ARTICLES[2], strict=True))
    done = bring([CODE], [*ALL_ARTICLES[:2], row | change])
    assert (done.corrected, done.noticed, noticed(), marks()) == (1, 0, [], {"第一千零六十三条": ""})


def test_a_law_that_is_repealed_marks_what_cites_any_of_it(bring, cite):
    bring([GONE | {"status": "现行有效"}], ALL_ARTICLES[8:])
    cite("gone", "第一条")
    # The source says it of the law, and of the articles or not.
    columns = ("law_id", "article_no", "article_no_arabic", "article_text")
    articles = [dict(zip(columns, row, strict=True)) | {"status": "现行有效"} for row in ALL_ARTICLES[8:]]
    assert bring([GONE], articles).noticed == 4
    assert {kind for _, kind, _ in noticed()} == {"repealed"}
    assert marks() == {"第一条": "repealed"}
    assert bring([GONE], ALL_ARTICLES[8:]).noticed == 0


def test_a_cited_article_that_the_source_withdraws_is_repealed(bring, cite):
    bring([CODE], ALL_ARTICLES[:3])
    cite("code", "第九条")
    assert bring([CODE], ALL_ARTICLES[1:3]).noticed == 1
    assert (noticed(), marks()) == ([("第九条", "repealed", None)], {"第九条": "repealed"})
    assert bring([CODE], ALL_ARTICLES[1:3]).noticed == 0


def cite_all(cite: Any) -> None:
    for row in FIRST:
        cite("o1", row[1])


AFTER_THE_SECOND = {"第一条": "amended", "第二条": "repealed", "第三条": "", "第四条": ""}


def test_a_new_version_marks_what_says_something_else_now_and_nothing_else(bring, cite):
    bring([version(1, LONG_AGO)], FIRST)
    cite_all(cite)
    before = current()
    assert bring([version(1, LONG_AGO), version(2, day(0))], [*FIRST, *SECOND]).noticed == 2
    assert current() > before
    assert noticed() == [("第一条", "amended", "第一条"), ("第二条", "repealed", None)]
    change = ArticleChange.objects.get(kind="amended")
    assert (change.before, change.after) == (HEARING, HEARING_NOW)
    assert ArticleChange.objects.get(kind="repealed").after == ""
    assert marks() == AFTER_THE_SECOND
    assert bring([version(1, LONG_AGO), version(2, day(0))], [*FIRST, *SECOND]).noticed == 0
    assert not notice_changes()
    assert len(noticed()) == 2


def test_a_version_of_the_future_marks_nothing_before_its_day(bring, cite):
    bring([version(1, LONG_AGO)], FIRST)
    cite_all(cite)
    takes_over = timezone.localdate() + timedelta(days=40)
    assert bring([version(1, LONG_AGO), version(2, str(takes_over))], [*FIRST, *SECOND]).noticed == 0
    assert notice_changes(day=takes_over - timedelta(days=1)) == 0
    assert set(marks().values()) == {""}
    assert notice_changes(day=takes_over) == 2
    assert marks() == AFTER_THE_SECOND
    assert notice_changes(day=takes_over) == 0
    assert notice_changes(day=takes_over + timedelta(days=400)) == 0
    assert len(noticed()) == 2


def test_the_job_marks_on_the_day_and_turns_the_page_then_alone(bring, cite, monkeypatch, django_assert_num_queries):
    bring([version(1, LONG_AGO)], FIRST)
    cite_all(cite)
    bring([version(1, LONG_AGO), version(2, day(40))], [*FIRST, *SECOND])
    before = current()
    with django_assert_num_queries(3):  # one, and a savepoint
        tasks.notice_new_texts()
    assert (current(), set(marks().values())) == (before, {""})
    takes_over = date.fromisoformat(day(40))
    monkeypatch.setattr(timezone, "localdate", lambda: takes_over)
    tasks.notice_new_texts()
    assert (marks(), current()) == (AFTER_THE_SECOND, before + 1)
    tasks.notice_new_texts()
    assert (len(noticed()), current()) == (2, before + 1)


def test_the_job_is_on_the_schedule(db):
    from django_q.models import Schedule

    discover()
    sync_schedules()
    assert Schedule.objects.get(func="backend.statutes.tasks.notice_new_texts").minutes == 15


def test_what_two_versions_left_as_it_was_is_marked_by_the_third(bring, cite):
    laws = [version(1, LONG_AGO), version(2, "2015-01-01")]
    bring(laws[:1], FIRST)
    cite_all(cite)
    bring(laws, [*FIRST, *SECOND])
    third = [("o3", "第一条", 1, HEARING_NOW), ("o3", "第二条", 2, LANGUAGE), ("o3", "第四条", 4, "附则的内容改了。")]
    # Somebody has looked at the first meanwhile; its text is that of the second version still.
    ContentCitation.objects.filter(article__label="第一条").update(outdated="")
    assert bring([*laws, version(3, day(0))], [*FIRST, *SECOND, *third]).noticed == 2
    assert noticed()[2:] == [("第四条", "amended", "第四条")] * 2
    assert marks() == {"第一条": "", "第二条": "repealed", "第三条": "", "第四条": "amended"}


def test_a_correction_of_the_text_in_force_marks_what_cites_the_same_text_in_an_older_version(bring, cite):
    laws = [version(1, LONG_AGO), version(2, "2015-01-01")]
    bring(laws[:1], FIRST)
    cite_all(cite)
    bring(laws, [*FIRST, *SECOND])
    corrected = [SECOND[0], SECOND[1], (*SECOND[2][:3], "附则的内容，已更正。")]
    assert bring(laws, [*FIRST, *corrected]).noticed == 2
    assert noticed()[2:] == [("第四条", "corrected", None), ("第四条", "amended", "第四条")]
    assert marks() == {**AFTER_THE_SECOND, "第四条": "amended"}


def test_the_last_version_repealed_repeals_what_cites_the_older_ones(bring, cite):
    laws = [version(1, LONG_AGO), version(2, "2015-01-01")]
    bring(laws[:1], FIRST)
    cite_all(cite)
    bring(laws, [*FIRST, *SECOND])
    repealed = [laws[0], laws[1] | {"status": "已废止"}]
    assert bring(repealed, [*FIRST, *SECOND]).noticed == 3 + 3
    assert set(marks().values()) == {"repealed"}
    assert bring(repealed, [*FIRST, *SECOND]).noticed == 0


def test_a_citation_that_is_made_afterwards_is_not_marked(bring, cite):
    bring([version(1, LONG_AGO)], FIRST)
    bring([version(1, LONG_AGO), version(2, day(0))], [*FIRST, *SECOND])
    assert cite("o2", "第一条").outdated == ""
    assert not notice_changes()
    assert marks() == {"第一条": ""}


def test_every_table_of_citations_is_known():
    assert {ContentCitation, MessageCitation} <= set(citation_models())


def test_statements_are_as_many_for_one_citation_as_for_fifty(bring, cite):
    laws, texts = [version(1, LONG_AGO), version(2, "2015-01-01")], [*FIRST, *SECOND]
    bring(laws[:1], FIRST)
    counts = []
    for number in (1, 50):
        LawVersion.objects.update(compared_with=None)
        ArticleChange.objects.all().delete()
        for _ in range(number):
            cite("o1", "第一条")
            cite("o1", "第二条")
        if number == 1:
            bring(laws, texts)
            ArticleChange.objects.all().delete()
            LawVersion.objects.update(compared_with=None)
            ContentCitation.objects.update(outdated="")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert notice_changes() == 2
        counts.append([query["sql"].split()[0] for query in queries])
    assert counts[0] == counts[1]
    marked = ContentCitation.objects.exclude(outdated="").count()
    assert marked == 2 * 51


def test_those_above_hear_of_it_inside_the_transaction_and_can_stop_it(bring, cite):
    bring([version(1, LONG_AGO)], FIRST)
    cite_all(cite)
    heard: list[Any] = []

    def listen(changes: Any, **_: Any) -> None:
        heard.append(([change.article.label for change in changes.order_by("pk")], marks(), connection.in_atomic_block))
        raise RuntimeError("no")

    articles_changed.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            bring([version(1, LONG_AGO), version(2, day(0))], [*FIRST, *SECOND])
    finally:
        articles_changed.disconnect(listen)
    assert heard == [(["第一条", "第二条"], AFTER_THE_SECOND, True)]
    assert (noticed(), set(marks().values()), LawVersion.objects.count()) == ([], {""}, 1)
