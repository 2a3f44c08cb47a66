"""Every way to every type, written by hand: who adds a type or a way to one must come by here.

`test_reads.py` and `test_changes.py` then walk it: whatever it gives has to be what the type's own way gives.
"""

from collections.abc import Iterator

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_composite_type

from tests.schema.permissions.selections import objects_of

#: What can be asked for by its id, and the field whose rights those are.
OWN_WAY = {
    "Advisor": "Query.villageAdvisor",
    "Article": "Query.article",
    "ContentItem": "Query.contentItem",
    "Law": "Query.law",
    "LawVersion": "Law.versions",
    "Media": "Query.media",
    "Message": "VillageGroup.messages",
    "Notification": "Query.inbox",
    "VillageGroup": "Query.group",
}
#: Of these, what everybody may see alike.
PUBLIC = {"Advisor", "Article", "Law", "LawVersion"}
#: What has no way of its own: it belongs to what leads to it, and whoever may see that may see this.
WITHIN = {
    "ArticleDifference",
    "CallBlock",
    "CaseBlock",
    "CaseDetails",
    "CaseFact",
    "Citation",
    "ContentCard",
    "ContentFigures",
    "ContentPack",
    "CourseLesson",
    "Device",
    "Division",
    "HeadingBlock",
    "HeldRole",
    "KeptItem",
    "LawDifference",
    "LawName",
    "PackEntry",
    "PackMedia",
    "ParagraphBlock",
    "Person",
    "Picture",
    "PictureBlock",
    "Publisher",
    "QuoteBlock",
    "ReadingMark",
    "Recording",
    "RecordingBlock",
    "ResolvedCitation",
    "SearchFacet",
    "SearchHit",
    "SearchResult",
    "SearchSpan",
    "SearchSuggestion",
    "SearchSynonym",
    "Statute",
    "StatuteBlock",
    "StepsBlock",
    "TableBlock",
    "TextPart",
    "TextSpan",
    "UploadField",
    "UploadTicket",
    "Video",
    "VideoBlock",
    "Viewer",
}
#: What shows a part of an object that has its own way, under the same id: `test_reads.py` holds it against that.
CARDS = {"ContentCard": "ContentItem"}
_BLOCKS = {
    "CallBlock",
    "CaseBlock",
    "HeadingBlock",
    "ParagraphBlock",
    "PictureBlock",
    "QuoteBlock",
    "RecordingBlock",
    "StatuteBlock",
    "StepsBlock",
    "TableBlock",
    "VideoBlock",
}
PATHS = {
    # The law and the divisions are open to anyone, and what is worked out of them is too.
    "Query.laws": {"Law"},
    "Query.law": {"Law"},
    "Query.lawArticles": {"Article"},
    "Query.article": {"Article"},
    "Query.resolveCitations": {"ResolvedCitation"},
    "Query.statute": {"Statute"},
    "Statute.law": {"LawName"},
    "Statute.version": {"LawVersion"},
    "Statute.articles": {"Article"},
    "Query.lawDifference": {"LawDifference"},
    "LawDifference.law": {"LawName"},
    "LawDifference.older": {"LawVersion"},
    "LawDifference.newer": {"LawVersion"},
    "LawDifference.articles": {"ArticleDifference"},
    "ArticleDifference.before": {"Article"},
    "ArticleDifference.after": {"Article"},
    "ArticleDifference.parts": {"TextPart"},
    "Query.division": {"Division"},
    "Query.divisions": {"Division"},
    "Query.divisionSearch": {"Division"},
    "Law.version": {"LawVersion"},
    "Law.versions": {"LawVersion"},
    "Article.law": {"LawName"},
    "Article.version": {"LawVersion"},
    "ResolvedCitation.article": {"Article"},
    "Division.ancestors": {"Division"},
    "Citation.article": {"Article"},
    # Content, for where one lives.
    "Query.feed": {"ContentItem"},
    "Query.contentItem": {"ContentItem"},
    "Query.topics": {"ContentItem"},
    "Query.relatedContent": {"ContentItem"},
    "ContentItem.cover": {"Picture"},
    "ContentItem.recording": {"Recording"},
    "ContentItem.video": {"Video"},
    "ContentItem.publisher": {"Publisher"},
    "Publisher.division": {"Division"},
    "ContentItem.case": {"CaseDetails"},
    "CaseDetails.facts": {"CaseFact"},
    "ContentItem.topics": {"ContentCard"},
    "ContentItem.lessons": {"CourseLesson"},
    "CourseLesson.item": {"ContentCard"},
    "ContentCard.cover": {"Picture"},
    "ContentItem.body": _BLOCKS,
    "ContentItem.citations": {"Citation"},
    "ParagraphBlock.spans": {"TextSpan"},
    "PictureBlock.picture": {"Picture"},
    "RecordingBlock.recording": {"Recording"},
    "VideoBlock.video": {"Video"},
    "StatuteBlock.citations": {"Citation"},
    "CaseBlock.item": {"ContentCard"},
    "ContentItem.mine": {"ReadingMark"},
    "ContentItem.figures": {"ContentFigures"},
    "Query.contentPack": {"ContentPack"},
    "ContentPack.entries": {"PackEntry"},
    "ContentPack.media": {"PackMedia"},
    "PackEntry.item": {"ContentItem"},
    # The search box: the law, and content as above.
    "Query.search": {"SearchResult"},
    "Query.searchSuggestions": {"SearchSuggestion"},
    "SearchResult.hits": {"SearchHit"},
    "SearchResult.facets": {"SearchFacet"},
    "SearchResult.synonyms": {"SearchSynonym"},
    "SearchHit.titleSpans": {"SearchSpan"},
    "SearchHit.snippet": {"SearchSpan"},
    "SearchHit.article": {"Article"},
    "SearchHit.content": {"ContentCard"},
    # Groups, for those who are in them.
    "Query.myGroups": {"VillageGroup"},
    "Query.group": {"VillageGroup"},
    "VillageGroup.village": {"Division"},
    "VillageGroup.advisor": {"Advisor"},
    "VillageGroup.messages": {"Message"},
    "Query.outdatedAnswers": {"Message"},
    "Message.author": {"Person"},
    "Message.picture": {"Picture"},
    "Message.citations": {"Citation"},
    "Query.villageAdvisor": {"Advisor"},
    # What is one's own.
    "Query.myBookmarks": {"KeptItem"},
    "Query.myReadings": {"KeptItem"},
    "KeptItem.item": {"ContentItem"},
    "KeptItem.mark": {"ReadingMark"},
    "Query.inbox": {"Notification"},
    "Query.media": {"Media"},
    "Media.picture": {"Picture"},
    "Media.recording": {"Recording"},
    "Media.video": {"Video"},
    "Query.viewer": {"Viewer"},
    "Viewer.village": {"Division"},
    "Viewer.roles": {"HeldRole"},
    "HeldRole.division": {"Division"},
    # By id, under the same rights.
    "Query.node": set(OWN_WAY),
    "Query.nodes": set(OWN_WAY),
    # What changes answer with.
    "BookmarkItemPayload.item": {"ContentItem"},
    "LikeItemPayload.item": {"ContentItem"},
    "RecordReadingPayload.item": {"ContentItem"},
    "ShareItemPayload.item": {"ContentItem"},
    "RegisterDevicePayload.device": {"Device"},
    "RequestUploadPayload.media": {"Media"},
    "RequestUploadPayload.upload": {"UploadTicket"},
    "UploadTicket.fields": {"UploadField"},
    "FinishUploadPayload.media": {"Media"},
    "JoinVillagePayload.group": {"VillageGroup"},
    "PostMessagePayload.message": {"Message"},
    "MarkGroupReadPayload.group": {"VillageGroup"},
    "ConfirmCodePayload.viewer": {"Viewer"},
    "UpdateProfilePayload.viewer": {"Viewer"},
    # What is live.
    "Subscription.groupMessages": {"Message"},
}
#: Around lists, and around what changes answer.
_FRAMES = ("Connection", "Edge", "Payload")
_SAME_EVERYWHERE = {"PageInfo", "UserError"}


def is_frame(name: str) -> bool:
    """Whether a type only holds others."""
    return name.endswith(_FRAMES) or name in _SAME_EVERYWHERE


def paths_of(schema: GraphQLSchema) -> dict[str, set[str]]:
    """The ways that there are, by coordinate, to types that are no frames."""
    found = {}
    for of in schema.type_map.values():
        if not isinstance(of, GraphQLObjectType) or of.name.startswith("__") or of.name.endswith(_FRAMES[:2]):
            continue
        for name, field in of.fields.items():
            if is_composite_type(get_named_type(field.type)) and (led := set(_led_to(schema, field.type))):
                found[f"{of.name}.{name}"] = led
    return found


def _led_to(schema: GraphQLSchema, of: object) -> Iterator[str]:
    for kind in objects_of(schema, get_named_type(of)):  # type: ignore[arg-type, call-overload]
        if kind.name.endswith("Connection"):
            yield get_named_type(get_named_type(kind.fields["edges"].type).fields["node"].type).name
        elif not is_frame(kind.name):
            yield kind.name
