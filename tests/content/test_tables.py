"""Tables as staff type them."""

import pytest

from backend.content.tables import MAX_COLUMNS, MAX_ROWS, read_table


def test_a_table_is_read_by_lines_and_bars():
    assert read_table("项目 | 期限\n\n| 仲裁 | 一年 |\n诉讼|三年") == [
        ["项目", "期限"],
        ["仲裁", "一年"],
        ["诉讼", "三年"],
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("只有表头", "至少"),
        ("", "至少"),
        ("甲|乙\n一|二|三", "第 2 行有 3 列，表头有 2 列"),
        ("|".join("甲" * (MAX_COLUMNS + 1)) + "\n一", "最多"),
        ("甲\n" * (MAX_ROWS + 1), "最多"),
    ],
    ids=["head", "nothing", "ragged", "wide", "long"],
)
def test_what_is_no_table_is_refused_with_its_reason(text: str, complaint: str):
    with pytest.raises(ValueError, match=complaint):
        read_table(text)
