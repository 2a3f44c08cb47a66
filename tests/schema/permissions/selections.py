"""Documents that ask for everything: of each type one fragment, written from the schema itself."""

from collections.abc import Mapping

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

#: How arguments are written of fields that do not stand at the root, where it matters. Worlds are small: no list has
#: more than this.
PAGE = "(first: 100)"


def objects_of(schema: GraphQLSchema, of: GraphQLNamedType) -> list[GraphQLObjectType]:
    """The object types that something of this type may be."""
    if isinstance(of, GraphQLObjectType):
        return [of]
    return list(schema.get_possible_types(of)) if is_abstract_type(of) else []  # type: ignore[arg-type]


class Everything:
    """Writes selections of all fields, to any depth; a type within itself is asked for its leaves alone."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[str, str] = {}

    def selection(self, of: GraphQLNamedType) -> str:
        """`{ … }` for something of this type; to be sent with `fragments`."""
        spreads = " ".join(self._spread(kind, ()) for kind in objects_of(self._schema, of))
        return f"{{ __typename {spreads} }}"

    @property
    def fragments(self) -> str:
        """What the selections spread."""
        return "\n".join(self._known.values())

    def _spread(self, of: GraphQLObjectType, above: tuple[str, ...]) -> str:
        if of.name in above:
            return self._kept(
                f"LeavesOf{of.name}", of, {name: f for name, f in of.fields.items() if not _nests(f)}, above
            )
        return self._kept(f"AllOf{of.name}", of, of.fields, above)

    def _kept(
        self, name: str, of: GraphQLObjectType, fields: Mapping[str, GraphQLField], above: tuple[str, ...]
    ) -> str:
        if name not in self._known:
            entries = " ".join(self._entry(one, found, (*above, of.name)) for one, found in fields.items())
            self._known[name] = f"fragment {name} on {of.name} {{ __typename {entries} }}"
        return f"...{name}"

    def _entry(self, name: str, found: GraphQLField, above: tuple[str, ...]) -> str:
        inner = get_named_type(found.type)
        required = [one for one, argument in found.args.items() if is_required_argument(argument)]
        assert not required, f"{above[-1]}.{name} needs {required}: say here how it is to be asked"
        head = name + (PAGE if "first" in found.args else "")
        if not is_composite_type(inner):
            return head
        kinds = objects_of(self._schema, inner)
        return f"{head} {{ __typename {' '.join(self._spread(kind, above) for kind in kinds)} }}"


def _nests(found: GraphQLField) -> bool:
    return is_composite_type(get_named_type(found.type))
