"""Python written for one selection: a function that makes an answer's objects of rows.

The text holds nothing that a client sent: keys of the answer are GraphQL names and go through `repr`, and all else is
names that are given out here. Written out it runs two to three times as fast as closures that call each other.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLNonNull

from backend.schema.plans.columns import Columns, NotPlannable
from backend.schema.plans.fields import Declared, Need
from backend.schema.plans.leaves import is_moment, is_same, is_text, leaf, nullable, required
from backend.schema.plans.shapes import Asked, Shape

#: rows, for each source below them its objects by key, for all that was worked out of them a list parallel to them.
Assemble = Callable[[Sequence[Any], Sequence[Mapping[Any, Any]], Sequence[Sequence[Any]]], Any]
#: Takes the values that something is worked out of from a row; None where the row that has them is not there.
Reader = Callable[[Any], tuple[Any, ...] | None]
_COLUMN = re.compile(r"\br([0-9]+)\b")


class Below(Protocol):
    """Who takes care of what is not in the rows themselves; each gives the number that the step goes by."""

    def source(self, asked: Asked, places: Sequence[int]) -> int:
        """Rows of another source, by the columns at these places."""

    def worked_out(self, asked: Asked, reader: Reader) -> int:
        """Objects worked out of columns."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What is asked of a connection's edges, and how a cursor is made of the columns of the order."""

    shape: Shape
    places: Sequence[int]
    converters: Sequence[Callable[[Any], Any] | None]
    cursor: Callable[..., str]


class Writer:
    """Writes the expression for one shape's object."""

    def __init__(self, columns: Columns, below: Below) -> None:
        self._columns = columns
        self._below = below
        #: By the prefix of a row that may be missing, what is true where it is there.
        self._there: dict[str, str] = {}
        self._names: dict[str, Any] = {"required": required, "Lists": defaultdict}

    def listed(self, shape: Shape) -> Assemble:
        """A function that makes a list of the objects. Raises NotPlannable."""
        return self._function("[]", [f"made.append({self._whole(shape)})"])

    def grouped(self, shape: Shape, places: Sequence[int], *, many: bool) -> Assemble:
        """One that makes a dictionary by the columns at these places: of lists, or of the first object of each."""
        keys = [f"r{place}" for place in places]
        key, entry = keys[0] if len(keys) == 1 else f"({', '.join(keys)})", self._whole(shape)
        if many:
            lines = [f"made[{key}].append({entry})"]
            return self._function("Lists(list)", lines)
        return self._function("{}", [f"if {key} not in made:", f"    made[{key}] = {entry}"])

    def edges(self, shape: Shape | None, edge: Edge) -> Assemble:
        """One that makes a list of a connection's edges."""
        values = {
            "node": self._whole(shape) if shape else "None",
            "cursor": self._cursor(edge),
            "__typename": repr(edge.shape.type_name),
        }
        entries = ", ".join(f"{asked.key!r}: {values[asked.name]}" for asked in edge.shape.asked)
        return self._function("[]", [f"made.append({{{entries}}})"])

    def cursor(self, edge: Edge) -> Callable[[Any], str]:
        """One that gives a row's cursor."""
        made: Callable[[Any], str] = self._of_row(self._cursor(edge))
        return made

    def _cursor(self, edge: Edge) -> str:
        values = [
            f"{self._name(convert)}(r{place})" if convert else f"r{place}"
            for place, convert in zip(edge.places, edge.converters, strict=True)
        ]
        return f"{self._name(edge.cursor)}({', '.join(values)})"

    def _function(self, empty: str, lines: Sequence[str]) -> Assemble:
        columns = "".join(f"r{place}, " for place in range(len(self._columns.paths))) or "*_, "
        numbered = any("[n]" in line for line in lines)
        head = f"for n, ({columns}) in enumerate(rows):" if numbered else f"for {columns} in rows:"
        body = "".join(f"        {line}\n" for line in lines)
        text = f"def assemble(rows, c, p):\n    made = {empty}\n    {head}\n{body}    return made\n"
        exec(text, self._names)  # noqa: S102 - see the module's docstring
        made: Assemble = self._names["assemble"]
        return made

    def _whole(self, shape: Shape) -> str:
        """The object of a row; where the row only leads to what is shown, that."""
        return self._object(shape, "") if shape.type_name else self._entry(shape, shape.asked[0], "")

    def _reader(self, values: Sequence[str], prefix: str) -> Reader:
        taken = f"({', '.join(values)},)"
        above = [there for known, there in self._there.items() if prefix.startswith(known)]
        if above:
            taken = f"{taken} if {' and '.join(above)} else None"
        made: Reader = self._of_row(taken)
        return made

    def _of_row(self, text: str) -> Any:
        """A function of a row that is not taken apart: more columns may still come behind those of the text."""
        by_place = _COLUMN.sub(r"r[\1]", text)
        return eval(f"lambda r: {by_place}", self._names)  # noqa: S307 - see the module's docstring

    def _name(self, value: Any) -> str:
        name = f"v{len(self._names)}"
        self._names[name] = value
        return name

    def _object(self, shape: Shape, prefix: str) -> str:
        return "{" + ", ".join(f"{asked.key!r}: {self._entry(shape, asked, prefix)}" for asked in shape.asked) + "}"

    def _entry(self, shape: Shape, asked: Asked, prefix: str) -> str:
        field = asked.declared
        if asked.name == "__typename":
            return repr(shape.type_name)
        if not isinstance(field, Declared):
            raise NotPlannable(f"{shape.type_name}.{asked.name} is not declared")
        if field.path is not None:
            return self._one(asked, prefix, field.path)
        if field.source:
            return self._from_source(asked, prefix)
        if field.worked_out:
            return self._worked_out(asked, prefix)
        return self._leaf(asked, prefix, field)

    def _read(self, prefix: str, need: Need) -> str:
        text = f"r{self._columns.place(prefix, need)}"
        converter = self._columns.converter(prefix, need)
        return f"{self._name(converter)}({text})" if converter else text

    def _leaf(self, asked: Asked, prefix: str, field: Declared) -> str:
        of = asked.type
        if field.by:
            read = [self._read(prefix, need) for need in field.columns]
            return self._checked(of, f"{self._name(field.by)}({', '.join(read)})")
        (need,) = field.columns
        column = self._columns.column(prefix, need)
        if is_same(of, column):
            text = f"r{self._columns.place(prefix, need)}"
            must = isinstance(of, GraphQLNonNull) and self._columns.may_be_null(prefix, need)
            return f"required({text})" if must else text
        if is_moment(of, column) and (as_text := self._columns.moment(prefix, need)):
            return f"{self._name(as_text)}(r{self._columns.place(prefix, need)})"
        if self._columns.may_be_null(prefix, need):
            return self._checked(of, self._read(prefix, need))
        return f"{self._name(leaf(of))}({self._read(prefix, need)})"

    def _checked(self, of: Any, text: str) -> str:
        """The leaf for a value of any kind. That a text stands for itself is seen without a call."""
        complete = self._name(nullable(of))
        return f"(v if (v := {text}).__class__ is str else {complete}(v))" if is_text(of) else f"{complete}({text})"

    def _one(self, asked: Asked, prefix: str, path: str) -> str:
        inner = f"{prefix}{path}__" if path else prefix
        if not path or not self._columns.may_be_null(prefix, path):
            return self._object(asked.only(), inner)
        # Of a row the key tells whether it is there; an object worked out in Python is there or None itself.
        place = self._columns.place(inner, "pk") if self._columns.model else self._columns.place(prefix, path)
        there = self._there[inner] = f"r{place} is not None"
        missing = "required(None)" if isinstance(asked.type, GraphQLNonNull) else "None"
        return f"({self._object(asked.only(), inner)} if {there} else {missing})"

    def _from_source(self, asked: Asked, prefix: str) -> str:
        field = asked.declared
        places = [self._columns.place(prefix, path) for path in field.parent]
        text = f"c[{self._below.source(asked, places)}].get"
        own = [self._key(place) for place in places[: len(field.key)]]
        key = own[0] if len(own) == 1 else f"({', '.join(own)})"
        if field.many:
            return f"{text}({key}, ())"
        return f"required({text}({key}))" if isinstance(asked.type, GraphQLNonNull) else f"{text}({key})"

    def _key(self, place: int) -> str:
        """A value to look up by, as the driver gives it: that is what the rows of the source have."""
        return f"r{place}" if self._columns.model else f"{self._name(self._columns.for_database)}(r{place})"

    def _worked_out(self, asked: Asked, prefix: str) -> str:
        values = [self._read(prefix, need) for need in asked.declared.columns]
        number = self._below.worked_out(asked, self._reader(values, prefix))
        return f"required(p[{number}][n])" if isinstance(asked.type, GraphQLNonNull) else f"p[{number}][n]"
