"""Objects of an interface by their global ids, by plan."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from backend.errors import SignInRequired
from backend.schema.plans.fields import ById
from backend.schema.plans.parameters import for_database
from backend.schema.plans.run import Run
from backend.schema.plans.shapes import Asked
from backend.schema.plans.steps import BelowStep


def grouped(wanted: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """The keys by type, each once."""
    keys: dict[str, dict[Any, None]] = {}
    for name, key in wanted:
        keys.setdefault(name, {})[key] = None
    return {name: list(found) for name, found in keys.items()}


class RefetchStep:
    """`Refetched`: the ids are taken for rows, and what they name for what lies below them."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._kinds: Mapping[str, ById] = asked.declared.kinds
        self._steps = {
            name: BelowStep(replace(asked, declared=kind, below={name: asked.below[name]}), places=(0,))
            for name, kind in self._kinds.items()
        }

    def at_root(self, run: Run) -> Any:
        """The objects in the order of the ids, or the one object; None for each that the viewer may not see."""
        field = self._asked.declared
        wanted = [(name, for_database(key, run.connection)) for name, key in field.wanted(**run.arguments(self._asked))]
        found = {name: self._found(name, keys, run) for name, keys in grouped(wanted).items()}
        answer = [found[name].get(key) for name, key in wanted]
        return answer if field.many else answer[0]

    def _found(self, name: str, keys: Iterable[Any], run: Run) -> Mapping[Any, Any]:
        try:
            run.given(self._kinds[name].source)
        except SignInRequired:
            return {}
        return self._steps[name].by_key([(key,) for key in keys], run)
