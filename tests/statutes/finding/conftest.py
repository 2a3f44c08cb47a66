"""A few laws, small enough to reckon with by hand."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from backend.editions.services import turn_page
from backend.statutes import finding
from backend.statutes.finding import index
from backend.statutes.finding.corpus import Entry
from backend.statutes.models import Article, Law, LawVersion

#: Law, chapter, label, text.
TEXTS = (
    ("民法典", "第四章 离婚", "第一条", "夫妻双方自愿离婚的，应当签订书面离婚协议，并亲自到婚姻登记机关申请离婚登记。"),
    ("民法典", "第四章 离婚", "第二条", "自婚姻登记机关收到离婚登记申请之日起三十日内，可以撤回离婚登记申请。"),
    ("民法典", "第四章 离婚", "第三条", "离婚后，不满两周岁的子女，以由母亲直接抚养为原则。"),
    ("民法典", "第九章 租赁合同", "第四条", "承租人应当按照约定的期限支付租金。"),
    ("民法典", "第九章 租赁合同", "第五条", "出租人应当履行租赁物的维修义务。"),
    ("劳动合同法", "第二章 订立", "第一条", "用人单位自用工之日起超过一个月未订立书面劳动合同的，支付二倍的工资。"),
    ("劳动合同法", "第二章 订立", "第二条", "试用期最长不得超过六个月。"),
    (
        "劳动合同法",
        "第三章 报酬",
        "第三条",
        "用人单位应当按照约定及时足额支付劳动报酬。依照本法第二条的规定处理试用期。",
    ),
    ("刑法", "第五章 侵犯财产罪", "第一条", "盗窃公私财物，数额较大的，处三年以下有期徒刑、拘役或者管制。"),
    ("刑法", "第五章 侵犯财产罪", "第一条之一", "诈骗公私财物，数额较大的，处三年以下有期徒刑。"),
)


@pytest.fixture(autouse=True)
def fresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test starts as a new process, with an empty folder and no model."""
    settings.DATA_DIR = tmp_path / "data"
    settings.BASE_DIR = tmp_path / "base"
    settings.DATA_DIR.mkdir()
    finding.forget()
    yield
    finding.forget()


@pytest.fixture
def entries() -> list[Entry]:
    """The texts as a corpus; article_id is 100 and up."""
    return [
        Entry(100 + at, 1, law, "法律", label, chapter, "", text)
        for at, (law, chapter, label, text) in enumerate(sorted(TEXTS, key=lambda row: row[0]))
    ]


@pytest.fixture
def small(entries: list[Entry]) -> index.Index:
    """The index of the texts."""
    return index.build(entries)


@pytest.fixture
def add_law(db: None) -> Callable[..., list[Article]]:
    """Writes a version of a law, as an import does, and turns the page."""

    def add(name: str, *texts: str, since: date = date(2021, 1, 1), **values: Any) -> list[Article]:
        with transaction.atomic():
            law, _ = Law.objects.get_or_create(name=f"中华人民共和国{name}", short_name=name, kind="法律")
            version = LawVersion.objects.create(
                law=law,
                source_id=f"{name}-{since}",
                published_on=since,
                effective_on=since,
                starts_on=since,
                **{"validity": "in_force", **values},
            )
            rows = [
                Article(version=version, position=at, number=at, label=label, text=text, validity=version.validity)
                for at, (label, text) in enumerate(zip(LABELS, texts, strict=False), start=1)
            ]
            Article.objects.bulk_create(rows)
            turn_page()
        return list(version.articles.order_by("position"))

    return add


LABELS = ("第一条", "第二条", "第三条", "第四条")
