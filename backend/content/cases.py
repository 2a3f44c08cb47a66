"""The categories of cases 案例 and what is told of a case in each; people and places are masked.

Source of the categories: the case library of the ministry of justice 司法部司法行政（法律服务）案例库.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_FACT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a case of a category tells: `name` in data, `label` for people."""

    name: str
    label: str
    required: bool = False


_OUTCOME = Fact("outcome", "结果", required=True)
_FACTS: dict[str, tuple[str, tuple[Fact, ...]]] = {
    "lawyer": (
        "律师",
        (Fact("matter", "案由", required=True), Fact("client", "委托人（化名）"), Fact("role", "代理方式"), _OUTCOME),
    ),
    "notary": (
        "公证",
        (
            Fact("matter", "公证事项", required=True),
            Fact("office", "公证机构"),
            Fact("materials", "所需材料"),
            _OUTCOME,
        ),
    ),
    "legal_aid": (
        "法律援助",
        (
            Fact("recipient", "受援人（化名）", required=True),
            Fact("grounds", "受援条件", required=True),
            Fact("matter", "案由"),
            Fact("centre", "法律援助机构"),
            _OUTCOME,
        ),
    ),
    "publicity": (
        "法治宣传教育",
        (
            Fact("organiser", "主办单位", required=True),
            Fact("people", "参加人群"),
            Fact("form", "形式"),
            Fact("effect", "效果"),
        ),
    ),
    "mediation": (
        "人民调解",
        (
            Fact("committee", "调解委员会", required=True),
            Fact("dispute", "纠纷类型", required=True),
            Fact("parties", "当事人（化名）"),
            _OUTCOME,
            Fact("performed", "履行情况"),
        ),
    ),
    "forensic": (
        "司法鉴定",
        (
            Fact("matter", "鉴定事项", required=True),
            Fact("institute", "鉴定机构"),
            Fact("opinion", "鉴定意见", required=True),
        ),
    ),
    "prison": (
        "监狱",
        (Fact("prison", "监狱"), Fact("work", "教育改造工作", required=True), _OUTCOME),
    ),
    "drug_rehabilitation": (
        "戒毒",
        (Fact("institution", "戒毒机构"), Fact("measure", "戒毒措施", required=True), _OUTCOME),
    ),
    "community_correction": (
        "社区矫正",
        (
            Fact("office", "社区矫正机构"),
            Fact("person", "矫正对象（化名）"),
            Fact("measures", "矫正措施", required=True),
            _OUTCOME,
        ),
    ),
    "administrative_litigation": (
        "行政应诉",
        (
            Fact("defendant", "被诉机关", required=True),
            Fact("act", "被诉行政行为", required=True),
            Fact("court", "审理法院"),
            Fact("judgment", "裁判结果", required=True),
        ),
    ),
    "administrative_review": (
        "行政复议",
        (
            Fact("authority", "复议机关", required=True),
            Fact("act", "被申请复议的行为", required=True),
            Fact("decision", "复议决定", required=True),
        ),
    ),
}

#: Value and name of each category, as Django's choices.
CATEGORIES = [(name, label) for name, (label, _) in _FACTS.items()]


def facts_of(category: str) -> tuple[Fact, ...]:
    """What a case of the category tells, in order; nothing for an unknown one."""
    return _FACTS[category][1] if category in _FACTS else ()


def told(category: str, facts: Mapping[str, Any]) -> list[tuple[Fact, str]]:
    """The facts that are given, with their words, in the order in which they are shown."""
    return [(fact, str(facts[fact.name])) for fact in facts_of(category) if facts.get(fact.name)]


def problems(category: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, a Chinese sentence by the fact's name; "" names the category itself. Empty where all is well."""
    if category not in _FACTS:
        return {"": "请选择案例类别"}
    known = {fact.name: fact for fact in facts_of(category)}
    found = {name: "这类案例没有这一项" for name in facts if name not in known}
    for fact in known.values():
        value = facts.get(fact.name, "")
        if not isinstance(value, str):
            found[fact.name] = f"“{fact.label}”应是文字"
        elif fact.required and not value.strip():
            found[fact.name] = f"请填写“{fact.label}”"
        elif len(value) > MAX_FACT_CHARACTERS:
            found[fact.name] = f"“{fact.label}”不能超过 {MAX_FACT_CHARACTERS} 字"
    return found
