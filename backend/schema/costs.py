"""What fields cost that do more than read a column, and how many rows lists give that nobody pages.

The unit is one plain field of one row. A new resolver that searches, sends or computes belongs here.
"""

from backend.schema.server.cost import CostMap, FieldCost

COSTS: CostMap = {
    # As many rows as ids.
    "Query.nodes": FieldCost(by="ids"),
    # Searches.
    "Query.laws": FieldCost(own=20),
    "Query.divisionSearch": FieldCost(own=50),
    # All articles of two versions, paired by their words.
    "Query.lawDifference": FieldCost(own=500),
    "LawDifference.articles": FieldCost(rows=100),
    "Query.resolveCitations": FieldCost(own=200, rows=20),
    "Query.relatedContent": FieldCost(own=20, rows=6),
    "Query.search": FieldCost(own=300),
    "Query.searchSuggestions": FieldCost(own=50, rows=10),
    # Pieces of one short text.
    "SearchHit.titleSpans": FieldCost(rows=5, together=5),
    "SearchHit.snippet": FieldCost(rows=10, together=10),
    # A pack is read and put together in one go, for phones that then ask for nothing more: twenty of its items cost
    # what one costs that is asked for alone.
    "Query.contentPack": FieldCost(own=200),
    "ContentPack.entries": FieldCost(together=20),
    "ContentPack.media": FieldCost(together=20),
    # Counted once a day for each person, or address, or limited for the day.
    "Mutation.recordReading": FieldCost(own=20),
    "Mutation.shareItem": FieldCost(own=20),
    "Mutation.reportContentError": FieldCost(own=200),
    # Lists whose length is the country's or an author's.
    "Query.divisions": FieldCost(rows=25),
    "Division.ancestors": FieldCost(rows=4),
    "Law.versions": FieldCost(rows=4),
    "Query.topics": FieldCost(rows=20),
    "ContentItem.body": FieldCost(rows=8),
    # Most items belong to a topic or none, and few are courses.
    "ContentItem.topics": FieldCost(rows=1),
    "ContentItem.lessons": FieldCost(rows=2),
    # Made of one stored text, and of one stored object.
    "ParagraphBlock.spans": FieldCost(rows=4, together=4),
    "CaseDetails.facts": FieldCost(rows=4, together=4),
    # Few of the blocks cite anything, and those that do cite one article or two.
    "StatuteBlock.citations": FieldCost(rows=1),
    # Messages that cost money, guesses, files.
    "Mutation.requestCode": FieldCost(own=1_500),
    "Mutation.confirmCode": FieldCost(own=1_000),
    "Mutation.requestUpload": FieldCost(own=200),
    "Mutation.finishUpload": FieldCost(own=200),
    "Mutation.postMessage": FieldCost(own=200),
}
