"""Published items whose law changes: what their readers are told, and the queue of those who own them."""

from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from backend.accounts.models import User
from backend.content import law_changes
from backend.content.errors import LawChangedAgain, NoteMissing, NothingToSettle
from backend.content.models import ContentItem, LawReview
from backend.content.services import withdraw_item
from backend.editions.selectors import current
from backend.errors import Forbidden, Refusal
from backend.regions.models import Division
from backend.statutes.models import ArticleChange
from tests.advisors.conftest import make_advisor, village  # noqa: F401 - fixtures
from tests.content.changing_law import FEES, HEARING, HEARING_NOW, LANGUAGE, Bring, citing, marks, settle, stands, told
from tests.editorial import COUNTY, PROVINCE, VILLAGE, Office, go_live, hire, open_elsewhere, publish


def test_what_cites_a_changed_article_waits_for_its_owner_and_nothing_else(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    both, other = publish(office.editor, body=citing("一", "二")), publish(office.editor, body=citing("三"))
    withdrawn = publish(office.editor, body=citing("一"))
    withdraw_item(item=withdrawn, by=office.reviewer, reason="有误")
    before, old = current(), ContentItem.objects.get(pk=other.pk).edition
    bring(HEARING_NOW, FEES, LANGUAGE)
    assert (marks(both), marks(other), marks(withdrawn)) == (["amended", ""], [""], ["amended"])
    (review,) = LawReview.objects.all()
    assert (review.item, review.opened_by_change, review.settled_at) == (both, ArticleChange.objects.get(), None)
    # Phones that keep it are told, and of nothing else.
    both.refresh_from_db()
    assert before < both.edition <= current()
    assert ContentItem.objects.get(pk=other.pk).edition == old
    bring(HEARING_NOW, FEES, LANGUAGE)
    assert LawReview.objects.count() == 1


def test_a_second_change_joins_the_review_that_is_open(changed: ContentItem, bring: Bring) -> None:
    (first,) = LawReview.objects.all()
    bring(HEARING_NOW, FEES + "法律另有规定的除外。", LANGUAGE)
    assert marks(changed) == ["amended", "amended", ""]
    assert list(LawReview.objects.values_list("pk", "opened_by_change")) == [(first.pk, first.opened_by_change_id)]


def test_publishing_it_again_settles_it(changed: ContentItem, office: Office) -> None:
    changed.save_revision(user=office.editor)
    assert told(changed) == [("", "")]
    go_live(changed)
    assert told(changed) == [("revised", "")]
    assert marks(changed) == ["", "", ""]
    (review,) = LawReview.objects.all()
    assert review.settled_at is not None
    assert review.settled_by is None


def test_somebody_of_its_division_may_say_that_it_is_still_right(changed: ContentItem, office: Office) -> None:
    before = current()
    settle(changed, office.editor, note=" 新规定不影响结论 ")
    assert (told(changed), marks(changed)) == ([("still_right", "新规定不影响结论")], ["", "", ""])
    assert LawReview.objects.get().settled_by == office.editor
    entry = ModelLogEntry.objects.get(action=law_changes.STILL_RIGHT)
    assert (entry.user, entry.object_id, entry.data["reason"]) == (office.editor, str(changed.pk), "新规定不影响结论")
    changed.refresh_from_db()
    assert before < changed.edition <= current()


def test_the_next_change_asks_again(changed: ContentItem, office: Office, bring: Bring) -> None:
    settle(changed, office.editor)
    bring(HEARING, FEES, LANGUAGE)
    assert marks(changed) == ["amended", "", ""]
    assert told(changed) == [("still_right", "新规定不影响结论"), ("", "")]


@pytest.mark.parametrize(
    ("who", "values", "refusal"),
    [
        ("editor", {"note": "  "}, NoteMissing),
        ("editor", {"seen": 0}, LawChangedAgain),
        ("root", {}, Forbidden),
        ("editor2", {}, Forbidden),
        ("helper", {}, Forbidden),
    ],
)
def test_who_may_not_settle_it_changes_nothing(
    changed: ContentItem, office: Office, who: str, values: dict[str, Any], refusal: type[Refusal]
) -> None:
    """A superuser for no division, someone of another prefecture, and someone who neither writes nor answers for it."""
    open_elsewhere()
    hire("helper", works_for=PROVINCE)
    before = stands(changed)
    with pytest.raises(refusal):
        settle(changed, User.objects.get(username=who), **values)
    assert stands(changed) == before


def test_it_is_settled_once(changed: ContentItem, office: Office) -> None:
    seen = law_changes.newest_change(changed.pk)
    settle(changed, office.editor)
    before = stands(changed)
    with pytest.raises(NothingToSettle):
        settle(changed, office.editor, seen=seen)
    assert stands(changed) == before


def test_the_queue_takes_four_statements_and_is_that_of_the_divisions(
    office: Office, bring: Bring, django_assert_num_queries: Any
) -> None:
    bring(HEARING, FEES, LANGUAGE)
    province = publish(office.editor, body=citing("一", "二"))
    bring(HEARING_NOW, FEES, LANGUAGE)
    county = [
        publish(office.editor, body=citing("二"), division=Division.objects.get(pk=COUNTY), title=str(n))
        for n in range(20)
    ]
    bring(HEARING_NOW, FEES + "另有规定的除外。", LANGUAGE)
    for codes, expected in {(PROVINCE,): [province, *county], (COUNTY,): county, (VILLAGE,): [], (): []}.items():
        assert list(law_changes.items_with_outdated(codes)) == expected
    with django_assert_num_queries(4):
        for item in law_changes.items_with_outdated([PROVINCE]):
            (_,) = item.open_reviews  # type: ignore[attr-defined]
            for citation in item.outdated_citations:  # type: ignore[attr-defined]
                newest = citation.article.changes.all()[0]
                assert newest.before != newest.after


@pytest.mark.parametrize("number", [1, 30])
def test_opening_reviews_takes_as_many_statements_for_one_item_as_for_thirty(
    office: Office, bring: Bring, django_assert_num_queries: Any, number: int
) -> None:
    bring(HEARING, FEES, LANGUAGE)
    for n in range(number):
        publish(office.editor, body=citing("一"), title=str(n))
    bring(HEARING_NOW, FEES, LANGUAGE)
    LawReview.objects.all().delete()
    # Changes, citations, open reviews and new ones, and the edition: raised, read and noted.
    with django_assert_num_queries(7):
        law_changes.open_reviews(changes=ArticleChange.objects.all())
    assert LawReview.objects.count() == number
