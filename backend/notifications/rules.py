"""When and how notices go out, as plain calculation."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

TITLE_CHARACTERS = 60
BODY_CHARACTERS = 120
#: A phone that has not been seen for so long is no longer pushed to (source: FCM's advice on stale tokens).
STALE_AFTER = timedelta(days=60)

MAX_ATTEMPTS = 10
FIRST_BACKOFF_SECONDS = 10.0
BACKOFF_FACTOR = 3
LONGEST_BACKOFF_SECONDS = 1800.0
LONGEST_RETRY_AFTER_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of notice is pushed. `lifetime` is how long FCM keeps it for a phone that is off."""

    urgent: bool
    lifetime: timedelta
    wakes: bool


#: By `Notification.Kind`. Only an urgent kind is pushed during quiet hours; one that wakes is shown at once even
#: where the phone saves power.
MANNERS = {
    "group_message": Manner(urgent=False, lifetime=timedelta(days=1), wakes=True),
    "content": Manner(urgent=False, lifetime=timedelta(days=3), wakes=False),
    "system": Manner(urgent=False, lifetime=timedelta(days=7), wakes=False),
    "urgent": Manner(urgent=True, lifetime=timedelta(days=1), wakes=True),
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one hour of the day to another in China, the first included; usually across midnight."""

    start: int
    end: int

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet at an aware instant."""
        hour = now.astimezone(CHINA).hour
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def next_end(self, now: datetime) -> datetime:
        """The first end behind `now`, in UTC."""
        return _next(now, self.end)

    def next_start(self, now: datetime) -> datetime:
        """The first start behind `now`, in UTC."""
        return _next(now, self.start)


def _next(now: datetime, hour: int) -> datetime:
    local = now.astimezone(CHINA)
    moment = datetime.combine(local.date(), time(hour), CHINA)
    if moment <= local:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def quiet_hours(text: str) -> QuietHours | None:
    """The setting's text, "22-7" or empty, as hours; None where there are none. Settings have checked its form."""
    if not text:
        return None
    start, end = (int(part) for part in text.split("-"))
    return QuietHours(start, end) if start != end else None


def due_time(now: datetime, kind: str, quiet: QuietHours | None) -> datetime:
    """When a notice of `kind` may be pushed: now, or at the end of the quiet hours that hold now.

    Source: the domain's rule that no push that is not urgent happens at night.
    """
    if quiet is None or MANNERS[kind].urgent or not quiet.holds(now):
        return now
    return quiet.next_end(now)


def lifetime(now: datetime, kind: str, quiet: QuietHours | None) -> timedelta:
    """How long FCM may keep a push of `kind` that leaves now for a phone that is off, in whole seconds.

    It ends with the day: a phone that is switched on at night must not ring for what waited. The inbox still has it.
    """
    longest = MANNERS[kind].lifetime
    if quiet is None or MANNERS[kind].urgent:
        return longest
    left = quiet.next_start(now) - now
    return timedelta(seconds=int(min(longest, left).total_seconds()))


def backoff(attempts: int, retry_after: float, chance: float) -> timedelta:
    """The wait before the next attempt when `attempts` have failed in passing.

    It grows threefold from 10 seconds to half an hour, and is never shorter than the `retry_after` seconds that FCM
    asked for (an hour at most). `chance`, from 0 to 1, spreads it so that what failed together does not return
    together.
    """
    exponent = min(max(attempts, 1) - 1, 10)
    grown = min(FIRST_BACKOFF_SECONDS * BACKOFF_FACTOR**exponent, LONGEST_BACKOFF_SECONDS)
    asked = min(retry_after, LONGEST_RETRY_AFTER_SECONDS)
    return timedelta(seconds=max(grown * (0.5 + chance / 2), asked * (1 + chance / 5)))


def retry_after_seconds(header: str | None, now: datetime) -> float:
    """The header's wait, given in seconds or as an HTTP date (RFC 9110, 10.2.3); 0 where it says nothing."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def topic_of(division_code: str) -> str:
    """The FCM topic of everyone who lives in a division."""
    return f"division-{division_code}"


_TOKEN = re.compile(r"[A-Za-z0-9_:.\-]{20,512}")


def is_device_token(text: str) -> bool:
    """Whether `text` has the form of an FCM registration token; only FCM knows whether it is one."""
    return _TOKEN.fullmatch(text) is not None


#: Seven digits or more, however they are grouped: phone numbers, identity numbers, positions, never years or articles.
_LONG_NUMBER = re.compile(r"\d(?:[\s\-—－.·]{0,2}\d){6,}")


def lock_screen_text(text: str, limit: int) -> str:
    """The text as a lock screen may show it: one line, long numbers hidden, at most `limit` characters.

    It is the last guard for names and titles that others wrote.
    """
    line = _LONG_NUMBER.sub("***", " ".join(text.replace("\x00", "").split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
