"""Rules of reading that need no database."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.errors import InvalidInput
from backend.regions import rules as regions

CHINA = ZoneInfo("Asia/Shanghai")
REPORT_CHARACTERS = 500
#: Who opens an item for less has glanced at it.
GLANCE_SECONDS = 3
_DAY_SECONDS = 86_400
_COUNTY = 3
_WHOLE = 100
_BLOCK = re.compile(r"[0-9A-Za-z-]{0,36}")


def day_of(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(CHINA).date()


def start_of(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def seconds_left(now: datetime) -> int:
    """To the end of the day in China, at least 1."""
    return max(1, int((start_of(day_of(now) + timedelta(days=1)) - now).total_seconds()))


def county_of(village: str | None) -> str:
    """The code of the county that a village lies in; "" for someone without a village, or where there is no county."""
    if not village:
        return ""
    return next((code for code in regions.lineage(village) if regions.level_of(code) == _COUNTY), "")


def is_read(seconds: int | None) -> bool:
    """Whether an item that was open for so long was read; where nobody measured, it was."""
    return seconds is None or seconds >= GLANCE_SECONDS


def check_reading(progress: int, place: str, seconds: int | None) -> None:
    """Raises InvalidInput for what cannot be."""
    if not 0 <= progress <= _WHOLE:
        raise InvalidInput("进度应在 0 到 100 之间", field="progress")
    if not _BLOCK.fullmatch(place):
        raise InvalidInput("阅读位置无效", field="place")
    if seconds is not None and not 0 <= seconds <= _DAY_SECONDS:
        raise InvalidInput("阅读时长无效", field="seconds")


def check_report(text: str) -> str:
    """The words of a report, without the white space around them. Raises InvalidInput."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise InvalidInput("请说明哪里有误", field="text")
    if len(text) > REPORT_CHARACTERS:
        raise InvalidInput(f"说明不能超过 {REPORT_CHARACTERS} 字", field="text")
    return text
