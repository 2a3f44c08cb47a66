"""Raising the number."""

from django.db import connection, transaction

from backend.editions.models import Edition
from backend.editions.selectors import current


def turn_page() -> int:
    """What the public reads is changed in this transaction: the raised number. Raises outside a transaction.

    From here to the end of their transactions, writers wait for each other.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the change and its number must be seen together")
    Edition.raise_number()
    return current()
