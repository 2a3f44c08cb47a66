"""Relay's node, and its lists as graphene makes them, with descriptions for whoever reads the contract.

The words come in by declaration: graphene's own texts have no term, and cannot be chosen.
"""

from typing import Any

import graphene
from graphene.relay.connection import ConnectionOptions


class Node(graphene.Interface):
    """Whatever has a global id by which it can be asked for again [可按编号重新获取的对象]."""

    id = graphene.ID(required=True, description="Global id [编号].")


class PageInfo(graphene.ObjectType):
    """Where a page ends, and whether there is more [分页信息]."""

    has_next_page = graphene.Boolean(required=True, description="Whether more lies behind this page [是否有下一页].")
    has_previous_page = graphene.Boolean(
        required=True, description="Whether more lies ahead of this page [是否有上一页]."
    )
    start_cursor = graphene.String(description="Cursor of the first entry; null on an empty page [首项游标].")
    end_cursor = graphene.String(description="Cursor of the last entry; null on an empty page [末项游标].")


class Connection(graphene.relay.Connection):
    """Base of all lists. A subclass names its `node` in Meta, and its docstring describes the list with its term."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, node: Any = None, **options: Any) -> None:
        """Graphene's hook: what stands in `fields` already it does not make itself."""
        cls.Edge = _edge_of(cls.__name__.removesuffix("Connection"), node)
        meta = ConnectionOptions(cls)
        meta.fields = {
            "page_info": graphene.Field(
                PageInfo, required=True, description="Where this page ends, and whether there is more [分页信息]."
            ),
            "edges": graphene.Field(
                graphene.NonNull(graphene.List(cls.Edge)), description="The entries of this page, in order [列表项]."
            ),
        }
        super().__init_subclass_with_meta__(node=node, _meta=meta, **options)


def _edge_of(name: str, node: Any) -> type[graphene.ObjectType]:
    body = {
        "__doc__": f"One entry of a list of {name}, and where it stands [列表项].",
        "node": graphene.Field(node, description="The entry itself [内容]."),
        "cursor": graphene.String(
            required=True, description="Where it stands: continue from here with `after` or `before` [游标]."
        ),
    }
    return type(f"{name}Edge", (graphene.ObjectType,), body)
