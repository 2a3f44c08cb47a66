"""Laws, and published articles that cite them."""

from datetime import date, timedelta

from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentCitation, ContentItem
from backend.statutes.models import Article, Law, LawVersion, Validity
from bench.feed.data import places, texts
from media.models import MediaFile, Rendition

ITEMS = 240
CITATIONS_PER_ITEM = 3
_SIZES = ((1080, 720), (1200, 800), (960, 640))
#: Who an item is for, in turn: half of them are for all, and one in eight is for a village that is not the viewer's.
_AUDIENCES = (
    [places.PROVINCE],
    [places.PROVINCE, places.COUNTY],
    [places.COUNTY],
    [places.TOWNSHIP, places.VILLAGE],
    [places.PROVINCE],
    [places.PROVINCE],
    [places.VILLAGE],
    [places.OTHER_VILLAGE],
)


def make(*, owner: User) -> None:
    """The rows."""
    articles = _laws()
    covers = _covers(owner)
    newest = timezone.now() - timedelta(minutes=7, microseconds=271)
    items = ContentItem.objects.bulk_create(
        ContentItem(
            title=texts.title(number),
            summary=texts.summary(number),
            cover=covers[number],
            body=[("heading", "先说结论"), ("paragraph", texts.summary(number) * 6)],
            author=owner,
            live=True,
            first_published_at=newest - timedelta(hours=3 * number, microseconds=number),
        )
        for number in range(ITEMS)
    )
    through = ContentItem.audience.through
    through.objects.bulk_create(
        through(contentitem_id=item.pk, division_id=code)
        for number, item in enumerate(items)
        for code in _AUDIENCES[number % len(_AUDIENCES)]
    )
    ContentCitation.objects.bulk_create(
        ContentCitation(content=item, article=articles[(number * 5 + at * 13) % len(articles)], position=at, block=1)
        for number, item in enumerate(items)
        for at in range(CITATIONS_PER_ITEM)
    )


def _laws() -> list[Article]:
    """Every article of every law."""
    day = date(2024, 1, 1)
    laws = Law.objects.bulk_create(
        Law(name=f"中华人民共和国{name}", short_name=name, kind="法律", issuing_body="样例") for name in texts.LAWS
    )
    versions = LawVersion.objects.bulk_create(
        LawVersion(
            law=law,
            source_id=f"bench-{law.pk}",
            published_on=day,
            effective_on=day,
            starts_on=day,
            validity=Validity.IN_FORCE,
        )
        for law in laws
    )
    return Article.objects.bulk_create(
        Article(
            version=version,
            position=number,
            number=number,
            label=texts.label(number),
            text=f"为测量而写的一条，不是法律。{texts.summary(number)}",
            validity=Validity.IN_FORCE,
        )
        for version in versions
        for number in range(1, texts.ARTICLES_PER_LAW + 1)
    )


def _covers(owner: User) -> list[MediaFile]:
    """One checked picture an item, of one size each."""
    covers = MediaFile.objects.bulk_create(
        MediaFile(
            owner=owner,
            purpose=MediaFile.Purpose.COVER,
            state=MediaFile.State.READY,
            content_type="image/jpeg",
            size=500_000,
        )
        for _ in range(ITEMS)
    )
    Rendition.objects.bulk_create(
        Rendition(
            media=cover,
            key=f"public/{number:032x}.webp",
            content_type="image/webp",
            width=_SIZES[number % len(_SIZES)][0],
            height=_SIZES[number % len(_SIZES)][1],
            size=90_000,
        )
        for number, cover in enumerate(covers)
    )
    return covers
