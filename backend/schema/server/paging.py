"""Relay connections by keyset: a page costs the same however far down it lies."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import graphene
import orjson
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils.timezone import is_naive

from backend.errors import Refusal

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)
MAX_PAGE = 100
DEFAULT_PAGE = 20


class InvalidCursor(Refusal):
    """The text is not a cursor that this list gave out."""

    code = "INVALID_CURSOR"
    message = "翻页位置无效，请从头开始"


class InvalidPage(Refusal):
    """The page asked for is no page: both directions at once, or a size outside 1 to 100."""

    code = "INVALID_PAGE"
    message = f"每页条数应在 1 到 {MAX_PAGE} 之间，且只能向一个方向翻页"


@dataclass(frozen=True, slots=True)
class PageArguments:
    """Relay's four arguments, checked."""

    size: int
    backward: bool
    cursor: str | None

    @classmethod
    def of(
        cls,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> "PageArguments":
        """Forward with `first`/`after` or backward with `last`/`before`. Raises InvalidPage."""
        backward = last is not None or before is not None
        if backward and (first is not None or after is not None):
            raise InvalidPage(field="last")
        size = last if backward else first
        size = DEFAULT_PAGE if size is None else size
        if not 1 <= size <= MAX_PAGE:
            raise InvalidPage(field="last" if backward else "first")
        return cls(size, backward, before if backward else after)


def _encode_cursor(row: Model, order: Sequence[str], of: str) -> str:
    """Where `row` stands in the order of the list `of`, as opaque text."""
    values = [of, *(getattr(row, key.lstrip("-")) for key in order)]
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def _list_name(connection: Any) -> str:
    """A cursor works only in the list that gave it out."""
    return str(connection._meta.name)  # noqa: SLF001 - graphene keeps a type's name nowhere else


def _decode_cursor(model: type[Model], cursor: str, order: Sequence[str], of: str, field: str) -> list[Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(found, list) or len(found) != len(order) + 1 or found[0] != of:
            raise InvalidCursor(field=field)
        values = found[1:]
        return [_as_column(model, key.lstrip("-"), value) for key, value in zip(order, values, strict=True)]
    except (ValueError, UnicodeError, binascii.Error, ValidationError) as error:
        raise InvalidCursor(field=field) from error


def _as_column(model: type[Model], name: str, value: Any) -> Any:
    if not isinstance(value, str | int) or isinstance(value, bool) or value in ("", None):
        raise ValueError(name)
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise ValueError(name)
    column = model._meta.get_field(name)  # noqa: SLF001 - _meta is Django's documented API
    if not isinstance(column, Field):
        raise TypeError(f"{name} is no column")
    try:
        decoded = column.to_python(value)
    except TypeError as error:
        raise ValueError(name) from error
    if isinstance(decoded, datetime) and is_naive(decoded):
        raise ValueError(name)
    return decoded


def _beyond(order: Sequence[str], values: Sequence[Any], *, backward: bool) -> Q:
    """Rows past the cursor: for (a, b), those with a beyond, or a equal and b beyond.

    That a is not before the cursor follows, but said by itself it is a range in which an index is read.
    """
    condition = Q()
    for depth, key in enumerate(order):
        descending = key.startswith("-") != backward
        beyond = Q(**{f"{key.lstrip('-')}__{'lt' if descending else 'gt'}": values[depth]})
        equal = Q(**{name.lstrip("-"): values[i] for i, name in enumerate(order[:depth])})
        condition |= equal & beyond
    first = order[0]
    reached = "lte" if first.startswith("-") != backward else "gte"
    return Q(**{f"{first.lstrip('-')}__{reached}": values[0]}) & condition


def _reversed(order: Sequence[str]) -> list[str]:
    return [key[1:] if key.startswith("-") else f"-{key}" for key in order]


class Rows(Protocol[M_co]):
    """What a page is cut from: a queryset, or what can be filtered, ordered and cut as one."""

    @property
    def model(self) -> type[M_co]:
        """Whose columns the order names."""

    def filter(self, condition: Q, /) -> "Rows[M_co]":
        """Those that satisfy the condition."""

    def order_by(self, *order: str) -> "Rows[M_co]":
        """In this order."""

    def __getitem__(self, wanted: slice, /) -> Iterable[M_co]:
        """The first of them, in one SQL statement."""


def page(connection: Any, rows: Rows[M], order: Sequence[str], arguments: PageArguments) -> Any:
    """One page of `rows` as an instance of a graphene connection class, in one SQL statement.

    `order` names columns, `-` for descending; the last one must be unique. Raises InvalidCursor.
    """
    backward = arguments.backward
    if arguments.cursor is not None:
        field = "before" if backward else "after"
        values = _decode_cursor(rows.model, arguments.cursor, order, _list_name(connection), field)
        rows = rows.filter(_beyond(order, values, backward=backward))
    ordering = _reversed(order) if backward else order
    found = list(rows.order_by(*ordering)[: arguments.size + 1])
    more, found = len(found) > arguments.size, found[: arguments.size]
    if backward:
        found.reverse()
    edges = [connection.Edge(node=row, cursor=_encode_cursor(row, order, _list_name(connection))) for row in found]
    return connection(
        edges=edges,
        page_info=graphene.relay.PageInfo(
            has_next_page=arguments.cursor is not None if backward else more,
            has_previous_page=more if backward else arguments.cursor is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def connection_field(connection: Any, *, description: str, **arguments: Any) -> graphene.Field:
    """A field of a connection type with Relay's arguments; its resolver returns what `page` made.

    It is nullable: a bad cursor is refused there, and must not take what stands beside the list with it.
    """
    return graphene.Field(
        connection,
        first=graphene.Int(description=f"At most so many from the start: 1 to {MAX_PAGE}, {DEFAULT_PAGE} if left out."),
        after=graphene.String(description="Continue behind this cursor."),
        last=graphene.Int(description=f"At most so many from the end: 1 to {MAX_PAGE}."),
        before=graphene.String(description="Continue ahead of this cursor."),
        description=description,
        **arguments,
    )
