"""What a phone number, a code and a nickname look like, and where a role may be held; pure functions."""

import re
import unicodedata

from backend.regions.rules import PREFIX_LENGTHS

_VILLAGE_ROLES = frozenset({"law_savvy", "official"})
NICKNAME_LENGTH = 30
CODE_LENGTH = 6

# Mainland mobile numbers are 11 digits, the first 1 and the second 3 to 9 (source: the MIIT's numbering plan).
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
# "100" begins no mobile number, so these belong to nobody.
_DEMO = re.compile(r"(?:\+?86|0086)?(1000000[0-9]{4})")
_CODE = re.compile(rf"[0-9]{{{CODE_LENGTH}}}")
_PHONE_INSIDE = re.compile(r"[0-9]{7}")
_PLUS_SIGNS = "+＋﹢"
#: More than any way of writing a number with its separators.
_LONGEST_INPUT = 40
# Spaces, marks of direction (a number copied from contacts carries them), dashes, brackets; and dots.
_SEPARATOR_CATEGORIES = frozenset({"Zs", "Cf", "Pd", "Ps", "Pe"})
_SEPARATORS = frozenset(".·\t")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def display_name(pk: int, nickname: str, first_name: str, last_name: str) -> str:
    """What others see of a person: never the phone number."""
    return nickname or f"{first_name} {last_name}".strip() or f"村民{pk}"


def _compact(text: str) -> str:
    """The text without separators, with every script's decimal digits and plus signs as ASCII."""
    kept = []
    for character in text:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            kept.append(str(digit))
        elif character in _PLUS_SIGNS:
            kept.append("+")
        elif character not in _SEPARATORS and unicodedata.category(character) not in _SEPARATOR_CATEGORIES:
            kept.append(character)
    return "".join(kept)


def normalise_phone(text: str, *, demo: bool) -> str | None:
    """The E.164 form (+86…) of a mainland mobile number as people write it, or None.

    With `demo`, numbers of the demo range are accepted as well.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    compact = _compact(text)
    found = _MOBILE.fullmatch(compact) or (_DEMO.fullmatch(compact) if demo else None)
    return f"+86{found.group(1)}" if found else None


#: What nobody calls themselves: who is an advisor or an official, the system says beside the name.
_OFFICES = (
    "律师",
    "法律顾问",
    "管理员",
    "客服",
    "官方",
    "司法",
    "法院",
    "检察",
    "公安",
    "警察",
    "公证",
    "书记",
    "主任",
)


def is_demo_phone(phone: str) -> bool:
    """Whether an E.164 number lies in the range that belongs to nobody."""
    return _DEMO.fullmatch(phone) is not None


def normalise_code(text: str) -> str | None:
    """The six digits of a code as people type it, or None where it is none."""
    if len(text) > _LONGEST_INPUT:
        return None
    compact = _compact(text)
    return compact if _CODE.fullmatch(compact) else None


def clean_nickname(text: str) -> str | None:
    """The nickname with its white space tidied, or None where it may not be shown to others.

    It has 1 to NICKNAME_LENGTH characters, at least one letter or digit, nothing invisible and no phone number,
    in whatever form its digits are written.
    """
    if len(text) > NICKNAME_LENGTH * 4:
        return None
    nickname = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(nickname) <= NICKNAME_LENGTH:
        return None
    if any(unicodedata.category(character) in _UNPRINTABLE for character in nickname):
        return None
    if not any(character.isalnum() for character in nickname) or _PHONE_INSIDE.search(
        _compact(unicodedata.normalize("NFKC", nickname))
    ):
        return None
    return nickname


def poses_as_office(nickname: str) -> bool:
    """Whether a name that someone chose themselves would pass for an advisor or an office among villagers."""
    plain = "".join(unicodedata.normalize("NFKC", nickname).split())
    return any(word in plain for word in _OFFICES)


def may_be_held_in(role: str, level: int) -> bool:
    """Whether a role is held for divisions of a level.

    Law-savvy villagers 法律明白人 and officials 村干部 belong to one village, staff and supervisors to a level above.
    """
    village = len(PREFIX_LENGTHS)
    return (level == village) == (role in _VILLAGE_ROLES)
