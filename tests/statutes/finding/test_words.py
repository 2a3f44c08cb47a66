"""What a text is looked up by."""

import pytest

from backend.statutes.finding import lay_terms
from backend.statutes.finding.words import pairs, plain, words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ＡＢＣ（一）", "abc(一)"),
        ("中华人民共和国民法典", "民法典"),
        ("满18岁、罚500元", "满十八岁、罚五百元"),
        ("0元", "0元"),
        ("12348热线", "12348热线"),
        ("", ""),
    ],
    ids=["width", "state", "numbers", "zero", "long number", "empty"],
)
def test_what_is_written_in_two_ways_is_one(text, same):
    assert plain(text) == same


def test_words_leave_out_what_says_nothing():
    assert words("请问试用期的工资是多少？") == ["试用", "试用期", "工资"]


def test_references_to_other_articles_are_no_words():
    assert words(plain("依照本法第三十九条第二款赔偿")) == ["赔偿"]


def test_pairs_do_not_reach_across_punctuation():
    codes = pairs("离婚，登记a")
    assert [chr(code >> 16) + chr(code & 0xFFFF) for code in codes.tolist()] == ["离婚", "登记", "记a"]


@pytest.mark.parametrize("text", ["", "离", "，。", "\U00020000\U00020001", "\ud800"], ids=repr)
def test_what_has_no_pairs_has_none(text):
    assert len(pairs(text)) == 0


def test_a_list_joins_what_is_said_twice():
    parsed = lay_terms.parse("# 说明\n\n老公 丈夫 = 配偶\n老公 = 夫妻\n")
    assert {entry.said: entry.terms for entry in parsed} == {"老公": ("配偶", "夫妻"), "丈夫": ("配偶",)}


@pytest.mark.parametrize("line", ["老公", "= 夫妻", "老公 ="], ids=["no sign", "nothing said", "no term"])
def test_a_line_that_is_none_is_refused(line):
    with pytest.raises(ValueError, match=r"老公|夫妻"):
        lay_terms.parse(line)


def test_lay_words_mean_terms_that_are_not_said():
    assert "劳动报酬" in lay_terms.meant("老板拖欠工资")
    assert "劳动报酬" not in lay_terms.meant("拖欠工资等劳动报酬")
    assert lay_terms.meant("天气") == []


def test_what_is_said_need_not_stand_together():
    assert "房屋承租人享有以同等条件优先购买的权利" not in lay_terms.meant("房东要涨价")
    assert any("优先购买" in term for term in lay_terms.meant("房东想把正在出租的房子卖房给别人"))


def test_the_shipped_list_can_be_read():
    assert len(lay_terms.known()) > 1500
    assert all(entry.terms for entry in lay_terms.known())
