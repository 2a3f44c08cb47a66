"""The blocks of a body as clients get them: typed values, never HTML."""

from typing import Any

import graphene

from backend.content import inline
from backend.schema.content import sources
from backend.schema.content.bodies import Block
from backend.schema.content.cards import ContentCard
from backend.schema.media import PUBLIC_PICTURES, PUBLIC_RECORDINGS, PUBLIC_VIDEOS, Picture, Recording, Video
from backend.schema.plans.declare import Column, Found, Listed, Parts
from backend.schema.statutes import Citation


class TextSpan(graphene.ObjectType):
    """A run of characters that look alike; line breaks stand in the text [文字片段]."""

    text = Column(graphene.String, required=True, description="Plain text [文字].")
    bold = Column(graphene.Boolean, required=True, description="Whether it is bold [粗体].")
    italic = Column(graphene.Boolean, required=True, description="Whether it is in italics [斜体].")
    link = Column(
        graphene.String,
        by=lambda address: address or None,
        description="Where it leads, an https or http address; null for most [链接].",
    )


class _Block:
    """What every block has."""

    id = Column(
        graphene.ID, required=True, description="Names the block within its item, also in later versions [编号]."
    )


class HeadingBlock(_Block, graphene.ObjectType):
    """A heading between passages [小标题]."""

    text = Column(graphene.String, required=True, description="Plain text [文字].")


class ParagraphBlock(_Block, graphene.ObjectType):
    """A passage; line breaks are meant [段落]."""

    text = Column(graphene.String, "html", by=inline.plain, required=True, description="Plain text [文字].")
    spans = Parts(
        TextSpan,
        "html",
        by=inline.spans,
        required=True,
        description="The same text in runs, with what is bold, in italics or a link [文字片段].",
    )


class PictureBlock(_Block, graphene.ObjectType):
    """A picture in the text [图片]."""

    picture = Found(
        Picture,
        PUBLIC_PICTURES,
        key=("media_id",),
        parent=("media",),
        description="The picture; null where it is gone [图片].",
    )
    alt = Column(
        graphene.String, "text", required=True, description="For whoever does not see it; may be empty [替代文字]."
    )
    caption = Column(graphene.String, required=True, description="What stands below it; may be empty [图注].")


class RecordingBlock(_Block, graphene.ObjectType):
    """Something to listen to [录音]."""

    title = Column(graphene.String, "text", required=True, description="What it is [标题].")
    recording = Found(
        Recording,
        PUBLIC_RECORDINGS,
        key=("media_id",),
        parent=("media",),
        description="The recording; null where it is gone [录音].",
    )


class VideoBlock(_Block, graphene.ObjectType):
    """Something to watch [视频]."""

    title = Column(graphene.String, "text", required=True, description="What it is [标题].")
    video = Found(
        Video,
        PUBLIC_VIDEOS,
        key=("media_id",),
        parent=("media",),
        description="The video; null where it is gone [视频].",
    )


class QuoteBlock(_Block, graphene.ObjectType):
    """What somebody said or wrote [引文]."""

    text = Column(graphene.String, required=True, description="Plain text [文字].")
    source = Column(graphene.String, "caption", required=True, description="Who or where; may be empty [出处].")


class StatuteBlock(_Block, graphene.ObjectType):
    """A passage that is the law itself [法条引用]."""

    text = Column(graphene.String, required=True, description="The citation as its author wrote it [引用原文].")
    citations = Listed(
        Citation,
        sources.CITATIONS,
        key=("content_id", "block"),
        parent=("item", "index"),
        required=True,
        description="The articles that it names, with text and validity; empty where none was found [所引法条].",
    )


class CaseBlock(_Block, graphene.ObjectType):
    """A case of the library, to be shown as a card [案例]."""

    item = Found(
        ContentCard,
        sources.PUBLISHED,
        key=("pk",),
        parent=("other",),
        description="The case; null where it is not, or no more, for the viewer: then leave the block out [案例].",
    )


class StepsBlock(_Block, graphene.ObjectType):
    """What to do, one after the other [步骤]."""

    steps = Column(
        graphene.List(graphene.NonNull(graphene.String)), "lines", required=True, description="Plain texts [步骤]."
    )


class CallBlock(_Block, graphene.ObjectType):
    """A button that dials [拨号按钮]."""

    label = Column(graphene.String, "text", required=True, description="What stands on it [按钮文字].")
    number = Column(graphene.String, required=True, description="What it dials [电话号码].")


class TableBlock(_Block, graphene.ObjectType):
    """A small table [表格]."""

    caption = Column(graphene.String, required=True, description="What it is of; may be empty [表题].")
    head = Column(
        graphene.List(graphene.NonNull(graphene.String)),
        "lines",
        by=lambda lines: lines[0],
        required=True,
        description="The names of the columns [表头].",
    )
    rows = Column(
        graphene.List(graphene.NonNull(graphene.List(graphene.NonNull(graphene.String)))),
        "lines",
        by=lambda lines: lines[1:],
        required=True,
        description="Rows of as many cells as the head has [行].",
    )


_TYPES: dict[str, type[graphene.ObjectType]] = {
    "heading": HeadingBlock,
    "paragraph": ParagraphBlock,
    "picture": PictureBlock,
    "recording": RecordingBlock,
    "video": VideoBlock,
    "quote": QuoteBlock,
    "statute": StatuteBlock,
    "case": CaseBlock,
    "steps": StepsBlock,
    "call": CallBlock,
    "table": TableBlock,
}


def kind_of(block: Block) -> str:
    """The name of a block's type."""
    return _TYPES[block.kind].__name__


class ContentBlock(graphene.Union):
    """A piece of a body, by its kind [正文块]. Clients leave out kinds they do not know."""

    class Meta:
        types = tuple(_TYPES.values())

    @classmethod
    def resolve_type(cls, block: Block, _info: Any) -> type[graphene.ObjectType]:
        """Graphene's hook: it takes no names."""
        return _TYPES[block.kind]
