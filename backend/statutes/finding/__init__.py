"""Finding the articles that answer a layperson's question: ranked, learnt from questions, measured."""

from backend.statutes.finding.finder import find_articles, find_articles_now, forget
from backend.statutes.finding.ranking import Found

__all__ = ["Found", "find_articles", "find_articles_now", "forget"]
