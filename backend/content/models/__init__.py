"""Tables of legal education content 普法内容: what is published, its review, and what readers did with it."""

from backend.content.models.citation import ContentCitation
from backend.content.models.departure import Departure
from backend.content.models.item import ContentItem, ContentLesson
from backend.content.models.law_review import LawReview
from backend.content.models.note import EditorialNote
from backend.content.models.reading import ContentFigures, ErrorReport, ReadingCount, ReadingEvent, ReadingMark
from backend.content.models.review_task import ReviewTask
from backend.content.models.translation import ContentTranslation

__all__ = [
    "ContentCitation",
    "ContentFigures",
    "ContentItem",
    "ContentLesson",
    "ContentTranslation",
    "Departure",
    "EditorialNote",
    "ErrorReport",
    "LawReview",
    "ReadingCount",
    "ReadingEvent",
    "ReadingMark",
    "ReviewTask",
]
