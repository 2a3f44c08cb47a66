"""The words that a text is found by: the same for what is stored and for what is asked, on every database.

Chinese by rjieba in search mode (a long word also in its parts), Tibetan by syllable, Yi by character and pair of
characters, anything else by runs of letters and digits in small letters. The number of an article is its digits:
第一千零六十二条 and 1062 are the word "1062". A word holds letters, digits and marks alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

import rjieba

from backend.numerals import parse_number
from backend.search.models import WORD_CHARACTERS

#: What lies behind so many characters of a text is not found by its words.
MAX_CHARACTERS = 30_000
#: Of the words themselves: whoever changes what this module does raises it, and `rebuild_search` does the rest.
VERSION = 1

#: They stand in every text and tell none from another.
STOP_WORDS = frozenset(
    word
    for line in (
        "的 了 吗 呢 吧 啊 呀 么 嘛 着 得 过 我 你 您 他 她 它 我们 你们 他们 她们 谁 自 者 所 其 该 此 各 每 之 等",
        "这 那 这个 那个 这些 那些 这样 那样 什么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 多少 请问 问 说",
        "是否 能否 可否 是不是 能不能 可不可以 有没有 会 能 可以 可 应 应当 应该 要 想 需要 必须",
        "不 不能 没 没有 是 有 算",
        "和 与 或 或者 及 以及 并 并且 且 而 而且 但 但是 因为 所以 如果 若 则 就 都 也 还 又 再 才 很 即 至",
        "在 被 把 将 对 对于 关于 给 向 从 到 由 于 以 为 让 使 中 里 内 上 下 来 去 一 一个 第 条 款 项",
        "the a an of to and or in is",
    )
    for word in line.split()
)

_NUMERAL = r"[〇零一二三四五六七八九十百千]{1,9}|[0-9]{1,4}"
#: Characters that are assigned: what is not may be a letter to one library and nothing to another.
_HAN = (
    r"\u3007\u3400-\u9fff\uf900-\ufa6d\ufa70-\ufad9\U00020000-\U0002a6df\U0002a700-\U0002b734\U0002b740-\U0002b81d"
    r"\U0002b820-\U0002cea1\U0002ceb0-\U0002ebe0\U00030000-\U0003134a"
)
_TIBETAN = (
    r"\u0f00\u0f18\u0f19\u0f20-\u0f33\u0f35\u0f37\u0f39\u0f3e-\u0f47\u0f49-\u0f6c\u0f71-\u0f84\u0f86-\u0f97"
    r"\u0f99-\u0fbc"
)
_RUN = re.compile(
    rf"第(?P<article>{_NUMERAL})条(?:之(?P<suffix>{_NUMERAL}))?"
    rf"|(?P<tibetan>[{_TIBETAN}]+)"
    r"|(?P<yi>[\ua000-\ua48c]+)"
    rf"|(?P<chinese>(?:(?!第(?:{_NUMERAL})条)[{_HAN}])+)"
    rf"|(?P<other>(?:[^\W_\u0f00-\u0fff\ua000-\ua48c{_HAN}]|[\u0300-\u036f])+)"
)


class Word(NamedTuple):
    """A word, and the place of the text where it stands, in characters."""

    text: str
    start: int
    end: int


class _Folding(dict[int, str]):
    """By code point, the character as it is compared: half-width and small, one for one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character).lower()
        self[code] = plain if len(plain) == 1 else character
        return self[code]


_FOLDED = _Folding()


def clean(text: str) -> str:
    """A text as a database takes it: NUL and lone surrogates are spaces."""
    return re.sub("[\x00\ud800-\udfff]", " ", text)


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in its order, without those that say nothing. Words may overlap."""
    return (word for word in every_word(text) if word.text not in STOP_WORDS)


def every_word(text: str) -> Iterator[Word]:
    """As `words_in`, with those that say nothing."""
    plain = text[:MAX_CHARACTERS].translate(_FOLDED)
    for run in _RUN.finditer(plain):
        yield from _READERS[run.lastgroup or ""](run)


def is_word(text: str) -> bool:
    """Whether the dictionary has it."""
    return bool(rjieba.has_word(text))


def tokens_of(text: str) -> str:
    """The words of a text for the index, with a space between each two."""
    kept: list[str] = []
    for run in _RUN.finditer(text[:MAX_CHARACTERS].translate(_FOLDED)):
        if run.lastgroup == "chinese":  # nearly all of every text: without its places that takes a third
            kept += [word[:WORD_CHARACTERS] for word in rjieba.cut_for_search(run[0]) if word not in STOP_WORDS]
        else:
            kept += [word.text for word in _READERS[run.lastgroup or ""](run) if word.text not in STOP_WORDS]
    return " ".join(kept)


def _article(run: re.Match[str]) -> Iterator[Word]:
    number = parse_number(run["article"])
    if number is None:
        yield from _chinese(run)
        return
    yield Word(str(number), *run.span())
    suffix = parse_number(run["suffix"]) if run["suffix"] else None
    if suffix is not None:
        yield Word(f"{number}之{suffix}", *run.span())


def _tibetan(run: re.Match[str]) -> Iterator[Word]:
    yield _cut(run[0], run.start())


def _yi(run: re.Match[str]) -> Iterator[Word]:
    text, start = run[0], run.start()
    for at in range(len(text)):
        yield Word(text[at], start + at, start + at + 1)
        if at + 1 < len(text):
            yield Word(text[at : at + 2], start + at, start + at + 2)


def _chinese(run: re.Match[str]) -> Iterator[Word]:
    for word, start, end in rjieba.tokenize(run[0], "search"):
        yield Word(word[:WORD_CHARACTERS], run.start() + start, run.start() + end)


def _other(run: re.Match[str]) -> Iterator[Word]:
    yield _cut(run[0], run.start())


def _cut(text: str, start: int) -> Word:
    kept = text[:WORD_CHARACTERS]
    return Word(kept, start, start + len(kept))


_READERS: dict[str, Callable[[re.Match[str]], Iterator[Word]]] = {
    "article": _article,
    "suffix": _article,
    "tibetan": _tibetan,
    "yi": _yi,
    "chinese": _chinese,
    "other": _other,
}
