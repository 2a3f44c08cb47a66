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
    "Query.resolveCitations": FieldCost(own=200, rows=20),
    # Lists whose length is the country's or an author's.
    "Query.divisions": FieldCost(rows=25),
    "Division.ancestors": FieldCost(rows=4),
    "Law.versions": FieldCost(rows=4),
    "ContentItem.body": FieldCost(rows=8),
    # Few of the blocks cite anything, and those that do cite one article or two.
    "StatuteBlock.citations": FieldCost(rows=1),
    # Messages that cost money, guesses, files.
    "Mutation.requestCode": FieldCost(own=1_500),
    "Mutation.confirmCode": FieldCost(own=1_000),
    "Mutation.requestUpload": FieldCost(own=200),
    "Mutation.finishUpload": FieldCost(own=200),
    "Mutation.postMessage": FieldCost(own=200),
}
