"""What files may say is what the editor's blocks and fields take: neither more nor less."""

from typing import Any

import pytest

from backend.content import blocks
from backend.content.files import body, text_files
from backend.content.files.body_reader import read_body
from backend.content.files.problems import Report
from backend.content.models import ContentItem

BODY = blocks.BodyBlock()


def texts() -> dict[tuple[str, str], tuple[int, bool]]:
    """The longest text of every part of every block that has a limit, and whether there must be one."""
    found = {}
    for kind, block in BODY.child_blocks.items():
        parts: dict[str, Any] = getattr(block, "child_blocks", {"": block})
        for name, part in parts.items():
            limit = getattr(getattr(part, "field", None), "max_length", None)
            if limit is not None:
                found[kind, name] = (limit, part.field.required)
    return found


def test_every_text_has_the_limit_of_its_block() -> None:
    assert {place: (limit.characters, limit.required) for place, limit in body.LIMITS.items()} == texts()


def test_the_steps_too() -> None:
    steps = BODY.child_blocks["steps"]
    assert (steps.meta.max_num, steps.child_block.field.max_length) == (body.MAX_STEPS, body.MAX_STEP)


def test_and_what_can_be_dialled() -> None:
    assert body.PHONE == blocks._PHONE


def test_a_question_is_as_long_as_its_column() -> None:
    assert ContentItem._meta.get_field("question").max_length == text_files.MAX_QUESTION


@pytest.mark.parametrize(("cell", "told"), [(995, []), (996, ["表格的文字不能超过 3000 字"])], ids=["fits", "longer"])
def test_a_table_is_as_long_as_it_can_be_stored(cell: int, told: list[str]) -> None:
    row = f"| {'字' * cell} | 乙 |"
    report = Report("item.md", [])
    read_body([row, "| --- | --- |", row, row], 1, report)
    assert [problem.message for problem in report.problems] == told
