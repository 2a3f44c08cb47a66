"""What blocks are called outside: by the beginning of their stored id, which tells them apart within one body.

A stored id is a random UUID: 36 characters that no compression makes smaller. With a dozen blocks an item they would be
a quarter of an offline pack.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

SHORT = 8
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def short_ids(stored: Iterable[Any]) -> Sequence[Any]:
    """The names of a body's blocks, in order: the stored ids as they are where short ones would not be unique."""
    ids = list(stored)
    short = [each[:SHORT] if isinstance(each, str) and _UUID.fullmatch(each) else each for each in ids]
    return short if len({str(each) for each in short}) == len(ids) else ids


def is_block(name: str, stored: Iterable[Any]) -> bool:
    """Whether a body of blocks with these stored ids has one that is called so."""
    ids = list(stored)
    return name in ids or name in short_ids(ids)
