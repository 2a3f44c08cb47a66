"""The files of an import: found again where they are stored, stored where they are not, taken away on failure."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from backend.accounts.models import User
from backend.content.files.clean_pictures import keep_as_it_is
from backend.content.files.entries import Source, Text, used_files
from backend.content.files.folders import opened
from backend.content.files.problems import FolderRefused, Problem
from backend.errors import Refusal
from media.cleaning import Stored
from media.selectors import same_file
from media.services import store_bytes
from media.storage import CHUNK

_Wanted = tuple[str, str]


class Keeper:
    """Used as a `with` around the transaction: bytes that it stored go when the transaction does.

    First every text is noted, then `clean` does what takes long, outside of any transaction, and `save` writes rows.
    """

    def __init__(self, author: User) -> None:
        self._author = author
        self._uses: dict[str, list[tuple[str, _Wanted, int]]] = {}
        self._sources: dict[_Wanted, tuple[str, Source]] = {}
        self._ids: dict[_Wanted, str] = {}
        self._stored: list[Stored] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for stored in self._stored:
                stored.discard()

    def note(self, file: str, text: Text, sources: Mapping[str, Source]) -> None:
        """Take in the files that a text uses, and look which of them are stored."""
        uses = self._uses[file] = []
        for name, purpose, line in used_files(text):
            wanted = (purpose, _digest(sources[name]))
            uses.append((name, wanted, line))
            if wanted not in self._sources:
                self._sources[wanted] = (name, sources[name])
                if same := same_file(*wanted):
                    self._ids[wanted] = str(same.pk)

    def clean(self) -> None:
        """Store the bytes of what is not stored. Raises FolderRefused with each file that is not what it should be."""
        problems: list[Problem] = []
        for file, uses in self._uses.items():
            for name, wanted, line in uses:
                if wanted in self._ids:
                    continue
                try:
                    self._clean(wanted)
                except Refusal as refusal:
                    problems.append(Problem(file, line, f"{name}：{refusal.message}"))
        if problems:
            raise FolderRefused(problems)

    def save(self) -> None:
        """Write the rows about what `clean` stored."""
        for stored in self._stored:
            stored.save()

    def media(self, file: str) -> dict[str, str]:
        """By file name, the ids of the files of a text: of those that are stored."""
        return {name: self._ids[wanted] for name, wanted, _ in self._uses[file] if wanted in self._ids}

    def _clean(self, wanted: _Wanted) -> None:
        name, source = self._sources[wanted]
        given: dict[str, Any] = {"owner": self._author, "purpose": wanted[0], "name": Path(name).name}
        with opened(source) as file:
            stored = keep_as_it_is(source=file, **given) or store_bytes(source=file, **given)
        self._stored.append(stored)
        self._ids[wanted] = str(stored.media.pk)


def _digest(source: Source) -> str:
    digest = hashlib.sha256()
    with opened(source) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
