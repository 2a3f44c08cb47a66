"""What counts once a day, remembered in the cache that all processes share.

Where the cache is lost, something is counted twice: figures of reading may be off by that.
"""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from backend.addresses import network_of
from backend.content.reading import rules

#: Carriers put many phones behind one address; beyond this an address is taken for a machine, and counted no more.
A_DAY_AN_ADDRESS = 1_000
HOURS_24 = 86_400


def first_today(what: str, item_id: int, *, user_id: int | None, address: str) -> bool:
    """Whether this is the first time today that this person, or where nobody signed in this address, did it.

    Never true for an address beyond A_DAY_AN_ADDRESS.
    """
    now = timezone.now()
    day = rules.day_of(now).isoformat()
    who = f"user:{user_id}" if user_id else f"address:{network_of(address)}"
    if not cache.add(_key(f"{what}:{item_id}:{who}:{day}"), 1, rules.seconds_left(now)):
        return False
    return user_id is not None or _taken(f"{who}:{day}") <= A_DAY_AN_ADDRESS


def _taken(subject: str) -> int:
    key = _key(subject)
    cache.add(key, 0, HOURS_24)
    return int(cache.incr(key))


def _key(subject: str) -> str:
    """Addresses do not stand in the cache in clear."""
    digest = salted_hmac("backend.content.reading.limits", subject, secret=settings.SECRET_KEY, algorithm="sha256")
    return f"reading:{digest.hexdigest()}"
