"""Exports items as folders: the newest version of each, or what readers see, with other languages and files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from backend.content.files.entries import Copy, Entry, Source
from backend.content.files.folders import write_folder
from backend.content.files.stored import Names, text_of
from backend.content.models import ContentItem
from backend.content.models.reviewed import Reviewed
from backend.regions.conditions import within
from media.models import MediaFile
from media.selectors import ending_of


def export_folder(root: Path, *, division: str | None = None, live: bool = False) -> int:
    """Write the items below `root`, all or those that a division and what lies below it publish; how many they were.

    Folders of items that are not exported stay. Raises FolderRefused where something else bears an item's name.
    """
    number = 0
    for entry in entries_of(division=division, live=live):
        write_folder(root, entry)
        number += 1
    return number


def entries_of(*, division: str | None = None, live: bool = False) -> Iterator[Entry]:
    """The items by their slugs, one at a time: the newest versions, or with `live` what readers see."""
    items: QuerySet[ContentItem] = ContentItem.objects.order_by("slug").prefetch_related("translations")
    if division:
        items = items.filter(within([division]))
    slugs = dict(ContentItem.objects.values_list("pk", "slug"))
    for item in (items.filter(live=True) if live else items).iterator(chunk_size=100):
        yield _entry(item, slugs, live=live)


def _entry(item: ContentItem, slugs: dict[int, str], *, live: bool) -> Entry:
    namer = _Namer()
    chinese: Any = text_of(_version(item, live=live), Names(slugs, namer.of("")))
    others = {
        row.language: text_of(_version(row, live=live), Names(slugs, namer.of(row.language)))
        for row in item.translations.all()
        if row.live or not live
    }
    return Entry(item.slug, chinese, others, namer.files())


def _version(row: Any, *, live: bool) -> Reviewed:
    version: Reviewed = row if live else row.get_latest_revision_as_object()
    return version


class _Namer:
    """Gives the files of an item their names: picture-1.webp, recording.bo.m4a; the same file keeps its first one."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._media: dict[str, MediaFile] = {}

    def of(self, language: str) -> Any:
        """What names the files of one language; the fields first, then the blocks, each in its order."""

        def name(media_id: str, purpose: str) -> str:
            known = self._names.get((media_id, purpose))
            return known or self._new(media_id, purpose, language)

        return name

    def _new(self, media_id: str, purpose: str, language: str) -> str:
        media = MediaFile.objects.prefetch_related("renditions").filter(pk=media_id).first()
        if media is None or media.state != MediaFile.State.READY:
            return ""
        number = 1 + sum(kind == purpose for _, kind in self._names)
        parts = [purpose if purpose == "cover" else f"{purpose}-{number}", language, ending_of(media)]
        name = ".".join(part for part in parts if part)
        self._names[media_id, purpose] = name
        self._media[name] = media
        return name

    def files(self) -> dict[str, Source]:
        """Where the files lie that have got names."""
        return {name: Copy(media.shown.key, media.shown.size) for name, media in sorted(self._media.items())}
