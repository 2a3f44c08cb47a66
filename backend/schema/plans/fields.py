"""What every declared field tells of itself, whoever reads the declarations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import graphene
from django.core.exceptions import ObjectDoesNotExist


@dataclass(frozen=True)
class Stored:
    """A column whose attribute on the model is not what the database gives; each is made the same value."""

    path: str
    of_attribute: Callable[[Any], Any]
    of_database: Callable[[Any], Any]


Need = str | Stored


def path_of(need: Need) -> str:
    """The path of a need."""
    return need if isinstance(need, str) else need.path


def read(row: Any, path: str) -> Any:
    """The value at a path of a model object or any other; None where something on the way is."""
    for name in path.split("__") if path else ():
        if row is None:
            return None
        try:
            row = getattr(row, name)
        except ObjectDoesNotExist:  # nothing at the other end of a one-to-one relation
            return None
    return row


def value(row: Any, need: Need) -> Any:
    """What a field needs of a model object or any other."""
    return read(row, need) if isinstance(need, str) else need.of_attribute(read(row, need.path))


def _nothing(_context: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Source:
    """Where rows come from.

    `rows(*values)` is a selector: it returns a queryset and looks at its values for None alone, since a compiled
    statement calls it with parameters in their place. `given(context, **arguments)` says what the values are; it may
    refuse. `public` says that nothing else than the values and what staff publish decides the rows, so that an answer
    may be kept until the next publication; it does not hold where one of the arguments `personal` is given, as
    anything but null or false.

    Below other rows `given` gets no arguments of its own field, but those of the root field that are `inherited`.
    """

    rows: Callable[..., Any]
    given: Callable[..., tuple[Any, ...]] = _nothing
    public: bool = False
    personal: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()

    def inherits(self, root: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the root field's arguments that it is given below."""
        return {name: root[name] for name in self.inherited if name in root}


@dataclass(frozen=True)
class ById:
    """How the objects of one type are found by the keys inside their global ids.

    `source` gives all rows of the type that the viewer may see, under the rights of every other path; those asked for
    are cut out of them by `key`, their own column. Where it asks for a sign-in, whoever has none sees nothing. `parse`
    makes the column's value of a key's text, and raises ValueError where it is none.
    """

    source: Source
    parse: Callable[[str], Any]
    key: tuple[str] = ("pk",)
    #: As of a field that shows at most one row of its source for each key.
    many: ClassVar[bool] = False
    through: ClassVar[str] = ""
    order: ClassVar[tuple[str, ...]] = ()


class Declared(graphene.Field):
    """Base of the words of `declare`: a field that knows its own name and has its resolver built in."""

    attribute = ""
    #: The columns of the row itself that the field is made of.
    columns: tuple[Need, ...] = ()
    #: What makes the value of the columns, where it is not the one column itself.
    by: Callable[..., Any] | None = None
    #: The path of foreign keys to the row that is shown under another type.
    path: str | None = None
    #: Where rows of another statement come from, which of their columns must equal which of the row's.
    source: Source | None = None
    key: tuple[str, ...] = ()
    parent: tuple[str, ...] = ()
    #: Whether there is a list of them.
    many = False
    #: The path from a source's row to the object that is shown, where it is not the row itself.
    through = ""
    #: Whether the objects are worked out of columns, and if of several types, of which each is.
    worked_out = False
    #: Of what is worked out at the root: whether nothing but its arguments and what staff publish decides it.
    public = False
    kind_of: Callable[[Any], str] | None = None
    #: Whether only the number of rows is shown.
    counted = False
    #: The order of a connection's rows.
    order: tuple[str, ...] = ()
    #: Where the objects are asked for by global ids: how those of each type are found, and which the arguments name.
    kinds: Mapping[str, ById] = {}
    wanted: Callable[..., list[tuple[str, Any]]] | None = None

    def __set_name__(self, _owner: type, name: str) -> None:
        self.attribute = self.attribute or name

    def wrap_resolve(self, _parent_resolver: Any) -> Callable[..., Any]:
        """Graphene's hook."""
        return self.resolve

    def resolve(self, row: Any, info: Any, **arguments: Any) -> Any:
        """The ordinary resolver."""
        raise NotImplementedError
