"""The front matter of a file: YAML of which every scalar is a text, read with the line of each value.

Nothing of YAML's own reading of dates, numbers, yes and no applies; tags and anchors are refused, so that a few bytes
stay a few values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from backend.content.files.problems import Report

#: No item has so much above its body.
MAX_LINES = 200
_DEEPEST = 4
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Value:
    """A text, a list of values or a mapping of names to them, and the line where it begins."""

    data: Any
    line: int


class _Loader(yaml.BaseLoader):
    """Composes nodes, shallow ones, each of them once."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """See YAML's own. Raises ComposerError for what has no place in a file's head."""
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs know no types here
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.composer.ComposerError(None, None, "不能使用锚点、引用和标签", event.start_mark)
        if self._depth > _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "层次太深", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def split(text: str, report: Report) -> tuple[str, list[str], int] | None:
    """The front matter, the lines of the body and the number of the first of them; None where there is no head."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        report.add(1, "文件应以 --- 开头，先写标题等信息（front matter），再写一行 ---，然后是正文")
        return None
    for place, line in enumerate(lines[1 : MAX_LINES + 2], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:place]), lines[place + 1 :], place + 2
    report.add(1, f"没有找到结束文件头的一行 ---（应在前 {MAX_LINES} 行以内）")
    return None


def read_head(text: str, report: Report) -> dict[str, Value] | None:
    """The values of a front matter, which begins in line 2, by name; None where it cannot be read."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        if not isinstance(node, yaml.MappingNode):
            report.add(2, "文件头应是“名称: 内容”，一行一项")
            return None
        values: dict[str, Value] = _value(node, report).data
    except (yaml.YAMLError, ValueError) as error:
        _tell(error, report)
        return None
    return values


def _tell(error: Exception, report: Report) -> None:
    """Report what YAML found; of a quotation mark without its other half, where it stands."""
    open_quote = "quoted" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if open_quote else "problem_mark", None)
    told = getattr(error, "problem", None) or ""
    hint = f"：{told}" if told and not told.isascii() else "，请检查缩进、冒号后的空格和引号"
    report.add((mark.line if mark else 0) + 2, f"文件头不是有效的 YAML{hint}")


def _value(node: Any, report: Report) -> Value:
    line = node.start_mark.line + 2
    if isinstance(node, yaml.ScalarNode):
        return Value(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Value([_value(each, report) for each in node.value], line)
    pairs: dict[str, Value] = {}
    for key, each in node.value:
        if not isinstance(key, yaml.ScalarNode):
            report.add(key.start_mark.line + 2, "名称应是一个词")
        elif key.value in pairs:
            report.add(key.start_mark.line + 2, f"“{key.value}”写了两次")
        else:
            pairs[key.value] = _value(each, report)
    return Value(pairs, line)


class _Dumper(yaml.SafeDumper):
    """Writes texts without marks wherever YAML can tell them from its own signs, whatever they look like."""


_Dumper.yaml_implicit_resolvers = {}


def write_head(values: Mapping[str, Any]) -> str:
    """Names and texts, lists and mappings of them as a front matter, fences included; empty ones are left out."""
    kept = {name: value for name, value in values.items() if value}
    text = yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))
    return f"{_FENCE}\n{text}{_FENCE}\n"
