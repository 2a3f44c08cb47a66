"""What a request may ask for, so that one of them cannot hold the house: every bound, in one place.

They are asked from cheap to dear: the size of the request (`requests`), of the text and its tokens (`documents`), the
document's shape (`shape`, before validation, which is quadratic in fields of one name), its cost with the variables of
one request (`cost`), and the variables themselves (here).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.errors import Refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one kind of client. The defaults hold for documents that were read by somebody.

    docs/api.md lists them all; a test compares.
    """

    #: Bytes of a POST's body, and of a GET's query string.
    body_bytes: int = 200_000
    address_bytes: int = 20_000
    #: Seconds in which a body must have arrived.
    body_seconds: float = 20.0

    characters: int = 50_000
    tokens: int = 4_000
    operations: int = 10
    fragments: int = 50
    #: Fields from the root to the deepest leaf.
    depth: int = 15
    #: Fields, spreads and inline fragments side by side.
    selections: int = 100
    #: The same name side by side; and all such repetitions of a document together.
    same_name: int = 5
    repetitions: int = 100
    aliases: int = 50
    root_aliases: int = 50
    #: Root fields of one mutation: each is a change of its own, and some send messages that cost money.
    mutations: int = 5
    directives: int = 50
    directives_together: int = 4

    #: Items of one list, in the document or in the variables, and lists and objects within each other.
    list_items: int = 200
    value_depth: int = 8
    #: All variables together.
    variable_values: int = 1_000
    variable_characters: int = 50_000

    #: A feed of 100 with bodies and citations costs 9,000, a screen of several lists 2,000.
    cost: int = 20_000

    #: Whether the schema may be explored; `__typename` always may.
    introspection: bool = True


#: For documents of strangers, where they are let in at all: one plain question at a time.
STRICT = Limits(
    characters=8_000,
    tokens=800,
    operations=1,
    fragments=15,
    depth=10,
    selections=40,
    same_name=2,
    repetitions=20,
    aliases=5,
    root_aliases=0,
    mutations=1,
    directives=10,
    directives_together=2,
    list_items=100,
    value_depth=4,
    variable_values=200,
    variable_characters=10_000,
    cost=2_000,
)


class LimitExceeded(Refusal):
    """The document or its variables are larger, deeper or more repetitive than one request may be."""

    code = "QUERY_LIMIT_EXCEEDED"
    message = "查询超出了限制"

    def __init__(self, detail: str) -> None:
        super().__init__(f"{type(self).message}：{detail}")


class TooCostly(Refusal):
    """The operation asks for more at once than one answer may hold."""

    code = "QUERY_TOO_COSTLY"
    message = "一次查询的内容太多，请减少每页条数或字段"


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Raises LimitExceeded where decoded variables are too many, too long, too deep, or a list has too many items."""
    characters = 0
    for count, (value, depth) in enumerate(_values(variables)):
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, list) and len(value) > limits.list_items:
            raise LimitExceeded(f"列表不能超过 {limits.list_items} 项")
        if isinstance(value, dict | list) and depth > limits.value_depth:
            raise LimitExceeded(f"变量嵌套不能超过 {limits.value_depth} 层")
        if count > limits.variable_values:
            raise LimitExceeded(f"变量不能超过 {limits.variable_values} 个值")
        if characters > limits.variable_characters:
            raise LimitExceeded(f"变量不能超过 {limits.variable_characters} 个字符")


def _values(variables: Mapping[str, Any]) -> Iterator[tuple[Any, int]]:
    """Every value, names included, with its depth: a list or object that is a variable's whole value has depth 1."""
    waiting: list[tuple[Any, int]] = [(variables, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict):
            waiting += [(name, depth) for name in value]
            waiting += [(inside, depth + 1) for inside in value.values()]
        elif isinstance(value, list):
            waiting += [(inside, depth + 1) for inside in value]
