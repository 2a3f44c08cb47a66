"""The words in which a type says what it shows: once, for plans and for ordinary resolvers alike.

A field names columns of the row behind it (`Column`), the same row or one that it points to under another type
(`One`), objects worked out of columns (`Parts`), rows of another source (`Found`, `Listed`, `Paged`, `Counted`), or
whatever global ids name (`Refetched`). Each is an ordinary graphene field with an ordinary resolver;
`backend.schema.plans.plan` reads the same declarations to answer a whole document with a few statements and no model
objects.

Paths are Django's: "version__law__short_name". They may name an annotation of the source's queryset.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from backend.schema.plans.eager import Eager
from backend.schema.plans.fields import ById, Declared, Need, Source, Stored, read, value
from backend.schema.plans.paging import DEFAULT_PAGE, MAX_PAGE
from backend.schema.plans.refetch import grouped

__all__ = ["ById", "Column", "Counted", "Found", "Listed", "One", "Paged", "Parts", "Refetched", "Source", "Stored"]


class Column(Declared):
    """A leaf: `by(*values)` of the needed columns, or the one column itself; by default that of the field's name."""

    def __init__(self, type_: Any, *needs: Need, by: Callable[..., Any] | None = None, **options: Any) -> None:
        super().__init__(type_, **options)
        self.columns = needs
        self.by = by

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.columns = self.columns or (name,)

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:  # noqa: ARG002 - every resolver gets them
        """From the object's attributes."""
        values = [value(row, need) for need in self.columns]
        return self.by(*values) if self.by else values[0]


class One(Declared):
    """The row that a foreign key leads to, in the same statement; with the path "" the row itself."""

    def __init__(self, type_: Any, path: str = "", **options: Any) -> None:
        super().__init__(type_, **options)
        self.path = path

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:  # noqa: ARG002 - every resolver gets them
        """From the object's attributes."""
        return read(row, self.path or "")


class Parts(Declared):
    """Objects worked out of columns: `by(*values)` gives a list of them, or one or None unless `many`.

    They are read by attribute. At the root, without columns, `by` gets the context and the field's arguments; `public`
    says that nothing but these arguments and what staff publish decides what it gives.
    `kind_of` gives the name of an object's type where the type is a union.
    """

    worked_out = True

    def __init__(
        self,
        type_: Any,
        *needs: Need,
        by: Callable[..., Any],
        many: bool = True,
        kind_of: Callable[[Any], str] | None = None,
        public: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(graphene.List(graphene.NonNull(type_)) if many else type_, **options)
        self.columns, self.by, self.many, self.kind_of, self.public = needs, by, many, kind_of, public

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        """What was attached to the row, else worked out now."""
        eager = Eager.of(info)
        if self.columns:
            return eager.parts(row, self, info)
        made = self.by(info.context, **arguments)  # type: ignore[misc]  # set above
        eager.attach(made if self.many else [made] if made is not None else [], eager.shape(info))
        return made


class _FromSource(Declared):
    """What comes from a source of its own, with a statement of its own.

    Below another row, `key` are the columns of these rows that must equal the columns `parent` of the other.
    `through` is the path from the source's row to what is shown, where that is not the row itself.
    `missing(context, **arguments)` may refuse where there is nothing.
    """

    def __init__(
        self,
        type_: Any,
        source: Source,
        *,
        key: tuple[str, ...] = (),
        parent: tuple[str, ...] = (),
        through: str = "",
        missing: Callable[..., None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(graphene.List(graphene.NonNull(type_)) if self.many else type_, **options)
        self.source, self.key, self.parent, self.columns = source, key, parent, parent
        self.through, self.missing = through, missing

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        """What was attached to the row, else one statement."""
        eager = Eager.of(info)
        if self.key:
            return eager.below(row, self, info)
        rows = self.source.rows(*self.source.given(info.context, **arguments))  # type: ignore[union-attr]  # set above
        found = eager.shown(rows if self.many else rows[:1], self, eager.shape(info))
        if not found and self.missing:
            self.missing(info.context, **arguments)
        return found if self.many else next(iter(found), None)


class Counted(Declared):
    """How many rows a source has; at the root."""

    counted = True

    def __init__(self, source: Source, **options: Any) -> None:
        super().__init__(graphene.Int, **options)
        self.source = source

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:  # noqa: ARG002 - as above
        """One statement."""
        rows = self.source.rows(*self.source.given(info.context, **arguments))  # type: ignore[union-attr]  # set above
        return rows.count()


class Found(_FromSource):
    """At most one row: the first of its source."""


class Listed(_FromSource):
    """All rows of a source, in its order."""

    many = True


class Paged(Declared):
    """A page of a source, as a Relay connection; nullable, so that a bad cursor does not empty the screen.

    `order` names columns, `-` for descending; the last must be unique. Below another row, the source gets the values
    of `parent` ahead of its own, and the first of them equal the rows' columns `key`.
    """

    def __init__(
        self,
        connection: Any,
        source: Source,
        *,
        order: Iterable[str],
        key: tuple[str, ...] = (),
        parent: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(
            connection,
            first=graphene.Int(
                description=f"At most so many from the start: 1 to {MAX_PAGE}, {DEFAULT_PAGE} if left out [从头条数]."
            ),
            after=graphene.String(description="Continue behind this cursor [之后位置]."),
            last=graphene.Int(description=f"At most so many from the end: 1 to {MAX_PAGE} [从尾条数]."),
            before=graphene.String(description="Continue ahead of this cursor [之前位置]."),
            **options,
        )
        self.connection = connection
        self.source, self.order, self.key, self.parent, self.columns = source, tuple(order), key, parent, parent

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        """What was attached to the row, else one statement, and one for each source that is asked for below."""
        return Eager.of(info).page(row, self, info, arguments)


class Refetched(Declared):
    """Objects of an interface by their global ids, at the root: null for each that the viewer may not see.

    `wanted(**arguments)` names them, type and key, in the order of the answer; it may refuse. `kinds` tells by type how
    they are found.
    """

    def __init__(
        self,
        type_: Any,
        kinds: Mapping[str, ById],
        *,
        wanted: Callable[..., list[tuple[str, Any]]],
        many: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(graphene.List(type_) if many else type_, **options)
        self.kinds, self.wanted, self.many = kinds, wanted, many

    def resolve(self, row: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:  # noqa: ARG002 - as above
        """One statement a type, however many are asked for, and one for each source below them."""
        eager = Eager.of(info)
        shapes = eager.shapes(info)
        wanted = self.wanted(**arguments)  # type: ignore[misc]  # set above
        found = {}
        for name, keys in grouped(wanted).items():
            for each in eager.by_id(self.kinds[name], keys, shapes[name]):
                found[name, read(each, self.kinds[name].key[0])] = each
        answer = [found.get(each) for each in wanted]
        return answer if self.many else answer[0]
