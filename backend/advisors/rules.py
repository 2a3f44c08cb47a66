"""Rules of appointments and messages that need no database."""

import re
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.advisors.errors import (
    EmptyMessage,
    InvalidClientKey,
    InvalidPeriod,
    MessageTooLong,
)
from backend.ids import encode_id

CHINA = ZoneInfo("Asia/Shanghai")
#: Villages one advisor may serve at a time (source: the domain's default; a county may set another).
CAPACITY = 10
MESSAGE_CHARACTERS = 2000
CLIENT_KEY_CHARACTERS = 64
NOTICE_SECONDS = 300
_HIDDEN = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")


def china_today(now: datetime) -> date:
    """The calendar day in China at an aware instant: days of appointments are counted there."""
    return now.astimezone(CHINA).date()


def check_period(starts_on: date, ends_on: date, today: date) -> None:
    """Raises InvalidPeriod where the period is empty, past, or has not begun.

    One that begins later would take the village's only place, and the group, before its time.
    """
    if starts_on > today:
        raise InvalidPeriod("聘任须从今天或更早的日期开始", field="startsOn")
    if ends_on < starts_on or ends_on < today:
        raise InvalidPeriod(field="endsOn")


def clean_text(text: str, *, needed: bool) -> str:
    """The text as it is kept. Raises EmptyMessage where nothing would be seen, or MessageTooLong.

    NUL and the marks that turn the direction of writing go: they make a text look like another.
    """
    cleaned = _HIDDEN.sub("", text).strip()
    if needed and not any(_is_seen(character) for character in cleaned):
        raise EmptyMessage(field="text")
    if len(cleaned) > MESSAGE_CHARACTERS:
        raise MessageTooLong(field="text")
    return cleaned


def _is_seen(character: str) -> bool:
    """Whether it leaves a mark: not white space, a control or a format character such as a zero-width space."""
    return unicodedata.category(character)[0] not in "ZC"


def check_client_key(key: str) -> str:
    """The key that makes a retry harmless. Raises InvalidClientKey."""
    if not 1 <= len(key) <= CLIENT_KEY_CHARACTERS or "\x00" in key:
        raise InvalidClientKey(field="clientKey")
    return key


#: The deep link that opens an advisor's answers whose law has changed.
ANSWERS_LINK = "answers/outdated"


def group_topic(group_id: int) -> str:
    """The name under which processes follow a group."""
    return f"village-group.{group_id}"


def group_link(group_id: int) -> str:
    """The deep link that opens the group in the app."""
    return f"group/{encode_id('VillageGroup', group_id)}"


def notice_key(group_id: int, title: str, read_seq: int, at: datetime) -> str:
    """What makes two messages one notice: the same reader has read no further, and a few minutes have not passed.

    Ten questions in a row ring a phone once; after it was opened, or NOTICE_SECONDS later, the next one rings again.
    """
    return f"group:{group_id}:{title}:{read_seq}:{int(at.timestamp()) // NOTICE_SECONDS}"
