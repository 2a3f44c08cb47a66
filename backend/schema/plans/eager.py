"""What ordinary resolvers need ahead: joins for the rows, and one statement for each source below them.

The plan answers most documents without model objects. Mutations, live events, and answers with errors go through
graphql-core and its resolvers; they follow the same declarations, so they cost a fixed number of statements as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from graphql import GraphQLObjectType, GraphQLResolveInfo, get_named_type
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values

from backend.errors import Refusal, SignInRequired
from backend.schema.plans.fields import ById, Declared, Source, path_of, read, value
from backend.schema.plans.paging import PageArguments, behind, filled, page, parametrised_cut
from backend.schema.plans.parameters import flattened
from backend.schema.plans.shapes import Asked, Selection, Shape, through
from backend.schema.plans.statements import Statement

_STORE = "_attached"
Shapes = dict[str, Shape]


@dataclass(frozen=True, slots=True)
class Eager:
    """One resolver's look ahead."""

    selection: Selection
    info: GraphQLResolveInfo

    @classmethod
    def of(cls, info: GraphQLResolveInfo) -> "Eager":
        """For the field that graphql-core is at."""
        return cls(Selection(info.schema, info.fragments, info.variable_values), info)

    @property
    def context(self) -> Any:
        """What the request knows."""
        return self.info.context

    def given(self, source: Source, **arguments: Any) -> tuple[Any, ...]:
        """What a source below other rows is given."""
        inherited = source.inherits(_root_arguments(self.info)) if source.inherited else {}
        return source.given(self.context, **arguments, **inherited)

    def shapes(self, info: GraphQLResolveInfo) -> Shapes:
        """What is asked of the field's own objects, by their types."""
        return {of.name: self.selection.shape(of, info.field_nodes) for of in self.selection.objects(info.return_type)}

    def shape(self, info: GraphQLResolveInfo) -> Shape | None:
        """What is asked of the field's own objects; None where they may be of several types."""
        named = get_named_type(info.return_type)
        return self.selection.shape(named, info.field_nodes) if isinstance(named, GraphQLObjectType) else None

    def page_shape(self, info: GraphQLResolveInfo) -> Shape | None:
        """What is asked of the nodes of a connection; None where none are asked for."""
        return _merged(_merged(self.shape(info), "edges"), "node")

    def fetched(self, rows: Any, shape: Shape | None) -> list[Any]:
        """The rows as model objects, with all that the shape asks of them."""
        found = list(self.joined(rows, shape))
        self.attach(found, shape)
        return found

    def by_id(self, kind: ById, keys: Iterable[Any], shape: Shape) -> list[Any]:
        """`fetched` for those that the viewer may see of the rows with these keys."""
        try:
            given = kind.source.given(self.context)
        except SignInRequired:
            return []
        return self.fetched(kind.source.rows(*given).filter(**{f"{kind.key[0]}__in": set(keys)}), shape)

    def shown(self, rows: Any, field: Declared, shape: Shape | None) -> list[Any]:
        """`fetched`, and of each row what the field shows of it."""
        return [read(row, field.through) for row in self.fetched(rows, shape and through(field, shape))]

    def joined(self, rows: Any, shape: Shape | None) -> Any:
        """The queryset with the joins that the shape asks for."""
        if shape is None or not hasattr(rows, "select_related"):
            return rows
        paths = set[str]()
        for asked, prefix in _through(shape, ""):
            if asked.declared.path:
                paths.add(prefix + asked.declared.path)
            for need in asked.declared.columns:
                if "__" in path_of(need):
                    paths.add(prefix + path_of(need).rpartition("__")[0])
        return rows.select_related(*sorted(paths)) if paths else rows

    def attach(self, rows: Sequence[Any], shape: Shape | None) -> None:
        """Read what the shape asks of sources below the rows, one statement each, and hang it on the rows."""
        if not rows or shape is None:
            return
        for asked, prefix in _through(shape, ""):
            field = asked.declared
            if not (field.worked_out or field.key):
                continue
            owners = [owner for row in rows if (owner := read(row, prefix[:-2])) is not None]
            if field.order:
                self._attach_pages(asked, owners)
            elif field.worked_out:
                self._attach_parts(field, asked.below, owners)
            else:
                self._attach_below(field, asked.only(), owners)

    def below(self, row: Any, field: Declared, info: GraphQLResolveInfo) -> Any:
        """The rows of another source that belong to the row: attached before, or now."""
        if field not in getattr(row, _STORE, ()):
            self._attach_below(field, self.shape(info), [row])
        return getattr(row, _STORE)[field]

    def parts(self, row: Any, field: Declared, info: GraphQLResolveInfo) -> Any:
        """The objects worked out of the row: attached before, or now."""
        if field not in getattr(row, _STORE, ()):
            self._attach_parts(field, self.shapes(info), [row])
        return getattr(row, _STORE)[field]

    def _attach_below(self, field: Declared, shape: Shape | None, rows: Iterable[Any]) -> None:
        owned = [(row, tuple(read(row, path) for path in field.parent)) for row in rows]
        wanted = {values[0] for _, values in owned if None not in values}
        found: dict[tuple[Any, ...], list[Any]] = {}
        if wanted and field.source:
            source = field.source.rows(*self.given(field.source)).filter(**{f"{field.key[0]}__in": wanted})
            for row in self.fetched(source, shape and through(field, shape)):
                found.setdefault(tuple(read(row, path) for path in field.key), []).append(read(row, field.through))
        for row, values in owned:
            mine = found.get(values, [])
            _keep(row, field, mine if field.many else next(iter(mine), None))

    def _attach_pages(self, asked: Asked, rows: Sequence[Any]) -> None:
        """A page for each row, in two statements: which rows they are, and those rows.

        Where the page is refused nothing is attached, and the field's own resolver says why.
        """
        field: Any = asked.declared
        owned = [(row, tuple(read(row, path) for path in field.parent)) for row in rows]
        try:
            wanted, rest = PageArguments.split(asked.arguments(self.selection.variables))
            given = self.given(field.source, **rest)
            found = self._page_rows(asked, [values for _, values in owned], wanted, given)
        except Refusal:
            return
        for row, values in owned:
            made = filled(field.connection, found.get(values[: len(field.key)], []), field.order, wanted)
            _keep(row, (field, asked.key), made)

    def _page_rows(
        self, asked: Asked, parents: Sequence[tuple[Any, ...]], wanted: PageArguments, given: tuple[Any, ...]
    ) -> dict[tuple[Any, ...], list[Any]]:
        """By key, the rows of each parent's page in the order in which they were cut."""
        field: Any = asked.declared
        own = [*parents[0], *given]
        model = field.source.rows(*own).model
        start = behind(field.connection, model, field.order, wanted)
        keyed = parametrised_cut(field, own, wanted, start).values_list("pk", *field.key)
        calls = [[*flattened([*parent, *given]), *start] for parent in dict.fromkeys(parents)]
        connection = connections[DEFAULT_DB_ALIAS]
        places = Statement(keyed, connection).run_each(connection, calls)
        those = model._default_manager.filter(pk__in=[pk for pk, *_ in places])  # noqa: SLF001 - Django's documented name
        shape = _merged(_merged(asked.only(), "edges"), "node")
        by_pk = {row.pk: row for row in self.fetched(those, shape)}
        found: dict[tuple[Any, ...], list[Any]] = {}
        for pk, *key in places:
            found.setdefault(tuple(key), []).append(by_pk[pk])
        return found

    def page(self, row: Any, field: Any, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Any:
        """The page of a row, or of the root: attached before, or made now."""
        kept = getattr(row, _STORE, {}).get((field, info.path.key))
        if kept is not None:
            return kept
        wanted, rest = PageArguments.split(arguments)
        above = [read(row, path) for path in field.parent]
        given = self.given(field.source, **rest) if field.parent else field.source.given(info.context, **rest)
        rows = field.source.rows(*above, *given)
        shape = self.page_shape(info)
        made = page(field.connection, self.joined(rows, shape), field.order, wanted)
        self.attach([edge.node for edge in made.edges], shape)
        return made

    def _attach_parts(self, field: Declared, shapes: Shapes, rows: Iterable[Any]) -> None:
        by_kind: dict[str, list[Any]] = {}
        for row in rows:
            made = field.by(*(value(row, need) for need in field.columns)) if field.by else None
            _keep(row, field, made)
            parts = made if field.many else [made]
            for part in parts or ():
                if part is None:
                    continue
                by_kind.setdefault(field.kind_of(part) if field.kind_of else next(iter(shapes)), []).append(part)
        for kind, parts in by_kind.items():
            self.attach(parts, shapes.get(kind))


def _root_arguments(info: GraphQLResolveInfo) -> dict[str, Any]:
    """The arguments of the root field below which graphql-core is."""
    path = info.path
    while path.prev is not None:
        path = path.prev
    root = info.schema.get_root_type(info.operation.operation)
    if root is None:
        return {}
    asked = collect_fields(info.schema, info.fragments, info.variable_values, root, info.operation.selection_set)
    node = asked[str(path.key)][0]
    return get_argument_values(root.fields[node.name.value], node, info.variable_values)


def _keep(row: Any, field: Any, value: Any) -> None:
    vars(row).setdefault(_STORE, {})[field] = value


def _merged(above: Shape | None, name: str) -> Shape | None:
    found = [asked for asked in above.asked if asked.name == name] if above else []
    inner = [asked for each in found for asked in each.only().asked]
    return Shape(found[0].only().type_name, tuple(inner)) if found else None


def _through(shape: Shape, prefix: str) -> Iterator[tuple[Asked, str]]:
    """What is asked of a row and of those that its foreign keys lead to, with the path to each."""
    for asked in shape.asked:
        if not isinstance(asked.declared, Declared):
            continue
        yield asked, prefix
        if asked.declared.path is not None:
            yield from _through(asked.only(), f"{prefix}{asked.declared.path}__" if asked.declared.path else prefix)
