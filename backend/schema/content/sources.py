"""Where content comes from: everything is found under the same rights, for the reader who asks, in their language."""

from datetime import date
from typing import Any

from django.utils import timezone

from backend.content import selectors
from backend.content.standing import Standing, standing_of
from backend.schema.plans.declare import Source
from backend.schema.server.context import Context, signed_in
from backend.schema.server.ids import decode_int_id


def standing_given(context: Context, language: Any = None) -> Standing:
    """What `selectors.published_for` asks of the reader; in `language`, else in their own. No SQL."""
    return standing_of(context.viewer, language)


def item_given(context: Context, id: str, language: Any = None) -> tuple[Any, ...]:
    """What `selectors.published_item` needs for an item by its global id. Raises InvalidId."""
    return decode_int_id("ContentItem", id), *standing_given(context, language)


def today() -> date:
    """The day in China, by which items are pinned. The edition of kept answers turns with it."""
    return timezone.localdate()


def _found(*values: Any) -> Any:
    standing, (kind, topic, pinned_on, unpinned_on, unread_by) = values[:4], values[4:]
    return selectors.feed(
        *standing, kind=kind, topic=topic, pinned_on=pinned_on, unpinned_on=unpinned_on, unread_by=unread_by
    )


def _feed_given(
    context: Context,
    language: Any = None,
    kind: Any = None,
    topic: str | None = None,
    pinned: bool | None = None,
    unread: bool | None = None,
) -> tuple[Any, ...]:
    """Raises InvalidId, and SignInRequired where somebody unknown asks what they have not read."""
    return (
        *standing_given(context, language),
        None if kind is None else str(kind),
        None if topic is None else decode_int_id("ContentItem", topic, field="topic"),
        today() if pinned else None,
        today() if pinned is False else None,
        signed_in(context).pk if unread else None,
    )


#: Everything that the reader may see; by any key, below anything.
PUBLISHED = Source(selectors.published_for, given=standing_given, public=True, inherited=("language",))
FEED = Source(_found, given=_feed_given, public=True, personal=("unread",))
ITEM = Source(selectors.published_item, given=item_given, public=True)
TOPICS = Source(selectors.topics, given=standing_given, public=True)
TOPICS_OF_ITEMS = Source(selectors.topics_of_items, given=standing_given, public=True, inherited=("language",))
LESSONS = Source(selectors.lessons, given=standing_given, public=True)
RELATED = Source(selectors.related, given=item_given, public=True)
CITATIONS = Source(selectors.citations, public=True)
