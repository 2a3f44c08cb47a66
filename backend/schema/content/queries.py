"""Reading content."""

import graphene

from backend.content import selectors
from backend.content.reading.rules import GLANCE_SECONDS
from backend.schema.accounts import Language
from backend.schema.content import sources
from backend.schema.content.items import ContentItem, ContentItemConnection
from backend.schema.content.kinds import ContentKind
from backend.schema.plans.declare import ById, Found, Listed, Paged
from backend.schema.server.ids import int_key

NODES = {"ContentItem": ById(sources.PUBLISHED, int_key)}


def _language() -> Language:
    return Language(
        description="In which language, where an item has it, here and in all that it leads to; left out: in the"
        " viewer's own [语言]."
    )


class Query:
    """Reading content."""

    feed = Paged(
        ContentItemConnection,
        sources.FEED,
        order=selectors.FEED_ORDER,
        language=_language(),
        kind=ContentKind(description="Of one kind alone [类型]."),
        topic=graphene.ID(description="Global id of a topic: what belongs to it [专题]."),
        pinned=graphene.Boolean(description="Only what is pinned today, or only what is not [置顶]."),
        unread=graphene.Boolean(
            description="True: only what the viewer has not opened yet, other than at a glance of less than"
            f" {GLANCE_SECONDS} s; SIGN_IN_REQUIRED for nobody [未读]."
        ),
        description="What is published for the viewer's village and everything above it, newest first; for someone"
        " without a village, what is published for a whole province [首页内容].",
    )
    content_item = Found(
        ContentItem,
        sources.ITEM,
        id=graphene.ID(required=True, description="Global id of the item [编号]."),
        language=_language(),
        description="One item that the feed would show the viewer; null for any other [内容].",
    )
    topics = Listed(
        ContentItem,
        sources.TOPICS,
        language=_language(),
        description="The topics that are published for the viewer, newest first [专题].",
    )
    related_content = Listed(
        ContentItem,
        sources.RELATED,
        id=graphene.ID(required=True, description="Global id of an item [编号]."),
        language=_language(),
        description=f"The newest of what shares a topic or a cited article with an item, {selectors.RELATED} at most;"
        " nothing where the viewer may not see the item [相关内容].",
    )
