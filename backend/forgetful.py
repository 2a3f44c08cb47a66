"""A small memory for what is cheap to make again."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Forgetful(dict[K, V]):
    """A dictionary of at most `size` entries: one more, and all before it are forgotten. Threads may share it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def keep(self, key: K, value: V) -> V:
        """Remember the value, and give it back."""
        if len(self) >= self._size:
            self.clear()
        self[key] = value
        return value
