"""Advisors whose answers cite law that has changed."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.advisors import services
from backend.advisors.law_changes import tell_later
from backend.advisors.models import MessageCitation
from backend.notifications.models import Notification
from backend.regions.models import Division
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, ArticleChange
from backend.statutes.services import import_statutes
from tests.advisors.conftest import Village, period
from tests.advisors.telling import tell
from tests.conftest import Ask
from tests.statutes.conftest import law, write_file

HEARING, FEES = "审理案件应当公开进行。", "诉讼费用由败诉的当事人负担。"
ANSWERS = """query ($first: Int, $after: String) { outdatedAnswers(first: $first, after: $after) {
  edges { node { id text citations { quote outdated outdatedNote } } } pageInfo { hasNextPage endCursor }
} }"""


@pytest.fixture
def bring(tmp_path: Any) -> Callable[..., Any]:
    """Imports a law with these texts of its two articles."""

    def run(*texts: str) -> Any:
        articles = [("o1", f"第{'一二'[n]}条", n + 1, text) for n, text in enumerate(texts)]
        return import_statutes(write_file(tmp_path, [law("o1", "试验法", "2012-10-26", "2012-10-26")], articles))

    return run


def say(village: Village, author: User, text: str) -> str:
    """The message's global id."""
    key = str(MessageCitation.objects.count()) + text
    message = services.post_message(author=author, group_id=village.group.pk, client_key=key, text=text)
    return encode_id("Message", message.pk)


def notices(user: User) -> list[Notification]:
    return list(Notification.objects.filter(recipient=user, key__startswith="law-changes:").order_by("pk"))


def test_an_advisor_is_told_once_an_import_and_sees_which_answers(
    village: Village, bring: Callable[..., Any], ask: Ask, django_assert_num_queries: Any
) -> None:
    advisor = village.advisor.user
    bring(HEARING, FEES)
    first = say(village, advisor, "依照《试验法》第一条")
    say(village, advisor, "依照《试验法》第二条")
    third = say(village, advisor, "依照《试验法》第一条、第二条")
    say(village, village.villager, "《试验法》第一条是什么？")
    bring(HEARING + "法律另有规定的除外。", FEES)
    assert not notices(advisor)  # the import waits for nobody to be told
    assert tell() == 1
    (notice,) = notices(advisor)
    assert (notice.title, notice.link, notice.kind) == ("您答复中引用的法条有变动", "answers/outdated", "system")
    assert not notices(village.villager)
    with django_assert_num_queries(2):
        page = ask(ANSWERS, advisor, first=1)["data"]["outdatedAnswers"]
    assert [edge["node"]["id"] for edge in page["edges"]] == [first]
    with django_assert_num_queries(2):
        page = ask(ANSWERS, advisor, first=5, after=page["pageInfo"]["endCursor"])["data"]["outdatedAnswers"]
    (edge,) = page["edges"]
    assert edge["node"] == {
        "id": third,
        "text": "依照《试验法》第一条、第二条",
        "citations": [
            {"quote": "《试验法》第一条", "outdated": "AMENDED", "outdatedNote": "所引条文已修改"},
            {"quote": "《试验法》第二条", "outdated": None, "outdatedNote": ""},
        ],
    }
    bring(HEARING + "法律另有规定的除外。", FEES)
    assert tell() == 0
    bring(HEARING + "法律或者行政法规另有规定的除外。", FEES)
    assert tell() == 1
    assert len(notices(advisor)) == 2


def test_only_ones_own_answers_as_advisor_of_a_group_one_is_in(
    village: Village, bring: Callable[..., Any], ask: Ask, make_advisor: Callable[..., Any]
) -> None:
    bring(HEARING, FEES)
    say(village, village.advisor.user, "依照《试验法》第一条")
    say(village, village.villager, "依照《试验法》第一条")
    bring(FEES + "另有规定的除外。", FEES)
    for person in (village.villager, village.stranger):
        assert ask(ANSWERS, person)["data"]["outdatedAnswers"]["edges"] == []
    (error,) = ask(ANSWERS)["errors"]
    assert error["extensions"]["code"] == "SIGN_IN_REQUIRED"
    assert len(ask(ANSWERS, village.advisor.user)["data"]["outdatedAnswers"]["edges"]) == 1
    successor = make_advisor()
    services.end_appointment(appointment=village.appointment, reason="期满")
    services.appoint_advisor(advisor=successor, village=Division.objects.get(pk=village.division.pk), **period())
    for person in (village.advisor.user, successor.user):
        assert ask(ANSWERS, person)["data"]["outdatedAnswers"]["edges"] == []


def test_changes_that_nobody_cited_tell_nobody(village: Village, bring: Callable[..., Any]) -> None:
    bring(HEARING, FEES)
    say(village, village.advisor.user, "依照《试验法》第一条")
    bring(HEARING, FEES + "另有规定的除外。")
    assert ArticleChange.objects.get().article == Article.objects.get(label="第二条")
    assert tell() == 1
    assert not notices(village.advisor.user)


def test_a_text_that_is_as_it_was_again_tells_nobody(village: Village, bring: Callable[..., Any]) -> None:
    bring(HEARING, FEES)
    say(village, village.advisor.user, "依照《试验法》第一条")
    bring(FEES + "另有规定的除外。", FEES)
    tell()
    bring(HEARING, FEES)
    assert MessageCitation.objects.get().outdated == ""
    assert tell() == 1
    assert MessageCitation.objects.get().outdated == ""
    assert len(notices(village.advisor.user)) == 1


@pytest.mark.parametrize("fate", ["amended", "repealed", "corrected"])
def test_what_was_written_while_an_import_ran_is_marked_once_it_is_over(
    village: Village, bring: Callable[..., Any], fate: str
) -> None:
    """As where neither transaction saw what the other had written."""
    bring(HEARING, FEES)
    say(village, village.advisor.user, "依照《试验法》第一条")
    say(village, village.advisor.user, "依照《试验法》第二条")
    bring(*{"amended": (HEARING, FEES), "repealed": (HEARING,), "corrected": (HEARING, FEES + "其他除外。")}[fate])
    if fate == "amended":
        second = Article.objects.get(label="第二条")
        change = ArticleChange.objects.create(article=second, kind=fate, successor=second, new_text=HEARING)
        tell_later(changes=ArticleChange.objects.filter(pk=change.pk))
    MessageCitation.objects.update(outdated="")
    assert tell() == 1
    marked = MessageCitation.objects.order_by("pk").values_list("outdated", flat=True)
    assert list(marked) == ["", "repealed" if fate == "repealed" else "amended"]
    assert len(notices(village.advisor.user)) == 1


def test_what_is_said_after_a_correction_cites_the_corrected_text(village: Village, bring: Callable[..., Any]) -> None:
    bring(HEARING, FEES)
    bring(HEARING + "法律另有规定的除外。", FEES)
    say(village, village.advisor.user, "依照《试验法》第一条")
    assert tell() == 1
    assert MessageCitation.objects.get().outdated == ""
    assert not notices(village.advisor.user)


def test_who_cites_what_is_repealed_already_cites_repealed_law(village: Village, tmp_path: Any) -> None:
    gone = law("o1", "试验法", "2012-10-26", "2012-10-26", "已废止")
    import_statutes(write_file(tmp_path, [gone], [("o1", "第一条", 1, HEARING)]))
    say(village, village.advisor.user, "依照《试验法》第一条")
    assert MessageCitation.objects.get().outdated == "repealed"
