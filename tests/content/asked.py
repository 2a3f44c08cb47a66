"""What the tests of the library's contract ask with, and what they bind items to."""

from typing import Any

from django.utils import timezone

from backend.content.models import ContentItem, ContentTranslation
from backend.schema.server.ids import encode_id

FEED = """query ($kind: ContentKind, $topic: ID, $pinned: Boolean, $unread: Boolean, $language: Language) {
  feed(kind: $kind, topic: $topic, pinned: $pinned, unread: $unread, language: $language) {
    edges { node { title language } } } }"""


def key(item: ContentItem) -> str:
    """The item's global id."""
    return encode_id("ContentItem", item.pk)


def titles(answer: dict[str, Any]) -> list[str]:
    """Of the feed's items, in their order."""
    return [edge["node"]["title"] for edge in answer["data"]["feed"]["edges"]]


def translated(item: ContentItem, language: str = "bo", **values: Any) -> ContentTranslation:
    """Another language of an item, live unless said otherwise."""
    usual = {"title": f"{item.title} {language}", "summary": "…", "live": True, "first_published_at": timezone.now()}
    return ContentTranslation.objects.create(item=item, language=language, **{**usual, **values})


def bind(item: ContentItem, *topics: ContentItem) -> None:
    """Let the item belong to the topics."""
    links = ContentItem.topics.through.objects
    for topic in topics:
        links.create(from_contentitem=item, to_contentitem=topic)
