"""The steps of a plan: each reads rows, lets the steps below it read theirs, and assembles objects.

A step opens at its first run, when the values are known that its source is called with.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from backend.schema.plans.assembly import Assemble, Edge, Reader, Writer
from backend.schema.plans.columns import Columns, NotPlannable, in_lookup
from backend.schema.plans.fields import Declared, Source, read
from backend.schema.plans.pages import PageShape
from backend.schema.plans.paging import PageArguments, behind, cursor_of, list_name, parametrised_cut
from backend.schema.plans.parameters import AnyOf, flattened, form_of, parameters_for
from backend.schema.plans.run import Run
from backend.schema.plans.shapes import Asked, Shape, through
from backend.schema.plans.statements import Row, Statement, Statements

Key = tuple[Any, ...]


class Objects:
    """Makes the objects of one shape out of rows: what lies in them, and what the steps below read."""

    def __init__(self, columns: Columns, written: Callable[[Writer], Assemble]) -> None:
        self.columns = columns
        self._sources: list[SourceStep] = []
        self._parts: list[PartsStep] = []
        self._assemble = written(Writer(columns, self))

    def of_rows(self, rows: Sequence[Row], run: Run) -> Any:
        """What the function that was written makes of the rows."""
        by_key = [step.by_key(rows, run) for step in self._sources]
        beside = [step.beside(rows, run) for step in self._parts]
        return self._assemble(rows, by_key, beside)

    def of_values(self, values: Sequence[Any], run: Run) -> Any:
        """The objects for values worked out in Python, read by attribute."""
        paths = self.columns.paths
        # A value may be a model object, which reads what its foreign keys lead to when it is asked.
        rows = run.call(lambda: [tuple(read(value, path) for path in paths) for value in values])
        return self.of_rows(rows, run)

    def source(self, asked: Asked, places: Sequence[int]) -> int:
        """The writer asks for rows of another source."""
        self._sources.append((PageStep if asked.declared.order else BelowStep)(asked, places))
        return len(self._sources) - 1

    def worked_out(self, asked: Asked, reader: Reader) -> int:
        """The writer asks for objects worked out of columns."""
        self._parts.append(PartsStep(asked, reader))
        return len(self._parts) - 1


class Table:
    """A source with the columns that are needed of it, those at the paths `first` ahead, and its statements.

    `written` is given the writer and the places of those columns.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        connection: Any,
        first: Sequence[str],
        written: Callable[[Writer, "Table"], Assemble],
    ) -> None:
        self.columns = Columns(rows, connection)
        self.model: Any = rows.model
        self.places = [self.columns.place("", path) for path in first or ("pk",)]
        self.objects = Objects(self.columns, lambda writer: written(writer, self))
        self.statements = Statements()

    def statement(self, form: Any, connection: Any, rows: Callable[[], QuerySet[Any]]) -> Statement:
        """The statement of that form; `rows` makes its queryset, with parameters in it, where it is new."""
        return self.statements.of(form, lambda: Statement(self.columns.select(rows()), connection))


class SourceStep:
    """Rows of a source, at the root or below other rows, whose columns at `places` say which."""

    def __init__(self, asked: Asked, places: Sequence[int] = ()) -> None:
        self.asked = asked
        self.field: Any = asked.declared
        self._places = places
        self._table: Table | None = None

    @property
    def shape(self) -> Shape:
        """What is asked of the source's rows."""
        return through(self.field, self.asked.only())

    def by_key(self, rows: Sequence[Row], run: Run) -> Mapping[Any, Any]:
        """What belongs to each key of the rows."""
        raise NotImplementedError

    def _rows(self, values: Sequence[Any], start: int = 0) -> QuerySet[Any]:
        rows = self.field.source.rows(*parameters_for(values, start))
        if not isinstance(rows, QuerySet):
            raise NotPlannable("the source is no queryset")
        return rows


class RootStep(SourceStep):
    """`Found` and `Listed` at the root."""

    def at_root(self, run: Run) -> list[Any]:
        """The objects; of `Found` at most one."""
        given = run.call(self.field.source.given, run.context, **run.arguments(self.asked))
        table = self._table = self._table or Table(
            self._rows(given), run.connection, (), lambda writer, _: writer.listed(self.shape)
        )
        statement = table.statement(form_of(given), run.connection, lambda: self._wanted(given))
        found = statement.run(run.connection, list(flattened(given)), run.witness)
        made: list[Any] = table.objects.of_rows(found, run)
        return made

    def _wanted(self, given: Sequence[Any]) -> QuerySet[Any]:
        rows = self._rows(given)
        return rows if self.field.many else rows[:1]


class CountStep:
    """`Counted`: how many rows a source has."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.statements = Statements()

    def at_root(self, run: Run) -> int:
        """The number."""
        source: Source = self._asked.declared.source
        given = run.call(source.given, run.context, **run.arguments(self._asked))

        def compiled() -> Statement:
            return Statement(source.rows(*parameters_for(given)).values_list("pk"), run.connection, counted=True)

        statement = self.statements.of(form_of(given), compiled)
        ((number,),) = statement.run(run.connection, list(flattened(given)), run.witness)
        return int(number)


class BelowStep(SourceStep):
    """`Found` and `Listed` below rows: one statement for all their keys."""

    def by_key(self, rows: Sequence[Row], run: Run) -> Mapping[Any, Any]:
        """Lists by key, or the first of each."""
        first = self._places[0]
        wanted = {row[first] for row in rows}
        wanted.discard(None)
        if not wanted:
            return {}
        given = run.given(self.field.source)
        table = self._table = self._table or Table(
            self._rows(given),
            run.connection,
            self.field.key,
            lambda writer, table: writer.grouped(self.shape, table.places, many=self.field.many),
        )
        statement = table.statement(form_of(given), run.connection, lambda: self._matching(given))
        found = statement.run(run.connection, [wanted, *flattened(given)], run.witness)
        made: Mapping[Any, Any] = table.objects.of_rows(found, run)
        return made

    def _matching(self, given: Sequence[Any]) -> QuerySet[Any]:
        rows = self._rows(given, start=1)
        lookup, column = in_lookup(rows, self.field.key[0])
        return rows.filter(**{lookup: AnyOf(0, column)})


class PageStep(SourceStep):
    """`Paged`, at the root or below rows: one statement, for several parents one behind the other."""

    def __init__(self, asked: Asked, places: Sequence[int] = ()) -> None:
        super().__init__(asked, places)
        self._shape = PageShape(asked.only())
        self._order = [key.lstrip("-") for key in self.field.order]
        self._width = len(self.field.key)
        #: A row's cursor; written with the table, before there is any row.
        self._cursor: Callable[[Row], str]

    def at_root(self, run: Run) -> dict[str, Any]:
        """The one page."""
        return self._pages([()], run)[()]

    def by_key(self, rows: Sequence[Row], run: Run) -> Mapping[Any, Any]:
        """A page for each row's key."""
        pages = self._pages([tuple(row[place] for place in self._places) for row in rows], run)
        return {key[0]: page for key, page in pages.items()} if self._width == 1 else pages

    def _pages(self, parents: Sequence[Key], run: Run) -> dict[Key, dict[str, Any]]:
        if not parents:
            return {}
        wanted, rest = PageArguments.split(run.arguments(self.asked))
        if self._width:
            rest |= run.inherited(self.field.source)
        given = run.call(self.field.source.given, run.context, **rest)
        own = [*parents[0], *given]
        table = self._table = self._table or Table(
            self._cut(own, wanted, ()), run.connection, (*self.field.key, *self._order), self._written
        )
        start = behind(self.field.connection, table.model, self.field.order, wanted)
        form = (form_of(own), wanted.size, wanted.backward, wanted.cursor is None)
        statement = table.statement(form, run.connection, lambda: self._cut(own, wanted, start))
        calls = [[*flattened([*parent, *given]), *start] for parent in dict.fromkeys(parents)]
        found = statement.run_each(run.connection, calls, run.witness)
        return self._made(table, dict.fromkeys(parent[: self._width] for parent in parents), found, wanted, run)

    def _cut(self, own: Sequence[Any], wanted: PageArguments, start: Sequence[Any]) -> QuerySet[Any]:
        made: QuerySet[Any] = parametrised_cut(self.field, own, wanted, start)
        return made

    def _written(self, writer: Writer, table: Table) -> Assemble:
        edge = Edge(
            self._shape.edge,
            table.places[self._width :],
            [table.columns.for_json(path) for path in self._order],
            cursor_of(list_name(self.field.connection)),
        )
        self._cursor = writer.cursor(edge)
        return writer.edges(self._shape.node, edge)

    def _made(
        self, table: Table, keys: Iterable[Key], rows: Sequence[Row], wanted: PageArguments, run: Run
    ) -> dict[Key, dict[str, Any]]:
        if not self._width:
            edges = table.objects.of_rows(rows[: wanted.size], run)
            return {(): self._shape.page(wanted, rows, edges, self._cursor)}
        mine: dict[Key, list[Row]] = {key: [] for key in keys}
        own = table.places[: self._width]
        for row in rows:
            mine[tuple(row[place] for place in own)].append(row)
        made = iter(table.objects.of_rows([row for found in mine.values() for row in found[: wanted.size]], run))
        return {
            key: self._shape.page(wanted, found, list(islice(made, min(len(found), wanted.size))), self._cursor)
            for key, found in mine.items()
        }


def _listed(shape: Shape, writer: Writer) -> Assemble:
    return writer.listed(shape)


class PartsStep:
    """`Parts`: objects worked out of columns of rows, all of one kind assembled together."""

    def __init__(self, asked: Asked, reader: Reader | None = None) -> None:
        self.asked = asked
        self._field: Declared = asked.declared
        self._reader = reader
        self._kinds = {
            name: Objects(Columns(None, connections[DEFAULT_DB_ALIAS]), partial(_listed, shape))
            for name, shape in asked.below.items()
        }

    def beside(self, rows: Sequence[Row], run: Run) -> Sequence[Any]:
        """For each row a list of objects, or one object or None; None where the row that has them is not there."""
        read_values = [reader(row) for row in rows] if (reader := self._reader) else []
        by: Callable[..., Any] = self._field.by  # type: ignore[assignment]  # Parts has it
        made = run.call(lambda: [None if values is None else by(*values) for values in read_values])
        return self._assembled(made, run)

    def at_root(self, run: Run) -> Any:
        """What the context and the field's arguments make."""
        made = run.call(self._field.by, run.context, **run.arguments(self.asked))  # type: ignore[arg-type]  # Parts has it
        return self._assembled([made], run)[0]

    def _assembled(self, made: Sequence[Any], run: Run) -> list[Any]:
        lists = [() if one is None else one if self._field.many else (one,) for one in made]
        objects = iter(self._objects([part for parts in lists for part in parts], run))
        answers = [[next(objects) for _ in parts] for parts in lists]
        if not self._field.many:
            return [answer[0] if answer else None for answer in answers]
        return [None if one is None else answer for one, answer in zip(made, answers, strict=True)]

    def _objects(self, parts: Sequence[Any], run: Run) -> list[Any]:
        kind_of = self._field.kind_of
        if kind_of is None:
            (only,) = self._kinds.values()
            objects: list[Any] = only.of_values(parts, run)
            return objects
        kinds = [kind_of(part) for part in parts]
        made = {}
        for kind in set(kinds):
            same = [part for part, its in zip(parts, kinds, strict=True) if its == kind]
            made[kind] = iter(self._kinds[kind].of_values(same, run))
        return [next(made[kind]) for kind in kinds]
