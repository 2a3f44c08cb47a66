"""What readers did with an item, as it shows on the item: their own marks, and figures for all."""

import graphene
from graphene_django import DjangoObjectType

from backend.content import models
from backend.content.reading import selectors
from backend.schema.plans.declare import Column, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context


class ReadingMark(DjangoObjectType):
    """What the viewer keeps of one item [我的阅读记录]."""

    class Meta:
        model = models.ReadingMark
        fields = ()
        skip_registry = True

    bookmarked_at = Column(scalars.DateTime, description="When it was bookmarked; null where it is not [收藏时间].")
    liked_at = Column(scalars.DateTime, description="When it was liked; null where it is not [点赞时间].")
    read_at = Column(scalars.DateTime, description="When it was first read; null where it never was [首次阅读时间].")
    progress = Column(graphene.Int, required=True, description="The most that was read of it, in percent [进度].")
    place = Column(
        graphene.ID,
        by=lambda place: place or None,
        description="Id of the block where reading stopped; null where none was named [阅读位置].",
    )


class ContentFigures(graphene.ObjectType):
    """How often an item was read, liked and passed on, as of the last count some minutes ago [内容数据]."""

    reads = Column(
        graphene.Int,
        "figures__reads",
        by=lambda number: number or 0,
        required=True,
        description="Reads: one a day for each person [阅读数].",
    )
    likes = Column(
        graphene.Int,
        "figures__likes",
        by=lambda number: number or 0,
        required=True,
        description="People who like it [点赞数].",
    )
    shares = Column(
        graphene.Int,
        "figures__shares",
        by=lambda number: number or 0,
        required=True,
        description="Times it was passed on: one a day for each person [转发数].",
    )


def _viewer(context: Context) -> tuple[int]:
    return (context.viewer.pk if context.viewer else 0,)


#: The viewer's own marks, by `item_id`; nobody has any.
MARKS = Source(selectors.marks_of, given=_viewer)
