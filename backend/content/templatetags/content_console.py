"""What the preview of a text needs, which Wagtail renders with the text alone."""

from typing import Any

from django import template

from backend.content.checks import reading_minutes
from backend.content.console.shown import shown_blocks, shown_facts, shown_file, shown_lessons
from backend.content.models.reviewed import Reviewed

register = template.Library()


@register.simple_tag
def on_phone(text: Reviewed) -> dict[str, Any]:
    """Everything that a phone shows of a version."""
    return {
        "blocks": shown_blocks(text),
        "facts": shown_facts(text),
        "lessons": shown_lessons(text),
        "cover": shown_file(getattr(text, "cover", None)),
        "video": shown_file(getattr(text, "video", None)),
        "recording": shown_file(text.recording),
        "minutes": reading_minutes(text.body.raw_data),
        "language": getattr(text, "language", "zh-Hans"),
    }
