"""A Relay connection's answer around its nodes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backend.schema.plans.columns import NotPlannable
from backend.schema.plans.paging import PageArguments
from backend.schema.plans.shapes import Asked, Shape
from backend.schema.plans.statements import Row

#: From the page's arguments, whether there are more rows, and the first and the last cursor.
_PAGE_INFO: Mapping[str, Callable[[PageArguments, bool, Sequence[str]], Any]] = {
    "hasNextPage": lambda wanted, more, _: wanted.has_next(more),
    "hasPreviousPage": lambda wanted, more, _: wanted.has_previous(more),
    "startCursor": lambda _wanted, _more, cursors: cursors[0] if cursors else None,
    "endCursor": lambda _wanted, _more, cursors: cursors[-1] if cursors else None,
}


class PageShape:
    """What is asked of a connection, of its edges and of their nodes. Raises NotPlannable where one is asked twice."""

    def __init__(self, connection: Shape) -> None:
        self._connection = connection
        edges = [asked.only() for asked in connection.asked if asked.name == "edges"]
        nodes = [asked.only() for edge in edges for asked in edge.asked if asked.name == "node"]
        # Two aliases of one list would each need a shape of their own; that is rare enough for graphql-core.
        if len(edges) > 1 or len(nodes) > 1:
            raise NotPlannable("a connection's nodes are asked for twice")
        self.node = nodes[0] if nodes else None
        self.edge = edges[0] if edges else Shape("", ())
        self._needs_ends = any(
            inner.name in ("startCursor", "endCursor")
            for asked in connection.asked
            if asked.name == "pageInfo"
            for inner in asked.only().asked
        )

    def page(
        self, wanted: PageArguments, rows: Sequence[Row], edges: Sequence[Any], cursor: Callable[[Row], str]
    ) -> dict[str, Any]:
        """The connection for the edges of up to `wanted.size` of the rows, both in the order in which they were read.

        There may be one row more, which tells that there is more.
        """
        more = len(rows) > wanted.size
        ends: Sequence[Row] = [rows[0], rows[len(edges) - 1]] if self._needs_ends and edges else []
        if wanted.backward:
            edges, ends = edges[::-1], ends[::-1]
        cursors = [cursor(row) for row in ends]
        return {asked.key: self._entry(asked, wanted, more, edges, cursors) for asked in self._connection.asked}

    def _entry(
        self, asked: Asked, wanted: PageArguments, more: bool, edges: Sequence[Any], cursors: Sequence[str]
    ) -> Any:
        if asked.name == "edges":
            return edges
        if asked.name == "pageInfo":
            return {
                inner.key: asked.only().type_name
                if inner.name == "__typename"
                else _PAGE_INFO[inner.name](wanted, more, cursors)
                for inner in asked.only().asked
            }
        if asked.name == "__typename":
            return self._connection.type_name
        raise NotPlannable(f"{self._connection.type_name}.{asked.name}")
