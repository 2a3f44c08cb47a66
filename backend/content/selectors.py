"""Reads of content, limited to what the viewer may see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from wagtail.models import TaskState

from backend.accounts.models import Language
from backend.content import rules
from backend.content.models import (
    ContentCitation,
    ContentItem,
    ContentLesson,
    ContentTranslation,
    ReadingMark,
    ReviewTask,
)
from backend.regions.models import Division
from backend.statutes.selectors import Resolved, resolve

#: Newest first; the id breaks ties, so that a cursor names one place.
FEED_ORDER = ("-first_published_at", "-id")
#: Related items that are shown of one item, and how many of the newest that share something are looked at for them.
RELATED, RELATED_LOOKED_AT = 6, 200
#: What a reader gets of an item in their language, else in Chinese; `shown_language` says which.
_SHOWN = ("title", "summary", "question", "body", "recording_id")
_NO_BODY = "[]"


def published_for(
    divisions: Sequence[Any] | None, roles: Any = 0, groups: Any = 0, language: Any = None
) -> QuerySet[ContentItem]:
    """The live items for someone within the reach of these divisions; where it is None, those for a whole province.

    An item reaches a village that its audience names, or whose township, county, prefecture or province it names.
    An item for a whole province excludes nobody there, so it is public. An item for some roles or groups of people
    (七进) reaches those who are in one of each that it names. `roles` and `groups` are sums of bits.

    The texts are annotated as `shown_…`: in `language` where the item has that live, else in Chinese. None is Chinese.
    """
    named = ContentItem.audience.through.objects.filter(contentitem=OuterRef("pk"))
    if divisions is None:
        named = named.filter(division__level=Division.Level.PROVINCE)
    else:
        named = named.filter(division__pk__in=divisions)
    # EXISTS, not a join: an item that reaches a village twice is still one row, and the rows stay in index order.
    rows = ContentItem.objects.alias(
        roles_met=F("audience_roles").bitand(roles), groups_met=F("audience_groups").bitand(groups)
    ).filter(
        Q(audience_roles=0) | Q(roles_met__gt=0), Q(audience_groups=0) | Q(groups_met__gt=0), Exists(named), live=True
    )
    return shown_in(rows, language)


def shown_in(rows: QuerySet[ContentItem], language: Any) -> QuerySet[ContentItem]:
    """The rows with their texts as `shown_…`; see `published_for`.

    `chinese_body` is the body in Chinese where another is shown, else empty: its blocks say what the law is that the
    other one cites. `in_bo` and `in_ii` say in what other languages the item is live.
    """
    live = ContentTranslation.objects.filter(item=OuterRef("pk"), live=True)
    shown: QuerySet[ContentItem] = rows.annotate(
        in_bo=Exists(live.filter(language=ContentTranslation.Language.BO)),
        in_ii=Exists(live.filter(language=ContentTranslation.Language.II)),
    )
    return _in_chinese(shown) if language is None else _translated(shown, language)


def _in_chinese(rows: QuerySet[ContentItem]) -> QuerySet[ContentItem]:
    shown: QuerySet[ContentItem] = rows.annotate(
        shown_language=Value(Language.ZH_HANS.value),
        chinese_body=Value(_NO_BODY),
        **{f"shown_{name}": F(name) for name in _SHOWN},
    )
    return shown


def _translated(rows: QuerySet[ContentItem], language: Any) -> QuerySet[ContentItem]:
    translated = FilteredRelation("translations", condition=Q(translations__language=language, translations__live=True))
    own = {f"shown_{name}": F(f"translated__{name}") for name in _SHOWN}
    shown: QuerySet[ContentItem] = rows.alias(translated=translated).annotate(
        shown_language=Coalesce("translated__language", Value(Language.ZH_HANS.value)),
        chinese_body=Case(
            When(translated__id=None, then=Value(_NO_BODY, output_field=TextField())),
            default=Cast("body", TextField()),
        ),
        **{
            name: Case(When(translated__id=None, then=F(name.removeprefix("shown_"))), default=value)
            for name, value in own.items()
        },
    )
    return shown


def published_item(item_id: int, *standing: Any) -> QuerySet[ContentItem]:
    """One item under the rights of `published_for`: a queryset of one row or none."""
    return published_for(*standing).filter(pk=item_id)


def feed(
    *standing: Any,
    kind: Any = None,
    topic: Any = None,
    pinned_on: Any = None,
    unpinned_on: Any = None,
    unread_by: Any = None,
) -> QuerySet[ContentItem]:
    """`published_for`, of one kind, of the topic with this id, pinned on a day or not, unread by a person.

    A topic that the reader may not see has no items for them.
    """
    rows = published_for(*standing)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if topic is not None:
        seen = published_for(*standing[:3]).filter(pk=topic, kind=ContentItem.Kind.TOPIC)
        rows = rows.filter(Exists(seen), topics__pk=topic)
    if pinned_on is not None:
        # By their index, and sorted: few are pinned. In the order of the feed, all that is newer would be looked at.
        pinned = ContentItem.objects.filter(live=True, pinned_until__gte=pinned_on)
        rows = rows.filter(pk__in=pinned.values("pk"))
    if unpinned_on is not None:
        rows = rows.filter(Q(pinned_until=None) | Q(pinned_until__lt=unpinned_on))
    if unread_by is not None:
        read = ReadingMark.objects.filter(item=OuterRef("pk"), user__pk=unread_by, read_at__isnull=False)
        rows = rows.filter(~Exists(read))
    return rows


def topics(*standing: Any) -> QuerySet[ContentItem]:
    """The topics 专题 that the reader may see, newest first."""
    return published_for(*standing).filter(kind=ContentItem.Kind.TOPIC).order_by(*FEED_ORDER)


def topics_of_items(*standing: Any) -> QuerySet[ContentItem]:
    """The topics that the reader may see, once for each item that belongs to them, whose id is `of_item`."""
    # Without the filter the join would be an outer one, for which every topic there is is looked at.
    rows: QuerySet[ContentItem] = topics(*standing).filter(topic_items__isnull=False)
    named: QuerySet[ContentItem] = rows.annotate(of_item=F("topic_items__pk"))
    return named


def lessons(*standing: Any) -> QuerySet[ContentLesson]:
    """The lessons of courses that lead to items which the reader may see, in their order."""
    seen = published_for(*standing[:3]).filter(pk=OuterRef("lesson"))
    rows: QuerySet[ContentLesson] = ContentLesson.objects.filter(Exists(seen)).order_by("sort_order", "pk")
    return rows


def related(item_id: Any, *standing: Any) -> QuerySet[ContentItem]:
    """The newest RELATED items that share a topic or a cited article with one that the reader may see.

    What shares something is looked for among the RELATED_LOOKED_AT newest of each, so that an article which thousands
    cite costs no more than another.
    """
    links, cited = ContentItem.topics.through.objects, ContentCitation.objects
    of_topics = links.filter(to_contentitem__in=links.filter(from_contentitem__pk=item_id).values("to_contentitem"))
    of_law = cited.filter(article__in=cited.filter(content__pk=item_id).values("article"))
    near = [
        rows.order_by("-pk").values(key)[:RELATED_LOOKED_AT]
        for rows, key in ((of_topics, "from_contentitem"), (of_law, "content"))
    ]
    rows = published_for(*standing).filter(Exists(published_for(*standing[:3]).filter(pk=item_id)))
    rows = rows.filter(Q(pk__in=near[0]) | Q(pk__in=near[1])).exclude(pk=item_id)
    return rows.order_by(*FEED_ORDER)[:RELATED]


def citations() -> QuerySet[ContentCitation]:
    """What published items cite, in the order of their texts."""
    return ContentCitation.objects.order_by("position")


def awaiting_review(user: AbstractBaseUser) -> QuerySet[TaskState]:
    """The stages of submissions on which this person may decide, oldest first."""
    rows: QuerySet[TaskState] = TaskState.objects.reviewable_by(user)
    return rows.select_related("revision", "workflow_state__requested_by", "task").order_by("started_at")


def reviews(user: AbstractBaseUser) -> bool:
    """Whether the person is a reviewer at any stage of a review."""
    return bool(ReviewTask.objects.filter(active=True, groups__user=user.pk).exists())


def published_count() -> int:
    """How many items readers can see."""
    return int(ContentItem.objects.filter(live=True).count())


def cited_in(blocks: Iterable[Mapping[str, Any]]) -> dict[int, list[Resolved]]:
    """By index of a block, what it cites as the law stands today; blocks that cite nothing are left out.

    Two SQL statements for a body of any length, none where nothing is cited; what `rules.references` leaves out is
    not there.
    """
    places = list(rules.references(blocks))
    found: dict[int, list[Resolved]] = {}
    for (index, _), resolved in zip(places, resolve([ref for _, ref in places]), strict=True):
        found.setdefault(index, []).append(resolved)
    return found
