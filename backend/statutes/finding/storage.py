"""An index in a file, so that a process starts without building it. Never needed: what cannot be read is built."""

import logging
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from backend.statutes.finding.index import Index

#: Raise it with any change of what an index is made of.
FORMAT = 1
_NAME = "search-index-{format}-{mark:08x}.npz"
logger = logging.getLogger(__name__)
Arrays = dict[str, NDArray[Any]]
D = TypeVar("D")


def save(index: Index, folder: Path, mark: int) -> None:
    """Keep the index of the corpus with that mark, and no other; a full disk is no error."""
    target = folder / _NAME.format(format=FORMAT, mark=mark)
    aside = target.with_suffix(".new")
    try:
        with aside.open("wb") as file:
            np.savez(file, **_flattened(index, ""))  # type: ignore[arg-type]
        aside.replace(target)
        for other in folder.glob("search-index-*.npz"):
            if other != target:
                other.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the search index is not kept: %s", error)


def load(folder: Path, mark: int) -> Index | None:
    """The index that was kept for that mark; None where there is none that can be read."""
    source = folder / _NAME.format(format=FORMAT, mark=mark)
    if not source.exists():
        return None
    try:
        with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _restored(Index, arrays, "")
    except Exception as error:  # noqa: BLE001 - zip, NumPy and we ourselves complain in many ways; it is built anew
        logger.warning("the kept search index cannot be read: %s", error)
        return None


def _flattened(value: Any, prefix: str) -> Arrays:
    found: Arrays = {}
    for item in fields(value):
        part, name = getattr(value, item.name), prefix + item.name
        if is_dataclass(part):
            found |= _flattened(part, f"{name}.")
        elif isinstance(part, np.ndarray):
            found[name] = part
        elif isinstance(part, int):
            found[name] = np.array(part)
        else:  # names, in a list or as the keys of their places
            found[name] = np.frombuffer("\n".join(part).encode(), dtype=np.uint8)
    return found


def _restored(kind: type[D], arrays: Any, prefix: str) -> D:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        if is_dataclass(hint):
            values[name] = _restored(hint, arrays, f"{prefix}{name}.")  # type: ignore[arg-type]
        else:
            values[name] = _typed(hint, arrays[prefix + name])
    return kind(**values)


def _typed(hint: Any, array: NDArray[Any]) -> Any:
    if hint is int:
        return int(array)
    if hint not in {list[str], dict[str, int]}:
        return array
    text = array.tobytes().decode()
    names = text.split("\n") if text else []
    return names if hint == list[str] else {name: at for at, name in enumerate(names)}
