"""What a text is looked up by: words, and pairs of neighbouring characters. No database."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import rjieba
from numpy.typing import NDArray

from backend.numerals import chinese_number
from backend.statutes.rules import STATE

Codes = NDArray[np.uint32]

_SILENT = """
的 了 吗 呢 吧 啊 呀 么 嘛 我 你 您 他 她 它 我们 你们 他们 咱们 自己 这 那 这个 那个 这些
那些 这样 那样 这种 哪 哪些 哪个 哪里 什么 怎么 怎样 怎么样 如何 为什么 为何 是否 能否 可否
是不是 能不能 可不可以 有没有 多少 几 谁 是 在 有 和 与 或 或者 及 以及 并 并且 而 而且 但
但是 因为 所以 如果 若 则 就 都 也 还 又 再 才 只 很 太 更 最 被 把 将 对 对于 关于 给 向
从 到 由 于 以 为 等 之 其 该 此 各 某 每 一 一个 一些 一下 上 下 中 里 内 外 前 后 时
时候 会 能 可以 可 应 应该 应当 要 想 让 使 得 着 过 来 去 说 请问 问 您好 你好 谢谢 情况
情形 问题 规定 法律 有关 相关 进行 属于 算 算是 没 没有 不 不是 需要 需 必须 如 例如 比如 现在
已经 一直 之后 以后 之前 以前 后来 期间 下列 依照 按照 根据 第 条 款 项 本法 所 者 且 即 至
自 因 以上 以下
"""
#: Words that say nothing about which article is meant. Those that tell the kind of question are read from its text.
STOP_WORDS = frozenset(_SILENT.split())
_DIGITS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_WORD = re.compile(r"[0-9a-z\u3400-\u9fff]+")
#: 第三十九条 is where an article refers to another, and says nothing of what it is about.
_PLACE = re.compile(r"第[零一二三四五六七八九十百千]+[编章节条款项](?:之[一二三四五六七八九十]+)?")
_LETTER = np.zeros(1 << 16, dtype=bool)
_LETTER[0x3400:0xA000] = True
_LETTER[[*range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1)]] = True


def plain(text: str) -> str:
    """The text as it is compared: half-width, small letters, the state's name left out, short numbers in Chinese."""
    folded = unicodedata.normalize("NFKC", text).lower().replace(STATE, "")
    return _DIGITS.sub(lambda found: chinese_number(int(found[0])) if int(found[0]) else found[0], folded)


def words(text: str) -> list[str]:
    """The words of a plain text in its order, long ones also in their parts, without those that say nothing."""
    cut = rjieba.cut_for_search(_PLACE.sub(" ", text))
    return [word for word in cut if word not in STOP_WORDS and _WORD.fullmatch(word)]


def pairs(text: str) -> Codes:
    """Each two neighbouring characters of a plain text, as one number, in its order; none across punctuation."""
    letters = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    letters = np.where(letters < len(_LETTER), letters, 0)
    known = _LETTER[letters]
    codes = (letters[:-1] << np.uint32(16)) | letters[1:]
    return codes[known[:-1] & known[1:]].astype(np.uint32)


def joined(texts: Iterable[str]) -> str:
    """One text of several; no pair of characters reaches from one to the next."""
    return "\n".join(filter(None, texts))
