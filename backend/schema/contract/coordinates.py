"""The contract as a flat list: each schema coordinate, and what stands there without its description.

A coordinate is `Type`, `Type.member`, `Type.field(argument:)`, `@directive` or `@directive(argument:)`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from graphql import (
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

Contract: TypeAlias = dict[str, str]
Stands: TypeAlias = tuple[str, str]
KEYWORDS: dict[type[Node], str] = {
    ObjectTypeDefinitionNode: "type",
    InterfaceTypeDefinitionNode: "interface",
    InputObjectTypeDefinitionNode: "input",
    EnumTypeDefinitionNode: "enum",
    UnionTypeDefinitionNode: "union",
    ScalarTypeDefinitionNode: "scalar",
}
ENUM_VALUE = "value"


def contract_of(sdl: str) -> Contract:
    """What the text promises, whatever its order and its descriptions.

    Raises ValueError for what is no text of a schema, or has an `extend` or `schema`.
    """
    try:
        definitions = parse(sdl).definitions
    except GraphQLSyntaxError as error:
        raise ValueError(f"schema.graphql: {error}") from error
    return {coordinate: stands for definition in definitions for coordinate, stands in _defined(definition)}


def digest(contract: Contract) -> str:
    """One contract, one digest."""
    lines = "\n".join(f"{coordinate}: {stands}" for coordinate, stands in sorted(contract.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def parent(coordinate: str) -> str:
    """What it is a part of; empty for a type or a directive."""
    return coordinate[: coordinate.rindex("(")] if coordinate.endswith(":)") else coordinate.rpartition(".")[0]


def name(coordinate: str) -> str:
    """Its own name, without what it is a part of."""
    return coordinate[coordinate.rindex("(") + 1 : -2] if coordinate.endswith(":)") else coordinate.rpartition(".")[2]


def is_within(coordinate: str, whole: str) -> bool:
    """Whether it is `whole`, or a part of it at any depth."""
    while coordinate and coordinate != whole:
        coordinate = parent(coordinate)
    return bool(coordinate)


def sdl_of(contract: Contract) -> str:
    """The contract as text again, so that graphql-core can judge it."""
    parts: dict[str, list[str]] = defaultdict(list)
    for coordinate in sorted(contract):
        parts[parent(coordinate)].append(coordinate)
    return "\n".join(_written(coordinate, contract, parts) for coordinate in parts[""])


def _written(coordinate: str, contract: Contract, parts: dict[str, list[str]]) -> str:
    stands, inner = contract[coordinate], [_written(part, contract, parts) for part in parts[coordinate]]
    arguments = f"({', '.join(inner)})" if inner else ""
    if coordinate.startswith("@") and not coordinate.endswith(":)"):
        return f"directive {coordinate}{arguments} {stands}"
    if not parent(coordinate):
        keyword, _, rest = stands.partition(" ")
        return f"{keyword} {coordinate} {rest}" + (f" {{ {' '.join(inner)} }}" if inner else "")
    if stands == ENUM_VALUE or stands.startswith(f"{ENUM_VALUE} "):
        return name(coordinate) + stands.removeprefix(ENUM_VALUE)
    return f"{name(coordinate)}{arguments}: {stands}"


def _defined(definition: Node) -> Iterator[Stands]:
    if isinstance(definition, DirectiveDefinitionNode):
        whole = f"@{definition.name.value}"
        places = " | ".join(sorted(place.value for place in definition.locations))
        yield whole, f"{'repeatable ' if definition.repeatable else ''}on {places}"
        yield from _arguments(whole, definition.arguments)
    elif isinstance(definition, TypeDefinitionNode):
        yield definition.name.value, _heading(definition)
        for member in [*getattr(definition, "fields", ()), *getattr(definition, "values", ())]:
            whole = f"{definition.name.value}.{member.name.value}"
            yield whole, _member(member)
            yield from _arguments(whole, getattr(member, "arguments", ()))
    else:
        raise ValueError(f"a contract has no {definition.kind}")  # noqa: TRY004 - the text is wrong, not its type


def _heading(definition: TypeDefinitionNode) -> str:
    above = sorted(kind.name.value for kind in getattr(definition, "interfaces", ()))
    kinds = sorted(kind.name.value for kind in getattr(definition, "types", ()))
    implements = f" implements {' & '.join(above)}" if above else ""
    choice = f" = {' | '.join(kinds)}" if kinds else ""
    return KEYWORDS[type(definition)] + implements + _directives(definition.directives) + choice


def _member(member: FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode) -> str:
    if isinstance(member, EnumValueDefinitionNode):
        return ENUM_VALUE + _directives(member.directives)
    default = getattr(member, "default_value", None)
    return print_ast(member.type) + (f" = {print_ast(default)}" if default else "") + _directives(member.directives)


def _arguments(whole: str, arguments: Iterable[InputValueDefinitionNode]) -> Iterator[Stands]:
    return ((f"{whole}({argument.name.value}:)", _member(argument)) for argument in arguments)


def _directives(directives: Iterable[Node]) -> str:
    return "".join(f" {print_ast(directive)}" for directive in directives)
