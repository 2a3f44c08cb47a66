"""What follows from a division's code and name alone.

Source of the codes: the statistics bureau's coding of administrative divisions (统计用区划代码).
"""

import re
import unicodedata
from collections.abc import Iterable

#: Digits that are significant at each level, from province to village.
PREFIX_LENGTHS = (2, 4, 6, 9, 12)
CODE_LENGTH = 12
COUNTY_PREFIX = PREFIX_LENGTHS[2]
_CODE = re.compile(r"[1-9][0-9]{11}")

#: What stands behind the proper name of a village or community, longest first where one ends another.
_VILLAGE = ("村村民委员会", "村民委员会", "村委会", "村")
_COMMUNITY = ("社区居民委员会", "居民委员会", "社区居委会", "居委会", "社区")
_SUFFIXES = (*_VILLAGE, *_COMMUNITY)
#: What some autonomous divisions are called every day, and how their official names end: between proper name and
#: ending stand the peoples (甘孜州 for 甘孜藏族自治州, 北川县 for 北川羌族自治县, 大兴乡 for 大兴回族乡).
_AUTONOMOUS = {"州": "自治州", "县": "自治县", "旗": "自治旗", "乡": "族乡"}
#: Endings that are no name of their own: behind a space they still belong to the word before it.
_ENDINGS = frozenset({*_SUFFIXES, *_AUTONOMOUS.values(), *"省市州盟区县旗镇乡村", "街道"})
#: What people put between names, after NFKC; no official name holds any of it.
_SEPARATORS = re.compile(r"[\s、,，。;；/·・•|>—–-]+")
#: Traditional characters of the endings alone: official names hold none of them. 邨 is one of the few that some do.
_AS_WRITTEN = str.maketrans("區縣鎮鄉會員()", "区县镇乡会员（）")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_kind = unicodedata.category


def is_code(text: str) -> bool:
    """Whether `text` has the form of a division code (it may still name nothing)."""
    return _CODE.fullmatch(text) is not None


def level_of(code: str) -> int:
    """Level 1 (province) to 5 (village) of a well-formed code: the shortest prefix that the rest pads with zeros.

    Raises ValueError for a malformed code.
    """
    if not is_code(code):
        raise ValueError(f"not a division code: {code!r}")
    for level, length in enumerate(PREFIX_LENGTHS, start=1):
        if set(code[length:]) <= {"0"}:
            return level
    raise AssertionError("unreachable: the last prefix is the whole code")


def prefix_of(code: str) -> str:
    """The significant digits: what every code below begins with."""
    return code[: PREFIX_LENGTHS[level_of(code) - 1]]


def ancestor_codes(code: str) -> list[str]:
    """Codes from the province down to the parent, wide to narrow; empty for a province.

    A level that the code skips does not appear: the townships of a prefecture without counties (441900003000, of
    Dongguan) lie directly below the prefecture.
    """
    lengths = PREFIX_LENGTHS[: level_of(code) - 1]
    return list(dict.fromkeys(code[:length].ljust(CODE_LENGTH, "0") for length in lengths))


def parent_of(code: str) -> str | None:
    """The code of the division directly above; None for a province."""
    return next(reversed(ancestor_codes(code)), None)


def lineage(code: str) -> list[str]:
    """The ancestors and the division itself: what an audience may name to reach someone who lives there."""
    return [*ancestor_codes(code), code]


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` lies in `outer` or is it."""
    return inner.startswith(prefix_of(outer))


def outermost(codes: Iterable[str]) -> list[str]:
    """Those of the divisions that no other of them contains, by code: to reach each resident exactly once."""
    kept: list[str] = []
    for code in sorted(set(codes), key=lambda code: (level_of(code), code)):
        if not any(contains(outer, code) for outer in kept):
            kept.append(code)
    return sorted(kept)


def code_range(prefix: str) -> tuple[str, str]:
    """The lowest and highest code that begin with `prefix`: a range that an index can serve, unlike LIKE."""
    return prefix.ljust(CODE_LENGTH, "0"), prefix.ljust(CODE_LENGTH, "9")


def child_ranges(code: str) -> list[tuple[int, tuple[str, str]]]:
    """Where the direct children of `code` are: levels, each with its range of codes.

    The first is the next level; the others are levels whose codes skip the ones between (see `ancestor_codes`).
    """
    level, prefix = level_of(code), prefix_of(code)
    return [
        (below, code_range(prefix.ljust(PREFIX_LENGTHS[below - 2], "0")))
        for below in range(level + 1, len(PREFIX_LENGTHS) + 1)
    ]


def clean_text(text: str) -> str:
    """What someone typed, as the official names are written: plain digits, letters and spaces, full-width brackets,
    simplified characters in the common endings.

    Characters that no name can hold and no database takes (NUL, lone surrogates) become spaces; invisible ones, which
    come along with pasted text, vanish.
    """
    shown = "".join(" " if _kind(c) in _UNPRINTABLE else c for c in text if _kind(c) != "Cf")
    return unicodedata.normalize("NFKC", shown).translate(_AS_WRITTEN)


def words_of(text: str) -> list[str]:
    """The names in what someone typed, as they are written officially: 新都 and 木兰社区 for 新都、木兰　社區."""
    words: list[str] = []
    for typed in filter(None, _SEPARATORS.split(clean_text(text))):
        word = f"{typed[:-1]}村" if typed.endswith("邨") else typed
        if words and word in _ENDINGS:
            words[-1] += word
        else:
            words.append(word)
    return words


def autonomous(word: str) -> tuple[str, str] | None:
    """How the official name begins and ends that `word` may stand for: 甘孜 and 自治州 for 甘孜州 or 甘孜自治州."""
    for short, ending in _AUTONOMOUS.items():
        stem = word.removesuffix(ending if word.endswith(ending) else short)
        if stem != word:
            return (stem, ending) if len(stem) > 1 else None
    return None


def is_name(text: str) -> bool:
    """Whether `text` can be a division's name: no white space, nothing unprintable, not empty."""
    return bool(text) and not any(c.isspace() or _kind(c) in _UNPRINTABLE for c in text)


def core_of(word: str) -> str:
    """The proper name in what people call a village: 石佛 for 石佛村, 石佛村委会, 石佛社区居民委员会.

    A word whose proper name would be a single character (新村) stays whole: alone it says too little.
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            return word.removesuffix(suffix)
    return word


def kind_of(word: str) -> str:
    """村 or 社区 where the word says which of them it means, else the empty text."""
    if word.endswith(_VILLAGE):
        return "村"
    return "社区" if word.endswith(_COMMUNITY) else ""


def is_common(word: str) -> bool:
    """Whether a word stands in so many names that only names that begin with it are worth showing."""
    return len(word) == 1 or any(word in suffix for suffix in _SUFFIXES)
