"""A library that grows: two items in five for the whole province, the others each for one of its counties."""

import re
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.content.pack import Cursor, Place
from backend.editions.models import Edition
from backend.editions.selectors import current
from backend.editions.services import turn_page
from backend.regions.models import Division
from bench.pack.texts import Texts

API = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"
PROVINCE, PREFECTURE = "510000000000", "510100000000"
COUNTIES = [f"5101{number:02d}000000" for number in range(1, 51)]
VILLAGE = "510101001201"
TEXTS = 400
PROVINCES_SHARE = 2
BATCH = 2_000


def documented_query() -> str:
    """The query of docs/api.md."""
    found = re.search(r"```graphql\n(query Pack.*?)```", API.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise SystemExit("docs/api.md has no query for packs")
    return found[1]


def open_library() -> User:
    """Divisions, and a villager, who may see about two items in five."""
    levels = {PROVINCE: 1, PREFECTURE: 2, "510101001000": 4, VILLAGE: 5, **dict.fromkeys(COUNTIES, 3)}
    Division.objects.bulk_create(
        Division(code=code, name=f"区划{code}", level=level, full_name=f"区划{code}") for code, level in levels.items()
    )
    return User.objects.create(nickname="村民", village_id=VILLAGE)


def fill(size: int) -> None:
    """Until there are so many items, each with an edition of its own, as if they had come one by one."""
    texts, now = Texts(), timezone.now()
    stock = [(texts.title(), texts.summary(), texts.body()) for _ in range(TEXTS)]
    links = ContentItem.audience.through
    have = ContentItem.objects.count()
    while have < size:
        numbers = range(have, min(have + BATCH, size))
        with transaction.atomic():
            edition = current()
            items = ContentItem.objects.bulk_create(
                ContentItem(
                    title=stock[n % TEXTS][0],
                    summary=stock[n % TEXTS][1],
                    slug=f"bench-{n}",
                    body=stock[n % TEXTS][2],
                    division_id=PROVINCE,
                    live=True,
                    edition=edition + offset,
                    first_published_at=now - timedelta(minutes=size - n),
                )
                for offset, n in enumerate(numbers, start=1)
            )
            links.objects.bulk_create(
                links(
                    contentitem_id=item.pk,
                    division_id=_reader_of(n),
                )
                for n, item in zip(numbers, items, strict=True)
            )
            turn_page()
            Edition.objects.update(number=edition + len(items))
        have = numbers[-1] + 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _reader_of(number: int) -> str:
    """The division that an item is for."""
    return PROVINCE if number % 5 < PROVINCES_SHARE else COUNTIES[number % len(COUNTIES)]


def change(number: int) -> None:
    """So many of the villager's items are published again."""
    for pk in ContentItem.objects.filter(audience=PROVINCE).order_by("pk").values_list("pk", flat=True)[:number]:
        with transaction.atomic():
            ContentItem.objects.filter(pk=pk).update(edition=turn_page())


def change_elsewhere() -> None:
    """Something that is not for the villager is published again."""
    pk = ContentItem.objects.filter(audience=COUNTIES[-1]).values_list("pk", flat=True)[0]
    with transaction.atomic():
        ContentItem.objects.filter(pk=pk).update(edition=turn_page())


def cursor_in_the_middle(cursor: str) -> str:
    """Of a phone that has half of a long first pack."""
    place = Place(current() // 2)
    return str(Cursor(place, Place(current()), Cursor.read(cursor).standing))


def cursor_at_the_end(cursor: str) -> str:
    """Of a phone that has everything."""
    place = Place(current())
    return str(Cursor(place, place, Cursor.read(cursor).standing))
