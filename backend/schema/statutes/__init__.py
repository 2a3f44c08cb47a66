"""Laws 法律法规, articles 法条 and citations 引用 as clients see them; open to anyone."""

from backend.schema.statutes.citations import Citation
from backend.schema.statutes.queries import NODES, Query
from backend.schema.statutes.types import Article, Law, LawName, LawVersion

__all__ = ["NODES", "Article", "Citation", "Law", "LawName", "LawVersion", "Query"]
