"""How a Chinese word sounds, as far as people in Sichuan tell sounds apart."""

import os
import re
from functools import lru_cache

# Its table of phrases costs 40 MB, and tells only readings that the folding below mostly makes equal.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

import pypinyin

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
#: Longer words are hardly ever typed wrong by one sound without one of their parts being found.
MAX_LENGTH = 6
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=10_000)
def _of_character(character: str) -> str:
    sound = pypinyin.lazy_pinyin(character)[0]
    for dialect, written in _FOLDED:
        sound = sound.replace(dialect, written)
    if sound.startswith("n"):
        sound = f"l{sound[1:]}"
    return f"f{sound[2:]}" if sound.startswith("hu") and len(sound) > 2 else sound  # noqa: PLR2004 - hu itself stays


def sound_of(word: str) -> str:
    """Pinyin without tones, zh and z, ch and c, sh and s, n and l, hu and f, -ng and -n being one; else "".

    Only of Chinese words of two to MAX_LENGTH characters.
    """
    if not 1 < len(word) <= MAX_LENGTH or _CHINESE.fullmatch(word) is None:
        return ""
    return " ".join(map(_of_character, word))
