"""Sensitive words: kept by staff, found whatever people put between the characters, and quickly."""

from typing import Any

import pytest
from django.urls import reverse

from backend.regions.models import Division
from backend.screening.models import SensitiveWord
from backend.screening.rules import Matcher, normalised
from backend.screening.selectors import Found, found_in
from tests.editorial import Office, at_desk, open_office


@pytest.fixture
def office(divisions: dict[str, Division]) -> Office:
    """The editorial office."""
    return open_office()


@pytest.mark.parametrize(
    "text",
    [
        "包赢官司",
        "他说包赢官司，不可信",
        "包 赢 官 司",
        "包　赢\n官\t司",
        "包\u200b赢\u00ad官司",
        "包-赢·官*司",
        "包【赢】官、司",
    ],
)
def test_a_word_is_found_whatever_stands_between(text: str) -> None:
    [(word, written)] = Matcher(["包赢官司"]).find(text)
    assert word == "包赢官司"
    assert written in text
    assert normalised(written) == word


@pytest.mark.parametrize(("listed", "text"), [("vip", "ＶＩＰ客户"), ("ＶＩＰ", "vip"), ("QQ群", "qq 群"), ("①", "1")])
def test_width_and_case_do_not_matter(listed: str, text: str) -> None:
    assert [word for word, _ in Matcher([listed]).find(text)] == [normalised(listed)]


@pytest.mark.parametrize("text", ["", "包", "包赢", "官司包赢", "这里什么都没有", "　"])
def test_what_is_not_the_word_is_not_found(text: str) -> None:
    assert list(Matcher(["包赢官司"]).find(text)) == []


def test_words_that_overlap_are_all_found_each_once_in_order() -> None:
    found = Matcher(["甲乙", "乙丙", "甲乙丙", "丙"]).find("甲乙丙，甲乙丙")
    assert [word for word, _ in found] == ["甲乙", "甲乙丙", "乙丙", "丙"]


def test_a_list_without_anything_finds_nothing() -> None:
    assert list(Matcher(["", "　", "。"]).find("甲乙丙")) == []


class Counted(frozenset[str]):
    """A set that counts how often it is asked."""

    asked = 0

    def __contains__(self, word: object) -> bool:
        self.asked += 1
        return super().__contains__(word)


@pytest.mark.parametrize("words", [50, 5000], ids=str)
def test_each_place_of_a_text_costs_one_look_up_however_long_the_list_is(words: int) -> None:
    alphabet = [chr(0x4E00 + n) for n in range(5000)]
    text = "".join(alphabet[n * 7 % 5000] for n in range(20_000))
    matcher = Matcher(f"{one}{one}囍" for one in alphabet[:words])
    matcher._words = counted = Counted(matcher._words)
    assert list(matcher.find(text)) == []
    # A place where no word begins costs none.
    assert counted.asked == len(text) * words // len(alphabet)


def test_what_is_found_comes_with_its_level_and_note(db: None) -> None:
    SensitiveWord.objects.create(word="包 赢", level="forbidden", note="不得承诺结果")
    SensitiveWord.objects.create(word="最好")
    assert found_in("我们最好，包　赢！") == [
        Found("最好", "最好", forbidden=False, note=""),
        Found("包赢", "包　赢", forbidden=True, note="不得承诺结果"),
    ]


def test_a_change_of_the_list_counts_at_once(db: None, django_assert_num_queries: Any) -> None:
    word = SensitiveWord.objects.create(word="甲乙")
    assert [one.forbidden for one in found_in("甲乙")] == [False]
    with django_assert_num_queries(1):
        found_in("甲乙丙丁")
    word.level = "forbidden"
    word.save()
    assert [one.forbidden for one in found_in("甲乙")] == [True]
    SensitiveWord.objects.create(word="丙丁")
    assert len(found_in("甲乙丙丁")) == 2
    word.delete()
    assert [one.word for one in found_in("甲乙丙丁")] == ["丙丁"]


def test_supervisors_keep_the_list(office: Office) -> None:
    desk = at_desk(office.supervisor)
    sent = {"word": " 包　赢 ", "level": "forbidden", "note": "不得承诺结果"}
    assert desk.post(reverse("sensitive_words:add"), sent).status_code == 302
    word = SensitiveWord.objects.get()
    assert (word.word, word.level, word.added_by) == ("包赢", "forbidden", office.supervisor)
    again = desk.post(reverse("sensitive_words:add"), {**sent, "word": "包-赢"})
    assert "这个词已经在表里了" in again.text
    assert "请填写要查的词" in desk.post(reverse("sensitive_words:add"), {**sent, "word": "。。"}).text
    desk.post(reverse("sensitive_words:edit", args=[word.pk]), {**sent, "level": "caution"})
    word.refresh_from_db()
    assert word.level == "caution"
    assert "包赢" in desk.get(reverse("sensitive_words:index")).text
    desk.post(reverse("sensitive_words:delete", args=[word.pk]))
    assert not SensitiveWord.objects.exists()


@pytest.mark.parametrize("who", ["editor", "reviewer", "third"])
@pytest.mark.parametrize("view", ["index", "add", "edit", "delete", "history", "usage"])
def test_others_do_not(office: Office, who: str, view: str) -> None:
    word = SensitiveWord.objects.create(word="包赢")
    path = reverse(f"sensitive_words:{view}", args=[] if view in {"index", "add"} else [word.pk])
    desk = at_desk(getattr(office, who))
    for answer in (desk.get(path), desk.post(path, {"word": "别的", "level": "caution"})):
        assert answer.status_code == 302
        assert answer.url == "/console/"
    assert list(SensitiveWord.objects.values_list("word", flat=True)) == ["包赢"]
