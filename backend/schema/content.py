"""Legal education content 普法内容 as readers see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import graphene
import orjson
from graphene_django import DjangoObjectType

from backend.content import models, selectors
from backend.content.blocks import BodyBlock
from backend.schema.media import PUBLIC_PICTURES, Picture
from backend.schema.plans import relay
from backend.schema.plans.declare import ById, Column, Found, Listed, Paged, Parts, Source, Stored
from backend.schema.server import scalars
from backend.schema.server.context import Context
from backend.schema.server.ids import decode_int_id, id_column, int_key
from backend.schema.statutes import Citation


@dataclass(frozen=True)
class Block:
    """One block of an item's body, as it is stored."""

    item: int
    index: int
    kind: str
    id: str
    value: Any


class HeadingBlock(graphene.ObjectType):
    """A heading between passages [小标题]."""

    id = Column(
        graphene.ID, required=True, description="Names the block within its item, also in later versions [编号]."
    )
    text = Column(graphene.String, "value", by=str, required=True, description="Plain text [文字].")


class ParagraphBlock(graphene.ObjectType):
    """A passage of plain text; line breaks are meant [段落]."""

    id = Column(
        graphene.ID, required=True, description="Names the block within its item, also in later versions [编号]."
    )
    text = Column(graphene.String, "value", by=str, required=True, description="Plain text [文字].")


class StatuteBlock(graphene.ObjectType):
    """A passage that is the law itself [法条引用]."""

    id = Column(
        graphene.ID, required=True, description="Names the block within its item, also in later versions [编号]."
    )
    text = Column(
        graphene.String,
        "value",
        by=lambda value: str(value["citation"]),
        required=True,
        description="The citation as its author wrote it [引用原文].",
    )
    citations = Listed(
        Citation,
        Source(selectors.citations, public=True),
        key=("content_id", "block"),
        parent=("item", "index"),
        required=True,
        description="The articles that it names, with text and validity; empty where none was found [所引法条].",
    )


_BLOCK_TYPES = {"heading": HeadingBlock, "paragraph": ParagraphBlock, "statute": StatuteBlock}


def _stored_blocks(text: str | bytes) -> list[Any]:
    """A body as Wagtail reads it: kinds that were taken out of the code since are not there, and not counted."""
    return [block for block in orjson.loads(text) if block["type"] in BodyBlock.base_blocks]


def _blocks(item: int, body: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [
        Block(item, index, block["type"], block["id"], block["value"])
        for index, block in enumerate(body)
        if block["type"] in _BLOCK_TYPES
    ]


def _block_type(block: Block) -> str:
    return _BLOCK_TYPES[block.kind].__name__


class ContentBlock(graphene.Union):
    """A piece of a body, by its kind [正文块]. Clients leave out kinds they do not know."""

    class Meta:
        types = tuple(_BLOCK_TYPES.values())

    @classmethod
    def resolve_type(cls, block: Block, _info: Any) -> type[graphene.ObjectType]:
        """Graphene's hook: it takes no names."""
        return _BLOCK_TYPES[block.kind]


class ContentItem(DjangoObjectType):
    """A published item of legal education [普法内容]."""

    class Meta:
        model = models.ContentItem
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("ContentItem")
    title = Column(graphene.String, required=True, description="Title [标题].")
    summary = Column(graphene.String, required=True, description="What it is about, in a few sentences [摘要].")
    published_at = Column(
        scalars.DateTime, "first_published_at", required=True, description="When it was first published [发布时间]."
    )
    cover = Found(
        Picture,
        PUBLIC_PICTURES,
        key=("media_id",),
        parent=("cover_id",),
        description="Its picture, where there is one [封面].",
    )
    body = Parts(
        ContentBlock,
        "pk",
        Stored("body", of_attribute=lambda body: body.raw_data, of_database=_stored_blocks),
        by=_blocks,
        kind_of=_block_type,
        required=True,
        description="Its text, block by block; never HTML [正文].",
    )
    citations = Listed(
        Citation,
        Source(selectors.citations, public=True),
        key=("content_id",),
        parent=("pk",),
        required=True,
        description="Every statute article that it names, in the order of the text [引用法条].",
    )


class ContentItemConnection(relay.Connection):
    """A page of content, newest first [内容列表]."""

    class Meta:
        node = ContentItem


def _reach(context: Context) -> tuple[str, ...] | None:
    return selectors.reach(context.viewer.village_id if context.viewer else None)


def item_given(context: Context, id: str) -> tuple[Any, ...]:
    """What `selectors.published_item` needs for an item by its global id. Raises InvalidId."""
    return decode_int_id("ContentItem", id), _reach(context)


PUBLISHED = Source(selectors.published_for, given=lambda context: (_reach(context),), public=True)
NODES = {"ContentItem": ById(PUBLISHED, int_key)}


class Query:
    """Reading content."""

    feed = Paged(
        ContentItemConnection,
        PUBLISHED,
        order=selectors.FEED_ORDER,
        description="What is published for the viewer's village and everything above it, newest first; for someone"
        " without a village, what is published for a whole province [首页内容].",
    )
    content_item = Found(
        ContentItem,
        Source(selectors.published_item, given=item_given, public=True),
        id=graphene.ID(required=True, description="Global id of the item [编号]."),
        description="One item that the feed would show the viewer; null for any other [内容].",
    )
