"""find_articles over the database: what is in force, and what happens when the laws change."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from backend.editions.services import turn_page
from backend.statutes import finding
from backend.statutes.finding import find_articles, find_articles_now, finder
from backend.statutes.models import Article, ArticleChange

pytestmark = pytest.mark.django_db

RENT = ("承租人应当按照约定的期限支付租金。", "出租人应当履行租赁物的维修义务。")


def ids(question: str, **options) -> list[int]:
    return [item.article_id for item in find_articles(question, **options)]


@pytest.fixture
def started(monkeypatch) -> list[finder.Thread]:
    """The threads that would have been started."""
    threads: list[finder.Thread] = []

    def note(thread: finder.Thread) -> None:
        threads.append(thread)

    monkeypatch.setattr(finder.Thread, "start", note)
    return threads


def test_without_laws_nothing_is_found():
    assert find_articles("租金") == []


def test_the_best_article_comes_first(add_law):
    pay, repair = add_law("民法典", *RENT)
    assert ids("租金什么时候支付")[0] == pay.pk
    assert ids("租赁物坏了谁维修")[0] == repair.pk
    assert ids("租赁", limit=1) == ids("租赁")[:1]


def test_what_is_repealed_or_withdrawn_or_later_is_not_found(add_law):
    add_law("合同法", *RENT, validity="repealed")
    add_law("租赁法", *RENT, since=timezone.localdate() + timedelta(days=9))
    held = add_law("民法典", *RENT)
    Article.objects.filter(pk=held[0].pk).update(withdrawn=True)
    assert ids("租金 维修义务") == [held[1].pk]


def test_of_two_versions_the_one_that_holds_is_found(add_law):
    old = add_law("监狱法", RENT[0], since=date(2012, 1, 1))[0]
    new = add_law("监狱法", RENT[0], since=date(2026, 1, 1))[0]
    old.version.ends_on = date(2026, 1, 1)
    old.version.save()
    assert ids("租金", today=date(2025, 6, 1)) == [old.pk]
    assert ids("租金", today=date(2026, 6, 1)) == [new.pk]


def test_an_import_is_found_at_once_within_its_transaction(add_law):
    add_law("民法典", RENT[0])
    assert ids("彗星") == []
    comet = add_law("气象法", "观测彗星应当报告。")[0]
    assert ids("彗星") == [comet.pk]


def test_a_correction_is_seen(add_law):
    article = add_law("民法典", RENT[0])[0]
    assert ids("彗星") == []
    Article.objects.filter(pk=article.pk).update(text="观测彗星应当报告。")
    with transaction.atomic():
        turn_page()
    assert ids("彗星") == [article.pk]


def test_publishing_content_makes_no_new_index(add_law, monkeypatch):
    add_law("民法典", *RENT)
    first = ids("租金")
    monkeypatch.setattr(finder.index, "build", lambda _entries: pytest.fail("built again"))
    monkeypatch.setattr(finder.storage, "load", lambda *_: pytest.fail("loaded again"))
    with transaction.atomic():
        turn_page()
    assert ids("租金") == first


def test_a_new_process_takes_the_index_from_the_file(add_law, monkeypatch):
    add_law("民法典", *RENT)
    first = find_articles("租金")
    finding.forget()
    monkeypatch.setattr(finder.index, "build", lambda _entries: pytest.fail("built again"))
    assert find_articles("租金") == first


def test_a_question_costs_one_statement(add_law, django_assert_num_queries):
    add_law("民法典", *RENT)
    find_articles("租金")
    with django_assert_num_queries(1):
        find_articles("租金")


@pytest.mark.django_db(transaction=True)
def test_the_old_index_answers_while_the_new_one_is_made(add_law, started):
    pay = add_law("民法典", RENT[0])[0]
    assert ids("租金") == [pay.pk]
    again = add_law("租赁法", RENT[0])[0]
    assert ids("租金") == [pay.pk]
    assert ids("租金") == [pay.pk]
    assert len(started) == 1  # one at a time
    started[0].run()
    assert sorted(ids("租金")) == [pay.pk, again.pk]


@pytest.mark.django_db(transaction=True)
def test_when_the_new_index_fails_the_old_one_answers(add_law, started, monkeypatch, caplog):
    pay = add_law("民法典", RENT[0])[0]
    ids("租金")
    add_law("租赁法", RENT[0])
    ids("租金")
    monkeypatch.setattr(finder.corpus, "read", lambda _day: 1 / 0)
    started[0].run()
    assert "could not be made anew" in caplog.text
    assert ids("租金") == [pay.pk]


@pytest.mark.django_db(transaction=True)
def test_it_is_told_whether_all_texts_were_looked_at(add_law, started):
    pay = add_law("民法典", RENT[0])[0]
    found, whole = find_articles_now("租金")
    assert ([item.article_id for item in found], whole) == ([pay.pk], True)
    with transaction.atomic():
        turn_page()  # of content
    assert find_articles_now("租金")[1]
    started.pop().run()
    add_law("气象法", "观测彗星应当报告。")
    assert find_articles_now("彗星") == ([], False)
    assert len(started) == 1  # at once, although the laws were read a moment ago
    started.pop().run()
    found, whole = find_articles_now("彗星")
    assert (len(found), whole) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_a_correction_that_is_noted_is_news(add_law, started):
    pay = add_law("民法典", RENT[0])[0]
    find_articles_now("租金")
    with transaction.atomic():
        Article.objects.filter(pk=pay.pk).update(text="观测彗星应当报告。")
        ArticleChange.objects.create(article=pay, kind=ArticleChange.Kind.CORRECTED, old_text=pay.text)
        turn_page()
    assert find_articles_now("彗星") == ([], False)
    assert len(started) == 1


@pytest.mark.django_db(transaction=True)
def test_while_making_it_anew_fails_it_is_not_tried_all_the_time(add_law, started, monkeypatch):
    add_law("民法典", RENT[0])
    find_articles("租金")
    add_law("租赁法", RENT[0])
    monkeypatch.setattr(finder.corpus, "read", lambda _day: 1 / 0)
    find_articles("租金")
    started[0].run()
    assert find_articles_now("租金")[1] is False
    assert len(started) == 1


@pytest.mark.django_db(transaction=True)
def test_while_it_lags_a_question_costs_two_statements(add_law, started, django_assert_num_queries):
    add_law("民法典", *RENT)
    find_articles("租金")
    add_law("租赁法", RENT[0])
    with django_assert_num_queries(2):
        find_articles("租金")


def test_forgetting_may_leave_the_model(add_law):
    add_law("民法典", *RENT)
    loaded = []
    one = finder.Finder(lambda: loaded.append(1))
    for forgotten in ({"model": False}, {"model": False}, {}):
        one.find("租金")
        one.forget(**forgotten)
    assert len(loaded) == 1
    one.find("租金")
    assert len(loaded) == 2
