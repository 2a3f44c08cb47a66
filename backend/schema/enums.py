"""How enums are described in the contract."""

from collections.abc import Callable, Mapping
from typing import Any


def described(about: str, terms: Mapping[str, str] | None = None) -> Callable[[Any], str]:
    """Graphene's hook: what the enum is about, and of each value its text by name, else its Chinese label."""

    def describe(value: Any) -> str:
        if value is None:
            return about
        return terms[value.name] if terms else f"[{value.label}]."

    return describe
