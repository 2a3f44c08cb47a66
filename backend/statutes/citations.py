"""Finding citations of articles in free Chinese text: 《民法典》第一千零六十二条第一款第（四）项.

What is read: the name of a law in book-title marks 《》 or corner brackets 「」, nested ones included, or without any
where it is known, then a list of articles 条 in Chinese or Arabic numerals with 之…, paragraphs 款 and items 项, joined
by 、 和 及 and the like, with ranges 至 or a dash. Where it is known whose text it is, 本法第…条 and 第…条 alone are
read too. What is not: 前条, 前款. Time grows with the length of the text, whatever it holds.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from backend.numerals import parse_number

#: Of a longer range the first so many are read, and one reference that is `too_long` stands for the rest: nobody
#: cites a hundred articles one by one.
MAX_RANGE = 50
#: What stands behind so many in one text is not read, be it one list or many.
MAX_REFERENCES = 200

# One character for one, so that places in the text stay what they are.
_ALIKE = str.maketrans("０１２３４５６７８９（）〈〉「」『』○－—–～~﹣", "0123456789()《》《》《》〇------")
_CORNERS = "「『"
_NUMBER = r"(?:[0-9]{1,4}|[〇零一二三四五六七八九十百千]{1,9})"
_JOIN = r"(?:[、，,；;]?(?:以及|及|和|与|或者|或|并)|[、，,；;])"
_RANGE = r"(?:至|到|-{1,2})"
_MORE = rf"(?:\s?(?:{_JOIN}|{_RANGE})\s?第?\s?{_NUMBER})"
_MORE_ROUND = rf"(?:\s?(?:{_JOIN}|{_RANGE})?\s?第?\s?\({_NUMBER}\))"

#: Where a list may begin: behind a name in marks, or with 第 behind one that has none.
_BEGINNING = re.compile("[《第]")
#: The last characters of what laws are called, with 第 behind: only there can a name without marks be.
_UNMARKED = re.compile(rf"[法典例释定议则案)][ \u3000]{{0,2}}第\s?{_NUMBER}")
_TITLE = re.compile(r"《((?:[^《》\n]|《[^《》\n]{1,80}+》){1,100}+)》")
#: What may stand between the name and its first article: （2020年修正）, 中的, 第五编婚姻家庭第三章.
_GAP = re.compile(
    rf"[)”’\"]?\s{{0,2}}(?:\([^()《》\n]{{0,60}}+\))?\s{{0,2}}(?:中的|中|的|之)?\s{{0,2}}"
    rf"(?:(?:第{_NUMBER}(?:分编|编|章|节)|[^第，。；：、《》()\s]{{1,8}}编)[^第，。；：、《》()\n]{{0,20}}){{0,4}}"
)
_ARTICLES = re.compile(rf"(?P<ordinal>第)?\s?(?P<numbers>{_NUMBER}{_MORE}*+)\s?条(?:\s?之\s?(?P<suffix>{_NUMBER}))?")
_PARAGRAPHS = re.compile(rf"第\s?(?P<numbers>{_NUMBER}{_MORE}*+)\s?款")
_ITEMS = re.compile(rf"(?:第\s?(?P<numbers>{_NUMBER}{_MORE}*+)|第?\s?(?P<round>\({_NUMBER}\){_MORE_ROUND}*+))\s?项")
#: A list without the 条 that would make it one of articles.
_LIST = re.compile(rf"第\s?{_NUMBER}{_MORE}*+")
#: What a law calls itself, its chapters included; and how others end, so that what follows is none of its articles.
_SELF = ("本法", "本条例", "本办法", "本规定", "本决定", "本解释", "本规则", "本编", "本分编", "本章", "本节")
_OTHERS = frozenset("法典例释定议则案约书》)")
_SEPARATOR = re.compile(rf"\s?(?:(?P<range>{_RANGE})|{_JOIN})?\s?")
_MEMBER = re.compile(rf"(?P<range>{_RANGE})?[^0-9〇零一二三四五六七八九十百千至到-]*(?P<number>{_NUMBER})")


@dataclass(frozen=True, slots=True)
class CitationRef:
    """One article that a text names, or a part of it. `start` and `end` count characters (code points) of the text.

    `law` is the name as written. `suffix` is 1 for 第…条之一; `paragraph` (款) and `item` (项) count from 1, and 0
    means the whole. `too_long` stands for the rest of a range of which only the beginning is read; its numbers are
    those of the range's end.
    """

    law: str
    number: int
    suffix: int = 0
    paragraph: int = 0
    item: int = 0
    start: int = 0
    end: int = 0
    too_long: bool = False


class KnownNames:
    """Names of laws that are recognised without marks."""

    def __init__(self, names: Collection[str]) -> None:
        self._by_ending: dict[str, list[str]] = {}
        for name in sorted({name.translate(_ALIKE) for name in names}, key=len, reverse=True):
            if len(name) > 1:
                self._by_ending.setdefault(name[-2:], []).append(name)

    def start_of(self, plain: str, start: int, end: int) -> int | None:
        """Where the longest known name begins that ends at `end` and does not begin before `start`."""
        for name in self._by_ending.get(plain[max(start, end - 2) : end], ()):
            if plain.endswith(name, start, end):
                return end - len(name)
        return None


def may_lack_marks(text: str) -> bool:
    """Whether a text may cite a law without marks, so that it is worth knowing the names of the laws."""
    return _UNMARKED.search(text.translate(_ALIKE)) is not None


def parse_citations(
    text: str, *, known: KnownNames | None = None, own: str = "", limit: int = MAX_REFERENCES
) -> list[CitationRef]:
    """The citations in a text, in its order, `limit` at most; without marks only those of `known` laws.

    `own` names the law whose text it is (see rules.own_law), which 本法第…条, 本节第…条 and 第…条 alone then mean; the
    last not within curly quotation marks, where another text speaks.
    """
    plain = text.translate(_ALIKE)
    itself = _Itself(plain) if own else None
    found: list[CitationRef] = []
    at = done = 0
    while len(found) < limit and (beginning := _BEGINNING.search(plain, at)):
        at, marked = beginning.end(), beginning[0] == "《"
        name = _marked(plain, at - 1) if marked else _unmarked(plain, at - 1, done, known)
        law = text[name[0] + marked : name[1] - marked] if name else own
        if name is None and itself and not marked:
            name, at = itself.name(at - 1, done)
        if name is None:
            continue
        start, end = name
        gap = _GAP.match(plain, end)
        reader = _Reader(plain, law, start, limit - len(found))
        ending = reader.read(gap.end() if gap else end, directly=marked and not (gap and gap[0].strip()))
        found += reader.found
        if reader.found:
            at = done = ending
        elif text[start] not in _CORNERS:  # they may also open what someone says, with citations in it
            at = max(at, end)
    return found


class _Itself:
    """Finds where a law's own text speaks of its own articles."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self._quoted = self._seen = 0

    def name(self, at: int, done: int) -> tuple[tuple[int, int] | None, int]:
        """Where 本法 stands before the 第 at `at`, an empty place where nothing does; and where to look on.

        None where the 第 begins no article, or that of another law.
        """
        plain = self._plain
        numbers = _LIST.match(plain, at)
        end = at
        while end > max(done, at - 2) and plain[end - 1] in " \u3000":
            end -= 1
        if word := next((word for word in _SELF if plain.endswith(word, done, end)), ""):
            return (end - len(word), end), at + 1
        # No later 第 of the same list would end in another way.
        if numbers is None or not plain.startswith("条", numbers.end()):
            return None, max(numbers.end() if numbers else 0, at + 1)
        if self._is_quoted(at) or (at > done and plain[at - 1] in _OTHERS):
            return None, at + 1
        return (at, at), at + 1

    def _is_quoted(self, at: int) -> bool:
        self._quoted += self._plain.count("“", self._seen, at) - self._plain.count("”", self._seen, at)
        self._seen = at
        return self._quoted > 0


def _marked(plain: str, at: int) -> tuple[int, int] | None:
    """Where the name with its marks that opens at `at` begins and ends."""
    title = _TITLE.match(plain, at)
    return title.span() if title else None


def _unmarked(plain: str, at: int, done: int, known: KnownNames | None) -> tuple[int, int] | None:
    """The same for a known name that ends before the 第 at `at` and begins behind what has been read."""
    end = at
    while end > max(done, at - 2) and plain[end - 1] in " \u3000":
        end -= 1
    start = known.start_of(plain, done, end) if known else None
    return None if start is None else (start, end)


class _Reader:
    """Reads the list of articles behind one name."""

    def __init__(self, text: str, law: str, start: int, limit: int) -> None:
        self._text = text
        self._law = law
        self._start = start
        self._limit = limit
        self._beyond = False
        self.found: list[CitationRef] = []

    def read(self, at: int, *, directly: bool) -> int:
        """Where the list that begins at `at` ends; there may be none.

        Directly behind a name in marks, Arabic numerals need no 第: 《民法典》1062条.
        """
        element = _ARTICLES.match(self._text, at)
        if element is None or not (element["ordinal"] or (directly and element["numbers"][0].isdigit())):
            return at
        if not self._articles(element, ranged=False):
            return at
        end = element.end()
        while len(self.found) < self._limit:
            separator = _SEPARATOR.match(self._text, end)
            following = self._element(separator) if separator else None
            if following is None:
                break
            end = following
        return end

    def _element(self, separator: re.Match[str]) -> int | None:
        """Read what stands behind a separator; where it ends, or None when it belongs to the list no more."""
        at, ranged, joined = separator.end(), bool(separator["range"]), bool(separator[0].strip())
        if match := _PARAGRAPHS.match(self._text, at):
            done = self._parts(match, "paragraph", ranged=ranged, joined=joined)
        elif match := _ITEMS.match(self._text, at):
            done = self._parts(match, "item", ranged=ranged, joined=joined)
        elif (match := _ARTICLES.match(self._text, at)) and (match["ordinal"] or joined):
            done = self._articles(match, ranged=ranged)
        else:
            return None
        return match.end() if done else None

    def _add(self, ref: CitationRef) -> None:
        if len(self.found) < self._limit:
            self.found.append(ref)

    def _articles(self, element: re.Match[str], *, ranged: bool) -> bool:
        members = _members(element["numbers"], ranged=ranged)
        suffix = parse_number(element["suffix"]) if element["suffix"] else 0
        if members is None or suffix is None:
            return False
        start = element.start() if self.found else self._start
        base = CitationRef(self._law, 0, start=start, end=element.end())
        for place, (number, from_previous) in enumerate(members[: self._limit]):
            last = replace(base, number=number, suffix=suffix if place == len(members) - 1 else 0)
            self._beyond = False
            if from_previous:
                between = list(islice(_between(self.found[-1], last), MAX_RANGE))
                self._beyond = len(between) > MAX_RANGE - 2
                for ref in between[: MAX_RANGE - 1]:
                    self._add(ref)
            self._add(replace(last, too_long=self._beyond))
        return True

    def _parts(self, element: re.Match[str], kind: str, *, ranged: bool, joined: bool) -> bool:
        """Paragraphs or items of the article read last; directly behind it they say which part of it is meant."""
        groups = element.groupdict()
        members = _members(groups["numbers"] or groups["round"], ranged=ranged)
        if members is None:
            return False
        previous = self.found[-1]
        base, start = previous, element.start()
        if kind == "paragraph":
            base = replace(base, paragraph=0, item=0)
        if not joined and getattr(previous, kind) == 0 and previous.item == 0:
            self.found.pop()
            start = previous.start
        base = replace(base, start=start, end=element.end(), too_long=self._beyond)
        value = getattr(previous, kind)
        for number, from_previous in members[: self._limit]:
            between = range(value + 1, number) if from_previous else range(0)
            for part in between[: MAX_RANGE - 1]:
                self._add(_with(base, kind, part))
            last = _with(base, kind, number)
            self._add(replace(last, too_long=self._beyond or len(between) > MAX_RANGE - 2))
            value = number
        return True


def _with(ref: CitationRef, kind: str, number: int) -> CitationRef:
    return replace(ref, paragraph=number) if kind == "paragraph" else replace(ref, item=number)


def _between(first: CitationRef, last: CitationRef) -> Iterator[CitationRef]:
    """What a range names between its ends, in order; it may be long."""
    if first.number == last.number:
        return (replace(last, suffix=suffix) for suffix in range(first.suffix + 1, last.suffix))
    if first.number > last.number:
        return iter(())
    numbers = (replace(last, number=number, suffix=0) for number in range(first.number + 1, last.number))
    return chain(numbers, (replace(last, suffix=suffix) for suffix in range(last.suffix)))


def _members(text: str, *, ranged: bool) -> list[tuple[int, bool]] | None:
    """The numbers of a list such as 十、十二至十四, each with whether a range leads to it; None if one is no number."""
    members: list[tuple[int, bool]] = []
    for match in _MEMBER.finditer(text):
        number = parse_number(match["number"])
        if number is None:
            return None
        members.append((number, bool(match["range"]) or (ranged and not members)))
    return members
