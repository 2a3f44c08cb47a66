"""What of an error may stand in a log."""

import traceback

from django.conf import settings


def describe(error: BaseException) -> str:
    """Its kind and the way it took through the code, innermost last.

    Its own words often quote what people wrote (a database names the phone number that stands twice), so they are
    kept to development.
    """
    words = f": {error}" if settings.DEVELOPMENT else ""
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{type(error).__name__}{words}\n{frames}"
