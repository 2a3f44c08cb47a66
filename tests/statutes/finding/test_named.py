"""Articles that a question names, and numbers that name none."""

import pytest

from backend.statutes.citations import KnownNames
from backend.statutes.finding.named import named
from backend.statutes.finding.ranking import Ranker

KNOWN = KnownNames({"民法典", "刑法", "土地管理法", "劳动法", "治安处罚法", "刑法修正案（十一）"})


def places(text: str) -> list[tuple[str, int, int]]:
    return list(dict.fromkeys((ref.law, ref.number, ref.suffix) for ref in named(text, KNOWN)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("土地管理法62条", [("土地管理法", 62, 0)]),
        ("民法典1062", [("民法典", 1062, 0)]),
        ("民法典 第1062条", [("民法典", 1062, 0)]),
        ("民法典第1062", [("民法典", 1062, 0)]),
        ("民法典１０６２条", [("民法典", 1062, 0)]),
        ("中华人民共和国民法典1062条", [("民法典", 1062, 0)]),
        ("《民法典》1062", [("民法典", 1062, 0)]),
        ("刑法266", [("刑法", 266, 0)]),
        ("刑法266诈骗罪判几年", [("刑法", 266, 0)]),
        ("刑法133条之一", [("刑法", 133, 1)]),
        ("刑法二百六十六条", [("刑法", 266, 0)]),
        ("刑法第二百六十六条", [("刑法", 266, 0)]),
        ("治安处罚法43条和刑法234条", [("治安处罚法", 43, 0), ("刑法", 234, 0)]),
        ("刑法修正案（十一）3条", [("刑法修正案(十一)", 3, 0)]),
    ],
    ids=str,
)
def test_an_article_is_named(text, expected):
    assert places(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "赔偿1062元",
        "民法典 3 个问题",
        "劳动法30天",
        "民法典2021年施行",
        "刑法 14岁",
        "劳动法12333",
        "劳动法2.5倍工资",
        "刑法20%",
        "刑法二百六十六",
        "民法典一千个问题",
        "办法62条",
        "说法3",
        "1062",
        "",
    ],
    ids=str,
)
def test_a_number_that_names_nothing(text):
    assert places(text) == []


@pytest.mark.parametrize("text", ["刑法1", "刑法1条 离婚登记", "离婚 刑法 第1条"], ids=str)
def test_what_is_named_comes_first(small, text):
    first, *others = Ranker(small).find(text, 10)
    assert small.labels[small.article_ids.tolist().index(first.article_id)] == "第一条"
    assert first.article_id in {int(small.article_ids[row]) for row in small.laws.span(small.laws.names.index("刑法"))}
    assert first.share == 1
    assert all(one.share < 1 for one in others)


def test_a_number_that_the_law_does_not_have_is_no_hit(small):
    assert Ranker(small).find("刑法999", 10) == Ranker(small).find("刑法999", 10)
    assert Ranker(small).find("离婚登记 刑法999", 1)[0].article_id == Ranker(small).find("离婚登记", 1)[0].article_id
