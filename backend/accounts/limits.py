"""How often a code may be asked for, counted in the cache that all processes share.

Fixed windows are enough here: the gap between two codes of one phone is exact, and a burst of twice a quota at
the border of two windows costs a few messages. A key names its window, so a counter can never outlive it.
"""

import math
import time

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from backend.accounts.errors import TooManyRequests
from backend.addresses import network_of

PHONE_GAP_SECONDS = 60
PHONE_A_DAY = 10
HOUR = 3600
DAY = 86_400


def take_code_request(phone: str, address: str) -> None:
    """Count one request for a code. Raises TooManyRequests with the seconds to wait.

    The address counts first, so that one which tries many phones runs out whatever becomes of each.
    """
    _take(f"hour:{network_of(address)}", settings.CODES_PER_ADDRESS_HOUR, HOUR)
    _take_gap(f"gap:{phone}", PHONE_GAP_SECONDS)
    _take(f"day:{phone}", PHONE_A_DAY, DAY)


def _key(subject: str) -> str:
    """Phones do not stand in the cache in clear, nor as a plain hash, which is undone by trying all numbers."""
    return f"accounts:{salted_hmac('backend.accounts.limits', subject, algorithm='sha256').hexdigest()}"


def _take_gap(subject: str, seconds: int) -> None:
    now = time.time()
    key = _key(subject)
    if not cache.add(key, now + seconds, seconds):
        until = cache.get(key, now)
        raise TooManyRequests(max(1, math.ceil(until - now)))


def _take(subject: str, limit: int, seconds: int) -> None:
    now = time.time()
    window = int(now // seconds)
    key = _key(f"{subject}:{window}")
    cache.add(key, 0, seconds)
    if cache.incr(key) > limit:
        raise TooManyRequests(max(1, math.ceil((window + 1) * seconds - now)))
