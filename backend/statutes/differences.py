"""Two texts of one law side by side: which article became which, and what in its words is different. No database.

Time is bounded whatever the texts hold: by the number of articles and the length of each.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

#: From how much of their words two articles of one number are one article, and two of different numbers.
SAME_NUMBER, OTHER_NUMBER = 0.3, 0.55
#: So many places of one text may equal so many of the other, which is what comparing costs; 1,500 characters of a law
#: have 20,000. What has more is compared clause by clause, and shown whole where that is not enough.
MAX_EQUAL = 60_000
#: What stands unchanged between two differences, so short that it would only make the reader stumble.
MIN_SAME = 2
#: Words that stand in so many articles say nothing of one of them.
COMMON = 60
_CLAUSE = re.compile(r"[^，。；：、\n]*[，。；：、\n]?")


class Text(Protocol):
    """An article, as far as this room looks at one."""

    @property
    def number(self) -> int | None: ...  # noqa: D102 - as of models.Article

    @property
    def suffix(self) -> int: ...  # noqa: D102

    @property
    def label(self) -> str: ...  # noqa: D102

    @property
    def text(self) -> str: ...  # noqa: D102


T = TypeVar("T", bound=Text)


class Kind(StrEnum):
    """What became of an article."""

    SAME = "same"
    RENUMBERED = "renumbered"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class PartKind(StrEnum):
    """Whether a piece of text stands in both, only in the older or only in the newer."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the two texts."""

    kind: PartKind
    text: str


@dataclass(frozen=True)
class Pair(Generic[T]):
    """An article of the older version and what it is in the newer one; one of the two may be missing."""

    before: T | None
    after: T | None

    @property
    def kind(self) -> Kind:
        """What became of it. An article that only moved says the same under another number."""
        if self.before is None:
            return Kind.ADDED
        if self.after is None:
            return Kind.REMOVED
        if not is_same(self.before.text, self.after.text):
            return Kind.CHANGED
        return Kind.SAME if self.before.label == self.after.label else Kind.RENUMBERED


def is_same(before: str, after: str) -> bool:
    """Whether two texts say the same; line breaks and spaces do not count."""
    return before == after or _plain(before) == _plain(after)


def _plain(text: str) -> str:
    return "".join(text.split())


def pair(before: Sequence[T], after: Sequence[T]) -> list[Pair[T]]:
    """Each article of both once, in the order of the newer version, what was removed where it used to stand.

    First equal texts of one number, then equal texts, then those of one number that are much alike, then the most
    alike of the rest, and last what is left of one number where the words have something in common.
    """
    matching = _Matching(before, after)
    matching.by_number(1)
    matching.by_text()
    matching.by_number(OTHER_NUMBER)
    matching.by_likeness()
    matching.by_number(SAME_NUMBER)
    return list(_in_order(before, after, matching.found))


class _Matching:
    """Which article of the older version, by place, is which of the newer one."""

    def __init__(self, before: Sequence[Text], after: Sequence[Text]) -> None:
        self._before = [_words(one.text) for one in before]
        self._after = [_words(one.text) for one in after]
        self._plain = [_plain(one.text) for one in before], [_plain(one.text) for one in after]
        self._keys = [_key(one) for one in before], [_key(one) for one in after]
        #: By place in the newer version, the place in the older one.
        self.found: dict[int, int] = {}
        self._taken: set[int] = set()

    def _take(self, old: int, new: int) -> None:
        self.found[new] = old
        self._taken.add(old)

    def _free(self) -> tuple[list[int], list[int]]:
        return (
            [old for old in range(len(self._before)) if old not in self._taken],
            [new for new in range(len(self._after)) if new not in self.found],
        )

    def by_number(self, least: float) -> None:
        """Those of one number where they are at least so alike; where a number stands twice, the first of both."""
        olds, news = self._free()
        places: dict[object, list[int]] = defaultdict(list)
        for old in reversed(olds):
            places[self._keys[0][old]].append(old)
        for new in news:
            same = places.get(self._keys[1][new])
            if same and likeness(self._before[same[-1]], self._after[new]) >= least:
                self._take(same.pop(), new)

    def by_text(self) -> None:
        """Equal texts, in their order."""
        olds, news = self._free()
        places: dict[str, list[int]] = defaultdict(list)
        for old in reversed(olds):
            places[self._plain[0][old]].append(old)
        for new in news:
            if same := places.get(self._plain[1][new]):
                self._take(same.pop(), new)

    def by_likeness(self) -> None:
        """The most alike first."""
        olds, news = self._free()
        candidates = sorted(self._alike(olds, news), reverse=True)
        for _, negative_new, negative_old in candidates:
            if -negative_new not in self.found and -negative_old not in self._taken:
                self._take(-negative_old, -negative_new)

    def _alike(self, olds: Iterable[int], news: Iterable[int]) -> Iterator[tuple[float, int, int]]:
        """Pairs that share words which few articles have; places are negative, so that the first ones come first."""
        holders: dict[str, list[int]] = defaultdict(list)
        for old in olds:
            for word in self._before[old]:
                holders[word].append(old)
        for new in news:
            shared = Counter(
                old
                for word in self._after[new]
                if len(holders.get(word, ())) <= COMMON
                for old in holders.get(word, ())
            )
            for old, _ in shared.most_common(8):
                alike = likeness(self._before[old], self._after[new])
                if alike >= OTHER_NUMBER:
                    yield alike, -new, -old


def _key(article: Text) -> object:
    return (article.number, article.suffix) if article.number else article.label


def _words(text: str) -> Counter[str]:
    """All pairs of neighbouring characters."""
    plain = _plain(text)
    return Counter(plain[at : at + 2] for at in range(max(len(plain) - 1, 1)))


def likeness(before: Counter[str], after: Counter[str]) -> float:
    """From 0 to 1: how much of the words of both stands in both."""
    total = before.total() + after.total()
    small, large = sorted((before, after), key=len)
    shared = sum(min(number, large[word]) for word, number in small.items() if word in large)
    return 2 * shared / total if total else 1.0


def _in_order(before: Sequence[T], after: Sequence[T], found: dict[int, int]) -> Iterator[Pair[T]]:
    """What was removed stands behind what stood before it."""
    kept = set(found.values())
    behind: dict[int, list[int]] = defaultdict(list)
    last = -1
    for old in range(len(before)):
        if old in kept:
            last = old
        else:
            behind[last].append(old)
    yield from (Pair(before[old], None) for old in behind[-1])
    for new, article in enumerate(after):
        old_place = found.get(new)
        if old_place is None:
            yield Pair(None, article)
        else:
            yield Pair(before[old_place], article)
            yield from (Pair(before[old], None) for old in behind[old_place])


def parts(before: str, after: str) -> list[Part]:
    """What to take out of the older text and to put in to get the newer one, piece by piece and in order.

    The pieces that are not ADDED make up the older text, those that are not REMOVED the newer.
    """
    if before == after:
        return [Part(PartKind.SAME, before)] if before else []
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = _middle(before[start : len(before) - end], after[start : len(after) - end])
    return _joined([Part(PartKind.SAME, before[:start]), *middle, Part(PartKind.SAME, before[len(before) - end :])])


def _common(before: str, after: str) -> int:
    """How many characters at the beginning are the same."""
    shorter = min(len(before), len(after))
    return next((at for at in range(shorter) if before[at] != after[at]), shorter)


def _middle(before: str, after: str) -> list[Part]:
    if _comparable(before, after):
        return _smooth(list(_blocks(before, after)))
    olds, news = _CLAUSE.findall(before), _CLAUSE.findall(after)
    if not _comparable(olds, news):
        return _replaced(before, after)
    found: list[Part] = []
    for old, new in _blocks(olds, news):
        if old == new:
            found.append(Part(PartKind.SAME, old))
        else:
            found += _smooth(list(_blocks(old, new))) if _comparable(old, new) else _replaced(old, new)
    return found


def _comparable(before: Sequence[str], after: Sequence[str]) -> bool:
    olds, news = Counter(before), Counter(after)
    return sum(number * news[piece] for piece, number in olds.items()) <= MAX_EQUAL


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands in the older and what in the newer, alternately the same and different."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, old, old_end, new, new_end in matcher.get_opcodes():
        yield "".join(before[old:old_end]), "".join(after[new:new_end])


def _smooth(blocks: Sequence[tuple[str, str]]) -> list[Part]:
    """Single characters that stay the same between two differences are a part of them."""
    found: list[Part] = []
    old = new = ""
    for place, (before, after) in enumerate(blocks):
        inside = 0 < place < len(blocks) - 1
        if before == after and not (inside and len(before) < MIN_SAME):
            found += [*_replaced(old, new), Part(PartKind.SAME, before)]
            old = new = ""
        else:
            old, new = old + before, new + after
    return [*found, *_replaced(old, new)]


def _replaced(before: str, after: str) -> list[Part]:
    return [Part(PartKind.REMOVED, before), Part(PartKind.ADDED, after)]


def _joined(found: Iterable[Part]) -> list[Part]:
    """Without empty pieces, and neighbours of one kind as one."""
    made: list[Part] = []
    for part in found:
        if not part.text:
            continue
        if made and made[-1].kind is part.kind:
            made[-1] = Part(part.kind, made[-1].text + part.text)
        else:
            made.append(part)
    return made
