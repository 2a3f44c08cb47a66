"""Stops the statement that runs on a connection of another thread."""

import logging
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from backend.redaction import describe

log = logging.getLogger(__name__)

CANCEL_SECONDS = 3.0


def driver_error(connection: BaseDatabaseWrapper) -> type[Exception]:
    """What the connection's driver raises where nothing translates it into Django's exceptions."""
    driver: Any = connection
    error: type[Exception] = driver.Database.Error
    return error


def interrupt(connection: BaseDatabaseWrapper) -> None:
    """Break off what runs; its thread gets an error of the driver. Without effect where nothing runs.

    Where it cannot be done (the server is gone) that is logged, and the thread left to the driver's own limits.
    """
    raw = connection.connection
    if raw is None:
        return
    try:
        if connection.vendor == "sqlite":
            raw.interrupt()
        elif connection.vendor == "postgresql":
            # It returns when the server has passed it on, so it cannot hit a statement that begins later.
            raw.cancel_safe(timeout=CANCEL_SECONDS)
    except Exception as error:  # noqa: BLE001 - the connection may be closing at this very moment
        log.warning("a statement could not be stopped: %s", describe(error))
