"""A library of a province that grows: most of it is for people who live somewhere else than the reader."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.regions import rules
from backend.regions.models import Division
from bench.feed.data import texts
from media.models import MediaFile, Rendition

PROVINCE, PREFECTURE, COUNTY, VILLAGE = "510000000000", "510100000000", "510114000000", "510114006003"
#: Of another county, which writes a fifth of all there is; of one that writes nothing; of another province.
BUSY_COUNTY, BUSY, QUIET, FOREIGN = "510112000000", "510112102001", "510302001001", "530102001001"
ELSEWHERE = [
    f"5105{county:02}{township:03}{200 + village:03}"
    for county in (2, 3, 4)
    for township in range(1, 26)
    for village in range(10)
]
COVERS, TOPICS, BATCH = 50, 40, 5_000
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def begin() -> dict[str, User | None]:
    """Places, covers, topics, and who reads: by what the report calls them."""
    codes = {*ELSEWHERE, VILLAGE, BUSY, QUIET, FOREIGN}
    every = {above for code in codes for above in rules.lineage(code)}
    Division.objects.bulk_create(
        Division(code=code, name=code, full_name=code, level=rules.level_of(code)) for code in sorted(every)
    )
    author = User.objects.create(nickname="作者")
    files = MediaFile.objects.bulk_create(
        MediaFile(owner=author, purpose="cover", state="ready", content_type="image/png", size=1) for _ in range(COVERS)
    )
    Rendition.objects.bulk_create(
        Rendition(
            media=file, key=f"public/{file.pk.hex}.webp", content_type="image/webp", width=640, height=360, size=9
        )
        for file in files
    )
    homes = {"5% for the reader": VILLAGE, "21%": BUSY, "1%": QUIET, "1 in 5,000": FOREIGN}
    return {name: User.objects.create(nickname="村民", village_id=code) for name, code in homes.items()}


def _audience(number: int) -> str:
    """Five in a hundred are for the reader's village, one of them for all; a fifth is for another county."""
    if number % 5_000 == 1:
        return rules.lineage(FOREIGN)[0]
    place = number % 100
    if place < 5:  # noqa: PLR2004 - five of them
        return (PROVINCE, PREFECTURE, PREFECTURE, COUNTY, VILLAGE)[place]
    return BUSY_COUNTY if place < 25 else ELSEWHERE[number % len(ELSEWHERE)]  # noqa: PLR2004 - twenty of them


def grow(size: int) -> None:
    """So many items altogether, the newest last."""
    author, covers = User.objects.get(nickname="作者"), list(MediaFile.objects.values_list("pk", flat=True))
    audience, bonds = ContentItem.audience.through, ContentItem.topics.through
    numbers = iter(range(ContentItem.objects.count(), size))
    while batch := list(islice(numbers, BATCH)):
        items = ContentItem.objects.bulk_create(_item(number, author, covers[number % COVERS]) for number in batch)
        audience.objects.bulk_create(
            audience(contentitem_id=item.pk, division_id=_audience(number))
            for number, item in zip(batch, items, strict=True)
        )
        topics = list(ContentItem.objects.filter(kind="topic").order_by("pk").values_list("pk", flat=True)[:TOPICS])
        bonds.objects.bulk_create(
            bonds(from_contentitem_id=item.pk, to_contentitem_id=topics[number % len(topics)])
            for number, item in zip(batch, items, strict=True)
            if item.kind != "topic"
        )


def _item(number: int, author: User, cover: object) -> ContentItem:
    return ContentItem(
        slug=f"grown-{number}",
        kind="topic" if number % 100 == 0 and number < TOPICS * 100 else "article",
        title=texts.title(number),
        summary=texts.summary(number),
        body=[("paragraph", texts.summary(number))],
        author=author,
        division_id=PROVINCE,
        cover_id=cover,
        live=True,
        first_published_at=_BEGINNING + timedelta(minutes=number),
    )
