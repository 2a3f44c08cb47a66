"""Relay connections by keyset: a page costs the same however far down it lies."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils.timezone import is_naive

from backend.errors import Refusal
from backend.schema.plans.parameters import flattened, parameters_for
from backend.schema.plans.relay import PageInfo

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)
MAX_PAGE = 100
DEFAULT_PAGE = 20
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
PAGE_ARGUMENTS = ("first", "after", "last", "before")


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

    def has_next(self, more: bool) -> bool:
        """Whether something follows, where `more` tells whether there is more in the direction of the page."""
        return self.cursor is not None if self.backward else more

    def has_previous(self, more: bool) -> bool:
        """Whether something comes before."""
        return more if self.backward else self.cursor is not None

    @classmethod
    def split(cls, arguments: dict[str, Any]) -> "tuple[PageArguments, dict[str, Any]]":
        """The page that a field's arguments ask for, and the arguments that are left. Raises InvalidPage."""
        rest = dict(arguments)
        return cls.of(**{name: rest.pop(name) for name in PAGE_ARGUMENTS if name in rest}), rest


def cursor_of(of: str) -> Callable[..., str]:
    """What makes the opaque text for a place in the list `of` out of the values of its order's columns."""

    def cursor(*values: Any) -> str:
        text = binascii.b2a_base64(orjson.dumps((of, *values)), newline=False)
        return text.translate(_URL_SAFE).rstrip(b"=").decode()

    return cursor


def list_name(connection: Any) -> str:
    """A cursor works only in the list that gave it out."""
    return str(connection._meta.name)  # noqa: SLF001 - graphene keeps a type's name nowhere else


def decode_cursor(model: type[Model], cursor: str, order: Sequence[str], of: str, field: str) -> list[Any]:
    """The values of the order's columns at a cursor of the list `of`. Raises InvalidCursor."""
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
    if (isinstance(value, int) and not -(1 << 63) <= value < 1 << 63) or (isinstance(value, str) and "\0" in value):
        raise ValueError(name)
    column = model._meta.get_field(name)  # noqa: SLF001 - _meta is Django's documented API
    if not isinstance(column, Field):
        raise TypeError(f"{name} is no column")
    try:
        decoded = column.to_python(value)
        if not isinstance(decoded, datetime):
            return decoded
        if is_naive(decoded):
            raise ValueError(name)
        return decoded.astimezone(UTC)
    except (TypeError, OverflowError) as error:
        raise ValueError(name) from error


def beyond(order: Sequence[str], values: Sequence[Any], *, backward: bool) -> Q:
    """Rows past the cursor: for (a, b), those with a beyond, or a equal and b beyond.

    That a is not before the cursor follows, but said by itself it is a range in which an index is read.
    """
    condition = Q()
    for depth, key in enumerate(order):
        descending = key.startswith("-") != backward
        past = Q(**{f"{key.lstrip('-')}__{'lt' if descending else 'gt'}": values[depth]})
        equal = Q(**{name.lstrip("-"): values[i] for i, name in enumerate(order[:depth])})
        condition |= equal & past
    first = order[0]
    reached = "lte" if first.startswith("-") != backward else "gte"
    return Q(**{f"{first.lstrip('-')}__{reached}": values[0]}) & condition


def reversed_order(order: Sequence[str]) -> list[str]:
    """The same order from its other end."""
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


def cut(rows: Any, order: Sequence[str], wanted: PageArguments, behind: Sequence[Any]) -> Any:
    """The rows of one page and one more, which tells that there is more; `behind` are the values at its cursor."""
    if behind:
        rows = rows.filter(beyond(order, behind, backward=wanted.backward))
    return rows.order_by(*(reversed_order(order) if wanted.backward else order))[: wanted.size + 1]


def behind(connection: Any, model: type[Model], order: Sequence[str], wanted: PageArguments) -> list[Any]:
    """The values at the page's cursor; none where it begins at an end. Raises InvalidCursor."""
    if wanted.cursor is None:
        return []
    field = "before" if wanted.backward else "after"
    return decode_cursor(model, wanted.cursor, order, list_name(connection), field)


def parametrised_cut(field: Any, own: Sequence[Any], wanted: PageArguments, start: Sequence[Any]) -> Any:
    """`cut` of a declared page's source, with parameters for its own values and for those at the cursor."""
    rows = field.source.rows(*parameters_for(own))
    values = parameters_for(start, sum(1 for _ in flattened(own)))
    return cut(rows, field.order, wanted, values)


def page(connection: Any, rows: Rows[M], order: Sequence[str], wanted: PageArguments) -> Any:
    """One page of `rows` as an instance of a graphene connection class, in one SQL statement.

    `order` names columns, `-` for descending; the last one must be unique. Raises InvalidCursor.
    """
    found = list(cut(rows, order, wanted, behind(connection, rows.model, order, wanted)))
    return filled(connection, found, order, wanted)


def filled(connection: Any, found: Sequence[Any], order: Sequence[str], wanted: PageArguments) -> Any:
    """The graphene connection for the rows that were `cut`, in the order in which they were read."""
    more, rows = len(found) > wanted.size, list(found[: wanted.size])
    if wanted.backward:
        rows.reverse()
    cursor, columns = cursor_of(list_name(connection)), [key.lstrip("-") for key in order]
    edges = [connection.Edge(node=row, cursor=cursor(*(getattr(row, column) for column in columns))) for row in rows]
    return connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=wanted.has_next(more),
            has_previous_page=wanted.has_previous(more),
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
