"""Numbers of articles 条, paragraphs 款 and items 项, in Chinese and Arabic numerals, from 1 to 9999."""

import re

MAX_NUMBER = 9999
_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0}
_ARABIC = re.compile(r"[1-9][0-9]{0,3}")
_POSITIONAL = re.compile(r"[一二三四五六七八九][〇零一二三四五六七八九]{1,3}")
_WITH_UNITS = re.compile(
    r"(?:([一二三四五六七八九])千)?[〇零]?(?:([一二三四五六七八九])百)?[〇零]?"
    r"(?:([一二三四五六七八九]?)(十))?[〇零]?([一二三四五六七八九])?"
)


def parse_number(text: str) -> int | None:
    """1062 for 1062, 一千零六十二 and 一〇六二; None for what is no number from 1 to 9999."""
    if _ARABIC.fullmatch(text):
        return int(text)
    if _POSITIONAL.fullmatch(text):
        return int("".join(str(_VALUES[digit]) for digit in text))
    match = _WITH_UNITS.fullmatch(text)
    if match is None:
        return None
    thousands, hundreds, tens, ten, ones = match.groups()
    value = 1000 * _value(thousands) + 100 * _value(hundreds) + _value(ones)
    return (value + (10 * (_value(tens) or 1) if ten else 0)) or None


def _value(digit: str | None) -> int:
    return _VALUES[digit] if digit else 0


def chinese_number(number: int) -> str:
    """一千零六十二 for 1062, as laws number their articles. Raises ValueError outside 1 to 9999."""
    if not 1 <= number <= MAX_NUMBER:
        raise ValueError(number)
    text, rest = "", number
    for unit, name in _UNITS:
        digit, rest = divmod(rest, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and rest and not text.endswith("零"):
            text += "零"
    if rest:
        text += _DIGITS[rest]
    return text.removeprefix("一") if text.startswith("一十") else text
