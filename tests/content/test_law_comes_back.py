"""Law that is repealed, restored or put right again, and texts that were written before it changed."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.content.models import ContentCitation, ContentItem, LawReview
from backend.editions.selectors import current
from backend.statutes.models import ArticleChange
from backend.statutes.services import import_statutes
from tests.content.changing_law import FEES, HEARING, HEARING_NOW, LANGUAGE, LAW, Bring, citing, marks, settle, told
from tests.editorial import Office, draft, go_live, publish
from tests.statutes.conftest import law, write_file

pytestmark = pytest.mark.django_db

LONG_AGO = "2012-10-26"
ONCE = law("o1", "试验法", LONG_AGO, LONG_AGO, "历史版本")
NOW = law("o2", "试验法", "2015-10-26", "2015-10-26")


@pytest.fixture
def enact(tmp_path: Path) -> Bring:
    """Imports versions with these texts of their articles."""

    def run(*versions: tuple[dict[str, Any], tuple[str, ...]]) -> Any:
        articles = [
            (version["law_id"], f"第{'一二三'[n]}条", n + 1, text)
            for version, texts in versions
            for n, text in enumerate(texts)
        ]
        return import_statutes(write_file(tmp_path, [version for version, _ in versions], articles))

    return run


def kinds() -> list[str]:
    return list(ArticleChange.objects.order_by("pk").values_list("kind", flat=True))


def test_a_text_published_again_still_cites_repealed_law(office: Office, enact: Bring) -> None:
    enact((LAW, (HEARING, FEES)))
    item = publish(office.editor, body=citing("一"))
    enact((LAW | {"status": "已废止"}, (HEARING, FEES)))
    assert (marks(item), told(item)) == (["repealed"], [("", "")])
    item.save_revision(user=office.editor)
    go_live(item)
    assert (marks(item), told(item)) == (["repealed"], [("", "")])
    item.body = [("paragraph", "不再引用")]
    item.save_revision(user=office.editor)
    go_live(item)
    assert (marks(item), told(item)) == ([], [("revised", "")])


def test_a_first_publication_that_cites_repealed_law_says_so_and_asks_nobody(office: Office, enact: Bring) -> None:
    enact((LAW | {"status": "已废止"}, (HEARING, FEES)))
    item = publish(office.editor, body=citing("一"))
    assert (marks(item), told(item)) == (["repealed"], [])


def test_an_article_that_comes_back_is_the_law_again(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    item, other = publish(office.editor, body=citing("三")), publish(office.editor, body=citing("一", "三"))
    bring(HEARING_NOW, FEES)
    assert (marks(item), marks(other)) == (["repealed"], ["amended", "repealed"])
    before = current()
    bring(HEARING_NOW, FEES, LANGUAGE)
    assert kinds() == ["corrected", "repealed", "restored"]
    assert (marks(item), told(item)) == ([""], [("restored", "")])
    # What else the other cites has still changed.
    assert (marks(other), told(other)) == (["amended", ""], [("", "")])
    for text in (item, other):
        text.refresh_from_db()
        assert before < text.edition <= current()
    assert bring(HEARING_NOW, FEES, LANGUAGE).noticed == 0


def test_a_law_that_is_in_force_again_takes_its_marks_away(office: Office, enact: Bring) -> None:
    enact((LAW, (HEARING, FEES)))
    item = publish(office.editor, body=citing("一", "二"))
    enact((LAW | {"status": "已废止"}, (HEARING, FEES)))
    enact((LAW, (HEARING, FEES)))
    assert (marks(item), told(item)) == (["", ""], [("restored", "")])
    assert kinds() == ["repealed"] * 2 + ["restored"] * 2


def test_an_article_that_comes_back_with_other_words_is_amended(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    item = publish(office.editor, body=citing("三"))
    bring(HEARING, FEES)
    bring(HEARING, FEES, LANGUAGE + "法律另有规定的除外。")
    assert (kinds(), marks(item), told(item)) == (["repealed", "corrected"], ["amended"], [("", "")])


def test_an_article_that_changed_before_it_went_leaves_marks_when_it_comes_back(office: Office, bring: Bring) -> None:
    """Who cited the first text and who cited the second cannot be told apart."""
    bring(HEARING, FEES, LANGUAGE)
    item = publish(office.editor, body=citing("三"))
    bring(HEARING, FEES, LANGUAGE + "法律另有规定的除外。")
    bring(HEARING, FEES)
    assert marks(item) == ["repealed"]
    bring(HEARING, FEES, LANGUAGE + "法律另有规定的除外。")
    assert (marks(item), told(item)) == (["amended"], [("", "")])


def test_a_correction_that_is_taken_back_swaps_the_marks(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    first = publish(office.editor, body=citing("一"))
    bring(HEARING_NOW, FEES, LANGUAGE)
    second = publish(office.editor, body=citing("一"))
    assert (marks(first), marks(second)) == (["amended"], [""])
    bring(HEARING, FEES, LANGUAGE)
    assert (marks(first), told(first)) == ([""], [("restored", "")])
    assert (marks(second), told(second)) == (["amended"], [("", "")])
    bring(HEARING_NOW, FEES, LANGUAGE)
    assert (marks(first), told(first)) == (["amended"], [("restored", ""), ("", "")])
    assert (marks(second), told(second)) == ([""], [("restored", "")])


def test_among_three_texts_marks_stay(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    item = publish(office.editor, body=citing("一"))
    for text in (HEARING_NOW, FEES + "其他除外。", HEARING):
        bring(text, FEES, LANGUAGE)
    assert (marks(item), told(item)) == (["amended"], [("", "")])


def test_a_new_version_put_right_again_takes_the_marks_of_the_old_one_away(office: Office, enact: Bring) -> None:
    enact((ONCE, (HEARING, FEES)))
    item = publish(office.editor, body=citing("一"))
    enact((ONCE, (HEARING, FEES)), (NOW, (HEARING_NOW, FEES)))
    assert marks(item) == ["amended"]
    enact((ONCE, (HEARING, FEES)), (NOW, (HEARING, FEES)))
    assert (kinds(), marks(item), told(item)) == (["amended", "corrected", "restored"], [""], [("restored", "")])
    assert enact((ONCE, (HEARING, FEES)), (NOW, (HEARING, FEES))).noticed == 0


def test_what_comes_back_in_an_old_version_alone_is_not_the_law(office: Office, enact: Bring) -> None:
    enact((ONCE, (HEARING, FEES, LANGUAGE)))
    item = publish(office.editor, body=citing("三"))
    enact((ONCE, (HEARING, FEES)), (NOW, (HEARING, FEES)))
    assert marks(item) == ["repealed"]
    enact((ONCE, (HEARING, FEES, LANGUAGE)), (NOW, (HEARING, FEES)))
    assert (marks(item), told(item)) == (["repealed"], [("", "")])


def test_a_correction_of_what_replaced_it_asks_again(office: Office, enact: Bring) -> None:
    enact((ONCE, (HEARING,)))
    item = publish(office.editor, body=citing("一"))
    enact((ONCE, (HEARING,)), (NOW, (HEARING_NOW,)))
    settle(item, office.editor)
    assert marks(item) == [""]
    again = "审理案件一律不公开进行，涉及个人隐私的除外。"
    enact((ONCE, (HEARING,)), (NOW, (again,)))
    assert (marks(item), told(item)[1:]) == (["amended"], [("", "")])
    newest = ArticleChange.objects.filter(article__version__source_id="o1")[0]
    assert (newest.before, newest.after) == (HEARING, again)
    assert [change.after for change in ArticleChange.objects.filter(article=newest.article)] == [again, HEARING_NOW]


def test_the_text_of_a_repealed_article_put_right_is_repealed_still(office: Office, enact: Bring) -> None:
    enact((LAW, (HEARING, FEES)))
    item = publish(office.editor, body=citing("一"))
    repealed = LAW | {"status": "已废止"}
    enact((repealed, (HEARING, FEES)))
    enact((repealed, (HEARING_NOW, FEES)))
    assert marks(item) == ["repealed"]


CHANGES = {
    "corrected": ((ONCE, (HEARING_NOW, FEES)),),
    "amended": ((ONCE, (HEARING, FEES)), (NOW, (HEARING_NOW, FEES))),
    "replaced": ((ONCE, (HEARING, FEES)), (NOW, ("依法设立的机构可以提供翻译。", FEES))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_text_written_before_a_change_and_published_after_it_is_queued(
    office: Office, enact: Bring, change: str
) -> None:
    enact((ONCE, (HEARING, FEES)))
    item, other = draft(office.editor, body=citing("一")), draft(office.editor, body=citing("二"))
    enact(*CHANGES[change])
    go_live(item)
    go_live(other)
    assert (marks(item), told(item)) == (["amended"], [("", "")])
    assert (marks(other), told(other)) == ([""], [])
    settle(item, office.editor)
    assert (marks(item), told(item)) == ([""], [("still_right", "新规定不影响结论")])


def test_an_old_revision_published_again_leaves_the_review_open(changed: ContentItem, office: Office) -> None:
    """Scheduled before the law changed, and due after."""
    (review,) = LawReview.objects.all()
    go_live(changed)
    assert (marks(changed), told(changed)) == (["amended", "", ""], [("", "")])
    assert LawReview.objects.get().pk == review.pk


def test_what_comes_back_while_a_text_waits_asks_nobody(office: Office, bring: Bring) -> None:
    bring(HEARING, FEES, LANGUAGE)
    publish(office.editor, body=citing("三"))  # keeps the row
    bring(HEARING, FEES)
    moment = timezone.now()
    item = draft(office.editor, body=citing("三"))
    bring(HEARING, FEES, LANGUAGE)
    assert ArticleChange.objects.filter(noticed_at__gt=moment).count() == 1
    go_live(item)
    assert (marks(item), told(item)) == ([""], [])
    assert ContentCitation.objects.filter(content=item).count() == 1
