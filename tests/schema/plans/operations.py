"""Generated operations: whatever the specification lets a client write about a schema, and nothing that it does not.

All choices come from one `random.Random`, so that an operation follows from its seed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

#: Keys that Python, JavaScript or the compiler's own text might trip over.
ODD_KEYS = ("__proto__", "r0", "v1", "c", "p", "n", "rows", "objects", "None", "lambda", "required", "x" * 200)
MISSING: Any = Undefined


class Values(Protocol):
    """Who knows what arguments are worth asking with."""

    def arguments(self, random: Random, parent: str, name: str, known: dict[str, GraphQLArgument]) -> dict[str, Any]:
        """Values for a field's arguments, required ones always; what is left out stays away."""


@dataclass
class Operation:
    """A document, which of its operations to run, and how to draw variables for it."""

    text: str
    name: str | None
    _draws: dict[str, Callable[[Random], Any]] = field(default_factory=dict)

    def variables(self, random: Random) -> dict[str, Any]:
        """One set of variables; another call may give another."""
        drawn = {name: draw(random) for name, draw in self._draws.items()}
        return {name: value for name, value in drawn.items() if value is not MISSING}


class Author:
    """Writes one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        random: Random,
        values: Values,
        *,
        fields: int = 40,
        depth: int = 6,
        hazard: float = 0.02,
    ) -> None:
        self._schema = schema
        self._random = random
        self._values = values
        self._left = fields
        self._depth = depth
        #: How likely it is that something is asked with which an operation must fail.
        self._hazard = hazard
        self._keys: dict[str, tuple[str, str]] = {}
        self._usual: dict[tuple[str, str], str] = {}
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._fragments: list[str] = []
        self._complete: dict[str, list[str]] = {}
        self._definitions: list[str] = []
        self._draws: dict[str, Callable[[Random], Any]] = {}

    def query(self, root: str = "") -> Operation:
        """An operation on the query type; with `root`, that field is asked first."""
        return self._operation("query", self._schema.query_type, root)

    def mutation(self) -> Operation:
        """An operation on the mutation type."""
        return self._operation("mutation", self._schema.mutation_type, "")

    def _operation(self, kind: str, of: Any, root: str) -> Operation:
        first = [self._field(of, root, self._depth)] if root else []
        body = self._selection(of, self._depth, first)
        name = self._random.choice([None, "Q", "None", "query"])
        head = kind if name is None else f"{kind} {name}"
        variables = f"({', '.join(self._definitions)})" if self._definitions else ""
        other = " query Other { __typename }" if name and self._chance(0.1) else ""
        nameless = "" if name or variables or kind == "mutation" or self._chance(0.5) else "bare"
        text = " ".join([body if nameless else f"{head}{variables} {body}", *self._fragments]) + other
        return Operation(text, name, self._draws)

    def _chance(self, of: float) -> bool:
        return self._random.random() < of

    # Selections.

    def _selection(self, of: Any, depth: int, first: list[str] | None = None) -> str:
        entries = list(first or ())
        while not entries or (self._left > 0 and len(entries) < 6 and self._chance(0.7)):
            entries.append(self._entry(of, depth))
        return "{ " + " ".join(entries) + " }"

    def _entry(self, of: Any, depth: int) -> str:
        chosen = self._random.random()
        if chosen < 0.1:
            return f"__typename{self._directives()}"
        if self._left <= 0:
            return "__typename"
        if is_abstract_type(of) and (chosen < 0.8 or not hasattr(of, "fields")):
            kinds = self._schema.get_possible_types(of)
            return self._of_kind(of, self._random.choice([of, *kinds, *kinds]), depth, may_nest=chosen < 0.3)
        if chosen < 0.2:
            return self._of_kind(of, self._random.choice([of, *self._above(of)]), depth, may_nest=True)
        if chosen < 0.3:
            return self._spread(of, depth)
        return self._field(of, self._random.choice(self._names(of, depth)), depth)

    def _above(self, of: Any) -> list[Any]:
        """The unions and interfaces that a type belongs to."""
        kinds = [kind for kind in self._schema.type_map.values() if is_abstract_type(kind)]
        return [kind for kind in kinds if of in self._schema.get_possible_types(kind)]

    def _names(self, of: GraphQLObjectType, depth: int) -> list[str]:
        leaves = [name for name, found in of.fields.items() if not is_composite_type(get_named_type(found.type))]
        branches = [name for name in of.fields if name not in leaves]
        if not leaves or not branches:
            return leaves or branches
        return branches if depth > 0 and self._chance(0.6) else leaves

    def _of_kind(self, of: Any, condition: Any, depth: int, *, may_nest: bool) -> str:
        if is_abstract_type(condition) and not may_nest:
            condition = self._random.choice(self._schema.get_possible_types(condition))
        if self._chance(0.3):
            return self._spread(condition, depth)
        on = "" if condition is of and self._chance(0.3) else f" on {condition.name}"
        # A piece of a selection goes no deeper, but a piece within a piece must end.
        return f"...{on}{self._directives()} {self._selection(condition, depth - 1)}"

    def _spread(self, of: Any, depth: int) -> str:
        known = self._complete.setdefault(of.name, [])
        if not known or self._chance(0.5):
            name = f"{self._random.choice(['F', 'None', 'r'])}{len(self._fragments)}"
            place = len(self._fragments)
            self._fragments.append("")
            self._fragments[place] = f"fragment {name} on {of.name} {self._selection(of, depth - 1)}"
            # Only now may others spread it, so that none goes in circles.
            known.append(name)
            return f"...{name}{self._directives()}"
        return f"...{self._random.choice(known)}{self._directives()}"

    # Fields.

    def _field(self, of: GraphQLObjectType, name: str, depth: int) -> str:
        self._left -= 1
        definition = of.fields[name]
        given = self._values.arguments(self._random, of.name, name, definition.args) if definition.args else {}
        written = [self._argument(of.name, name, definition.args, one, value) for one, value in given.items()]
        arguments = f"({', '.join(written)})" if written else ""
        head = f"{self._key(name, arguments, str(definition.type))}{arguments}"
        times = 2 if self._chance(0.1) else 1
        return " ".join(self._once(head, definition.type, depth) for _ in range(times))

    def _once(self, head: str, of: Any, depth: int) -> str:
        inner = get_named_type(of)
        below = f" {self._selection(inner, depth - 1)}" if is_composite_type(inner) else ""
        return f"{head}{self._directives()}{below}"

    def _key(self, name: str, arguments: str, of: str) -> str:
        """`alias: name`, or the name. A key means one field of one type, and one set of arguments, everywhere."""
        if arguments:
            number = self._numbers.setdefault((name, arguments, of), len(self._numbers))
            return f"{name}{number}: {name}"
        # A connection's nodes under two keys are no plan's business, so that would spoil most operations.
        if name in ("edges", "node") and not self._chance(0.02):
            return self._usual.setdefault((name, of), self._free(name, of))
        return self._free(name, of)

    def _free(self, name: str, of: str) -> str:
        candidates = [name, f"{name}_", *ODD_KEYS, "title", "id", "name", "text"]
        key = name if self._chance(0.6) else self._random.choice(candidates)
        while self._keys.setdefault(key, (name, of)) != (name, of):
            key += "_"
        return name if key == name else f"{key}: {name}"

    # Directives and arguments.

    def _directives(self) -> str:
        if not self._chance(0.12):
            return ""
        names = self._random.choice([["include"], ["skip"], ["include", "skip"]])
        return "".join(f" @{name}(if: {self._condition()})" for name in names)

    def _condition(self) -> str:
        literal = self._random.choice(["true", "false"])
        form = self._random.choice(["literal", "required", "defaulted", "nullable"])
        if form == "literal":
            return literal
        if form == "required":
            return self._variable("Boolean!", lambda random: random.random() < 0.5)
        fallible = form == "nullable" and self._chance(self._hazard)
        choices = [True, False, MISSING, *([None] if fallible else [])]
        of = "Boolean!" if form == "defaulted" else "Boolean"
        return self._variable(f"{of} = {literal}", lambda random: random.choice(choices))

    def _variable(self, definition: str, draw: Callable[[Random], Any]) -> str:
        name = f"{self._random.choice(['v', 'r', 'None'])}{len(self._definitions)}"
        self._definitions.append(f"${name}: {definition}")
        self._draws[name] = draw
        return f"${name}"

    def _argument(self, parent: str, name: str, known: dict[str, GraphQLArgument], one: str, value: Any) -> str:
        argument = known[one]
        if self._chance(0.5):
            return f"{one}: {literal(argument.type, value)}"

        def again(random: Random) -> Any:
            return self._values.arguments(random, parent, name, known).get(one, value)

        required, of = is_required_argument(argument), str(argument.type)
        if self._chance(0.3) and value is not None:
            # With a default, a variable may be nullable where the argument is not; a null is then an error.
            kind = str(get_nullable_type(argument.type)) if self._chance(0.5) else of
            gone = [MISSING] if required or not self._chance(self._hazard) else [MISSING, None]
            definition = f"{kind} = {literal(argument.type, value)}"
            return f"{one}: {self._variable(definition, lambda random: random.choice([again(random), *gone]))}"
        if required or not self._chance(0.3):
            return f"{one}: {self._variable(of, again)}"
        return f"{one}: {self._variable(of, lambda random: random.choice([again(random), MISSING]))}"


def literal(of: Any, value: Any) -> str:
    """A value as it is written in a document."""
    of = get_nullable_type(of)
    if value is None:
        return "null"
    if isinstance(of, GraphQLList):
        return "[" + ", ".join(literal(of.of_type, each) for each in value) + "]"
    if isinstance(of, GraphQLInputObjectType):
        return "{" + ", ".join(f"{key}: {literal(of.fields[key].type, each)}" for key, each in value.items()) + "}"
    if isinstance(of, GraphQLEnumType):
        return str(value)
    return json.dumps(value)


def nullable(argument: GraphQLArgument) -> bool:
    """Whether an argument takes null."""
    return not isinstance(argument.type, GraphQLNonNull)
