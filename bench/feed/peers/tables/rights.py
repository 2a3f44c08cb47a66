"""What the viewer may see, as querysets that both Django peers start from, and how the contract writes values."""

import base64
import json
import os
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from bench.feed.peers.tables.models import Audience, ContentItem, MediaFile, Rendition

_PREFIXES = (2, 4, 6, 9, 12)


def lineage(village: str) -> list[str]:
    """The codes of a village and of all above it."""
    return [village[:length].ljust(12, "0") for length in _PREFIXES]


def feed(village: str | None) -> QuerySet[ContentItem]:
    """What is published for a village; for nobody's village, what is published for a whole province."""
    reach = Audience.objects.filter(contentitem=OuterRef("pk"))
    reach = reach.filter(division__in=lineage(village)) if village else reach.filter(division__level=1)
    return ContentItem.objects.filter(Exists(reach), live=True).order_by("-first_published_at", "-id")


def cursor_of(row: ContentItem) -> str:
    """The contract's cursor of an item in the feed."""
    values: list[Any] = ["ContentItemConnection", row.first_published_at.isoformat(), row.pk]
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def shown(media: MediaFile) -> Rendition:
    """The widest copy of a picture."""
    return max(media.renditions.all(), key=lambda rendition: rendition.width)


def url_of(rendition: Rendition) -> str:
    """The address of a picture."""
    return f"{os.environ['BENCH_PICTURES']}/{rendition.key}"
