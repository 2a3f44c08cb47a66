"""What a case of each category tells."""

import pytest

from backend.content import cases

CATEGORIES = [name for name, _ in cases.CATEGORIES]


def test_there_are_the_eleven_categories_of_the_ministry():
    names = "律师 公证 法律援助 法治宣传教育 人民调解 司法鉴定 监狱 戒毒 社区矫正 行政应诉 行政复议"
    assert [label for _, label in cases.CATEGORIES] == names.split()


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_case_with_what_its_category_asks_for_is_in_order(category: str):
    facts = {fact.name: "内容" for fact in cases.facts_of(category) if fact.required}
    assert facts
    assert cases.problems(category, facts) == {}
    assert [fact.name for fact, _ in cases.told(category, facts)] == list(facts)


@pytest.mark.parametrize("category", CATEGORIES)
def test_what_is_missing_is_named(category: str):
    required = {fact.name for fact in cases.facts_of(category) if fact.required}
    assert set(cases.problems(category, {})) == required
    assert set(cases.problems(category, dict.fromkeys(required, "  "))) == required


def test_a_mediation_tells_of_its_committee_its_dispute_and_its_outcome():
    assert {fact.name for fact in cases.facts_of("mediation") if fact.required} == {"committee", "dispute", "outcome"}


def test_foreign_facts_long_ones_and_other_values_are_refused():
    facts = {"committee": "木兰社区调解委员会", "dispute": "甲" * 201, "outcome": 3, "opinion": "乙"}
    assert cases.problems("mediation", facts) == {
        "opinion": "这类案例没有这一项",
        "dispute": "“纠纷类型”不能超过 200 字",
        "outcome": "“结果”应是文字",
    }
    assert cases.problems("nothing", {}) == {"": "请选择案例类别"}
    assert cases.told("nothing", facts) == []
