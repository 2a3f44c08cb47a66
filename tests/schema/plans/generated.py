"""What a generated world is made with, and what it keeps of what was made."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from backend.accounts.models import User
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Outdated
from media.models import MediaFile

VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = VILLAGES = ("510114006003", "510114006004", "510112102001")
TEXTS = (
    "一",
    "",
    "甲\n乙",
    "«'\"%s%%\\",
    "字" * 40,
    "𠮷🧑‍🌾",
    "{{ r0 }}",
    "第一款。\n（一）甲；\n（二）乙。\n第二款。",
)
Rows = list[Any]


@dataclass
class World:
    """What there is. `viewers` are by name; nobody is among them."""

    random: Random
    size: int
    now: datetime = field(default_factory=timezone.now)
    viewers: dict[str, User | None] = field(default_factory=dict)
    people: Rows = field(default_factory=list)
    rows: dict[type[Model], Rows] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """In China, which is where the rules count days."""
        return timezone.localdate(self.now)

    def some(self, most: int | None = None) -> int:
        """How many of something: from none to the world's size."""
        return self.random.randint(0, self.size if most is None else most)

    def chance(self, of: float = 0.5) -> bool:
        """Whether something is so."""
        return self.random.random() < of

    def pick(self, choices: Iterable[Any]) -> Any:
        """One of several."""
        return self.random.choice(list(choices))

    def moment(self, days: int = 10) -> datetime:
        """Some time in the last days, with or without parts of a second. Two of them often are equal."""
        instant = self.now.replace(microsecond=self.pick([0, 0, 1, 120_000]))
        return instant - timedelta(hours=self.random.randint(0, days * 24 // 8) * 8)

    def text(self, longest: int = 200) -> str:
        """Something that people, or nobody, would write."""
        return self.pick(TEXTS)[:longest]

    def write(self, rows: Iterable[Model]) -> Rows:
        """The rows, written in one statement and kept by their model."""
        kept = list(rows)
        if kept:
            self.rows[type(kept[0])] = type(kept[0])._default_manager.bulk_create(kept)
        return kept

    def ids(self, model: type[Model]) -> list[str]:
        """The global ids of all rows, and one of nothing."""
        name = "Media" if model is MediaFile else model.__name__
        unknown = UUID(int=0) if model is MediaFile else 987_654_321
        return [encode_id(name, key) for key in (*(row.pk for row in self.rows.get(model, ())), unknown)]

    def cited(self) -> dict[str, Any]:
        """What a citation cites."""
        article, outdated = self.pick(self.rows[Article]), self.pick(["", *Outdated.values])
        return {"article": article, "paragraph": self.some(2), "item": self.some(2), "outdated": outdated}

    def viewer(self, random: Random) -> User | None:
        """Somebody or nobody, most often one who has the most to see."""
        names = list(self.viewers)
        return self.viewers[random.choice([*names, "villager", "villager", "advisor", "advisor", "mover"])]
