"""Legal education content 普法内容 as readers see it."""

from backend.schema.content.cards import ContentCard
from backend.schema.content.items import ContentItem, ContentItemConnection
from backend.schema.content.queries import NODES, Query
from backend.schema.content.sources import PUBLISHED, item_given, standing_given

__all__ = [
    "NODES",
    "PUBLISHED",
    "ContentCard",
    "ContentItem",
    "ContentItemConnection",
    "Query",
    "item_given",
    "standing_given",
]
