"""The body of an item as Markdown: one block after another, a blank line between them.

A block is a pair of its type and its value. Values are those that are stored, but for what lies elsewhere: a picture,
recording or video names its file, a case its slug, a table its rows.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from backend.content.files.marks import write_marks, write_plain
from backend.content.inline import spans

Block = tuple[str, Any]

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
MAX_SLUG = 80
#: A name of a file in the item's own folder, or one folder below it.
FILE_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}", re.ASCII)
#: What the last line of a quote begins with where it names the source.
SOURCE = "—— "


class Limit(NamedTuple):
    """How long a text may be, in characters, and what it is called."""

    name: str
    characters: int
    required: bool = True


# Those of the editor's blocks, which need a database to be loaded; a test compares them.
LIMITS = {
    ("heading", ""): Limit("小标题", 60),
    ("picture", "alt"): Limit("图片说明", 200, required=False),
    ("picture", "caption"): Limit("图注", 200, required=False),
    ("recording", "title"): Limit("录音标题", 80),
    ("video", "title"): Limit("视频标题", 80),
    ("quote", "text"): Limit("引文", 1000),
    ("quote", "source"): Limit("出处", 120, required=False),
    ("statute", "citation"): Limit("法条引用", 200),
    ("call", "label"): Limit("按钮文字", 30),
    ("call", "number"): Limit("电话号码", 20),
    ("table", "caption"): Limit("表题", 80, required=False),
    ("table", "text"): Limit("表格", 3000),
}
MAX_STEPS, MAX_STEP = 30, 300
#: A number that can be dialled.
PHONE = re.compile(r"\+?[0-9]{3,5}(?:-?[0-9]{3,12}){0,3}", re.ASCII)


def write_body(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown; ends with a line feed unless there are none."""
    return "".join(f"{_WRITERS[kind](value)}\n\n" for kind, value in blocks)[:-1]


def table_text(rows: Iterable[list[str]]) -> str:
    """The rows of a table as they are stored: lines, with a bar between the cells."""
    return "\n".join(map(_stored_row, rows))


def _stored_row(cells: list[str]) -> str:
    joined = " | ".join(cells)
    return joined if cells[0] and cells[-1] else f"| {joined} |"


def _write_quote(value: dict[str, str]) -> str:
    lines = value["text"].split("\n")
    # An empty source, where the last line of the text would be taken for one.
    if value["source"] or f"{lines[-1]} ".startswith(SOURCE):
        lines.append(f"{SOURCE}{value['source']}")
    return "\n".join(f"> {write_plain(line)}".rstrip(" ") for line in lines)


def _write_table(value: dict[str, Any]) -> str:
    rows = [_row(cells) for cells in value["rows"]]
    rows.insert(1, f"|{' --- |' * len(value['rows'][0])}")
    caption = f":caption[{write_plain(value['caption'])}]\n\n" if value["caption"] else ""
    return caption + "\n".join(rows)


def _row(cells: Iterable[str]) -> str:
    return f"|{''.join(f' {write_plain(cell)} |' if cell else ' |' for cell in cells)}"


def _write_media(kind: str, value: dict[str, str]) -> str:
    return f":{kind}[{write_plain(value['title'])}]({value['file']})"


def _write_picture(value: dict[str, str]) -> str:
    caption = write_plain(value["caption"]).replace('"', '\\"')
    shown = f' "{caption}"' if caption else ""
    return f"![{write_plain(value['alt'])}]({value['file']}{shown})"


_WRITERS: dict[str, Any] = {
    "heading": lambda value: f"## {write_plain(value)}",
    "paragraph": lambda value: write_marks(spans(value)),
    "picture": _write_picture,
    "recording": lambda value: _write_media("recording", value),
    "video": lambda value: _write_media("video", value),
    "quote": _write_quote,
    "statute": lambda value: f":law[{write_plain(value['citation'])}]",
    "case": lambda value: f":case[{value['slug']}]",
    "steps": lambda value: "\n".join(f"{place}. {write_plain(step)}" for place, step in enumerate(value, start=1)),
    "call": lambda value: f":call[{write_plain(value['label'])}]({value['number']})",
    "table": _write_table,
}
