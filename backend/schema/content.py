"""Legal education content 普法内容 as readers see it."""

from dataclasses import dataclass
from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.content import models, selectors
from backend.schema.media import Picture
from backend.schema.server.ids import decode_int_id, encode_id
from backend.schema.server.lookahead import selects
from backend.schema.server.paging import PageArguments, connection_field, page
from backend.schema.statutes import Citation


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an item's body, as it is stored."""

    item: models.ContentItem
    index: int
    kind: str
    id: str
    value: Any


class HeadingBlock(graphene.ObjectType):
    """A heading between passages [小标题]."""

    id = graphene.ID(required=True, description="Names the block within its item, also in later versions.")
    text = graphene.String(required=True, description="Plain text [文字].")

    @staticmethod
    def resolve_text(block: Block, _info: GraphQLResolveInfo) -> str:
        return str(block.value)


class ParagraphBlock(graphene.ObjectType):
    """A passage of plain text; line breaks are meant [段落]."""

    id = graphene.ID(required=True, description="Names the block within its item, also in later versions.")
    text = graphene.String(required=True, description="Plain text [文字].")

    @staticmethod
    def resolve_text(block: Block, _info: GraphQLResolveInfo) -> str:
        return str(block.value)


class StatuteBlock(graphene.ObjectType):
    """A passage that is the law itself [法条引用]."""

    id = graphene.ID(required=True, description="Names the block within its item, also in later versions.")
    text = graphene.String(required=True, description="The citation as its author wrote it [引用原文].")
    citations = graphene.List(
        graphene.NonNull(Citation),
        required=True,
        description="The articles that it names, with text and validity; empty where none was found [所引法条].",
    )

    @staticmethod
    def resolve_text(block: Block, _info: GraphQLResolveInfo) -> str:
        return str(block.value["citation"])

    @staticmethod
    def resolve_citations(block: Block, _info: GraphQLResolveInfo) -> list[models.ContentCitation]:
        return [row for row in block.item.citations.all() if row.block == block.index]


_BLOCK_TYPES = {"heading": HeadingBlock, "paragraph": ParagraphBlock, "statute": StatuteBlock}


class ContentBlock(graphene.Union):
    """A piece of a body, by its kind [正文块]. Clients leave out kinds they do not know."""

    class Meta:
        types = tuple(_BLOCK_TYPES.values())

    @classmethod
    def resolve_type(cls, block: Block, _info: GraphQLResolveInfo) -> type[graphene.ObjectType]:
        """Graphene's hook."""
        return _BLOCK_TYPES[block.kind]


class ContentItem(DjangoObjectType):
    """A published item of legal education [普法内容]."""

    class Meta:
        model = models.ContentItem
        fields = ("title", "summary")

    id = graphene.ID(required=True, description="Global id.")
    title = graphene.String(required=True, description="Title [标题].")
    summary = graphene.String(required=True, description="What it is about, in a few sentences [摘要].")
    published_at = graphene.DateTime(required=True, description="When it was first published [发布时间].")
    cover = graphene.Field(Picture, description="Its picture, where there is one [封面].")
    body = graphene.List(
        graphene.NonNull(ContentBlock), required=True, description="Its text, block by block; never HTML [正文]."
    )
    citations = graphene.List(
        graphene.NonNull(Citation),
        required=True,
        description="Every statute article that it names, in the order of the text [引用法条].",
    )

    @staticmethod
    def resolve_id(row: models.ContentItem, _info: GraphQLResolveInfo) -> str:
        return encode_id("ContentItem", row.pk)

    @staticmethod
    def resolve_published_at(row: models.ContentItem, _info: GraphQLResolveInfo) -> Any:
        return row.first_published_at

    @staticmethod
    def resolve_body(row: models.ContentItem, _info: GraphQLResolveInfo) -> list[Block]:
        return [
            Block(row, index, block["type"], block["id"], block["value"])
            for index, block in enumerate(row.body.raw_data)
            if block["type"] in _BLOCK_TYPES
        ]

    @staticmethod
    def resolve_citations(row: models.ContentItem, _info: GraphQLResolveInfo) -> list[models.ContentCitation]:
        return list(row.citations.all())


class ContentItemConnection(graphene.relay.Connection):
    """A page of content, newest first."""

    class Meta:
        node = ContentItem


class Query:
    """Reading content."""

    feed = connection_field(
        ContentItemConnection,
        description="What is published for the viewer's village and everything above it, newest first; for someone"
        " without a village, what is published for a whole province [首页内容].",
    )
    content_item = graphene.Field(
        ContentItem,
        id=graphene.ID(required=True, description="Global id of the item."),
        description="One item that the feed would show the viewer; null for any other [内容].",
    )

    @staticmethod
    def resolve_feed(_root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        rows = _prepared(selectors.published_for(_village_of(info)), info, "edges.node.")
        return page(ContentItemConnection, rows, selectors.FEED_ORDER, PageArguments.of(**arguments))

    @staticmethod
    def resolve_content_item(_root: Any, info: GraphQLResolveInfo, id: str) -> models.ContentItem | None:
        row = selectors.published_item(decode_int_id("ContentItem", id), _village_of(info))
        item: models.ContentItem | None = _prepared(row, info, "").first()
        return item


def _village_of(info: GraphQLResolveInfo) -> str | None:
    viewer = info.context.viewer
    return viewer.village_id if viewer else None


def _prepared(rows: Any, info: GraphQLResolveInfo, path: str) -> Any:
    return selectors.prepared(
        rows,
        body=selects(info, f"{path}body"),
        cover=selects(info, f"{path}cover"),
        citations=selects(info, f"{path}citations") or selects(info, f"{path}body.citations"),
    )
