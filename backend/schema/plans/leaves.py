"""How a leaf's value becomes JSON: nothing where the column already is what the type shows."""

from collections.abc import Callable
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    IntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    SmallIntegerField,
    TextField,
)
from graphql import GraphQLLeafType, GraphQLList, GraphQLNonNull, get_nullable_type, is_leaf_type

Leaf = Callable[[Any], Any]

#: By scalar, the columns whose values graphql-core would hand on as they are. Not the big integers: Int has 32 bits.
_SAME: dict[str, tuple[type[Field[Any, Any]], ...]] = {
    "String": (CharField, TextField),
    "ID": (CharField, TextField),
    "Int": (IntegerField, PositiveIntegerField, PositiveSmallIntegerField, SmallIntegerField),
    "Boolean": (BooleanField,),
}


class Incomplete(Exception):
    """The plan cannot give the whole answer: something failed or is missing, and graphql-core has to say what."""


def is_same(of: Any, column: Field[Any, Any] | None) -> bool:
    """Whether a value of the column stands in the answer as it is."""
    exact = type(column)
    return column is not None and exact in _SAME.get(getattr(get_nullable_type(of), "name", ""), ())


def is_text(of: Any) -> bool:
    """Whether a text is the JSON of a value of this type as it is."""
    return getattr(get_nullable_type(of), "name", "") in ("String", "ID")


def is_moment(of: Any, column: Field[Any, Any] | None) -> bool:
    """Whether a moment of the column is shown as one."""
    return type(column) is DateTimeField and getattr(get_nullable_type(of), "name", "") == "DateTime"


def leaf(of: Any) -> Leaf:
    """What turns a value, which is never None, into JSON. Raises Incomplete for a None that may not be there."""
    of = get_nullable_type(of)
    if isinstance(of, GraphQLList):
        each = nullable(of.of_type)
        return lambda values: [each(value) for value in values]
    if not is_leaf_type(of):
        raise TypeError(f"{of} is no leaf")
    scalar: GraphQLLeafType = of
    return scalar.serialize


def nullable(of: Any) -> Leaf:
    """`leaf` for values that may be None."""
    serialize = leaf(of)
    if isinstance(of, GraphQLNonNull):
        return lambda value: serialize(required(value))
    return lambda value: None if value is None else serialize(value)


def required(value: Any) -> Any:
    """The value. Raises Incomplete where it is None."""
    if value is None:
        raise Incomplete
    return value
