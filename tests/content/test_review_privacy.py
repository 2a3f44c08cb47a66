"""The content check looks through every part of a block that a villager reads or dials."""

from typing import Any

import pytest

from backend.content.submission import checked
from backend.screening.models import SensitiveWord
from tests.editorial import Office, draft


def found(kind: str, value: dict[str, str], office: Office) -> list[str]:
    """What keeps a text with this block alone from a submission."""
    item: Any = draft(office.editor, body=[(kind, value)]).get_latest_revision_as_object()
    return [finding.message for finding in checked(item).findings if finding.blocks]


PRIVATE: list[tuple[str, dict[str, str], list[str]]] = [
    ("call", {"label": "找小王", "number": "13800138000"}, ["第 1 块里有个人信息：手机号 138…00"]),
    ("call", {"label": "找小王", "number": "+86138-0013-8000"}, ["第 1 块里有个人信息：手机号 +86…00"]),
    ("call", {"label": "小王 13800138000", "number": "12348"}, ["第 1 块里有个人信息：手机号 138…00"]),
    ("call", {"label": "法律咨询热线", "number": "12348"}, []),
    ("call", {"label": "派出所值班", "number": "028-86010101"}, []),
    ("call", {"label": "示范号码", "number": "+8610000000101"}, []),
    (
        "table",
        {"caption": "值班，夜里打 13800138000", "text": "日|人\n一|张三"},
        ["第 1 块里有个人信息：手机号 138…00"],
    ),
    ("table", {"caption": "值班", "text": "日|人\n一|13800138000"}, ["第 1 块里有个人信息：手机号 138…00"]),
    ("table", {"caption": "", "text": "日|人\n一|张三"}, []),
]


@pytest.mark.parametrize(("kind", "value", "problems"), PRIVATE)
def test_buttons_and_captions_are_looked_through(
    office: Office, kind: str, value: dict[str, str], problems: list[str]
) -> None:
    assert found(kind, value, office) == problems


def test_a_sensitive_word_is_found_in_a_caption(office: Office) -> None:
    SensitiveWord.objects.create(word="乡巴佬", level="forbidden")
    table = {"caption": "乡巴佬名单", "text": "日|人\n一|张三"}
    assert found("table", table, office) == ["有敏感词“乡巴佬”"]
