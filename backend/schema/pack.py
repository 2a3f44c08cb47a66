"""Content for phones that keep it offline: what changed since they last asked."""

from typing import Any, cast

import graphene

from backend.content import pack
from backend.content.standing import standing_of
from backend.ids import encode_id
from backend.schema.accounts import Language
from backend.schema.content import PUBLISHED, ContentItem
from backend.schema.plans.declare import Column, Found, Parts
from backend.schema.plans.paging import InvalidCursor, InvalidPage
from backend.schema.server.context import Context
from backend.schema.server.cost import DEFAULT_ROWS
from media.selectors import address_of

_KINDS = {"image": "Picture", "audio": "Recording", "video": "Video"}


def _file_id(media_id: Any, content_type: str) -> str:
    return encode_id(_KINDS[content_type.partition("/")[0]], media_id)


def _item_ids(numbers: list[int]) -> list[str]:
    return [encode_id("ContentItem", number) for number in numbers]


def _same(objects: list[Any]) -> list[Any]:
    return objects


class PackEntry(graphene.ObjectType):
    """One item that is new or changed [内容包条目]."""

    item = Found(
        ContentItem,
        PUBLISHED,
        key=("pk",),
        parent=("item_id",),
        description="The item in the viewer's language; null where it was taken down this very moment, which the next"
        " pack tells [内容].",
    )


class PackMedia(graphene.ObjectType):
    """One file that items of a pack show [内容包文件]."""

    id = Column(
        graphene.ID,
        "media_id",
        "content_type",
        by=_file_id,
        required=True,
        description="The id that the picture, recording or video has in the item: keep files by it [编号].",
    )
    url = Column(graphene.String, "key", by=address_of, required=True, description="Absolute address [地址].")
    bytes = Column(graphene.Int, "size", required=True, description="What it costs to download [字节数].")
    content_type = Column(graphene.String, required=True, description="Such as image/webp [类型].")


class ContentPack(graphene.ObjectType):
    """What changed for the viewer since a cursor [内容包].

    Apply it in this order: where `reset`, forget everything; drop what is `deleted`; put what is in `entries` in place
    of what has the same id; keep `cursor`. Where `hasMore`, ask again with it at once.
    """

    cursor = Column(graphene.String, required=True, description="What to send as `since` next time [位置].")
    reset = Column(
        graphene.Boolean,
        required=True,
        description="Whether this is a beginning: the first pack, or the viewer has moved, changed language or is"
        " somebody else now [是否重置].",
    )
    has_more = Column(graphene.Boolean, required=True, description="Whether there is more already [是否还有].")
    entries = Parts(
        PackEntry, "entries", by=_same, required=True, description="What is new or changed, oldest first [条目]."
    )
    deleted = Column(
        graphene.List(graphene.NonNull(graphene.ID)),
        by=_item_ids,
        required=True,
        description="Global ids of items that the viewer may not see any more, or never had [已下架编号].",
    )
    media = Parts(
        PackMedia,
        "media",
        by=_same,
        required=True,
        description="The files that these entries show, best copy of each, each once [文件].",
    )
    media_bytes = Column(
        graphene.Float,
        required=True,
        description="All of `media` together; a whole number that may be too large for an Int [文件总字节数].",
    )
    item_count = Column(graphene.Int, required=True, description="How many `entries` there are [条目数].")


def _pack(context: Context, since: str | None = None, first: int | None = None, language: Any = None) -> pack.Pack:
    size = DEFAULT_ROWS if first is None else first  # what a null is taken for when the cost is added up
    if not 1 <= size <= pack.MAX_ITEMS:
        raise InvalidPage(f"一次可取 1 到 {pack.MAX_ITEMS} 项", field="first")
    try:
        return pack.pack_for(standing_of(context.viewer, language and str(language)), since=since, first=size)
    except ValueError as error:
        raise InvalidCursor("内容包的位置无效，请不带位置重新获取", field="since") from error


class Query:
    """Offline reading."""

    content_pack = Parts(
        ContentPack,
        by=cast("Any", _pack),
        many=False,
        since=graphene.String(description="The `cursor` of the pack before; left out for a first pack [上次位置]."),
        first=graphene.Int(
            default_value=pack.MAX_ITEMS, description=f"At most so many items, 1 to {pack.MAX_ITEMS} [条数]."
        ),
        language=Language(description="In which language, where an item has it; left out: in the viewer's own [语言]."),
        description="What changed for the viewer since they last asked; where nothing did, next to nothing [内容包].",
    )
