"""Imports entries: all of them or none. What is new or changed becomes a draft that waits for its review.

Importing the same again changes nothing: a text that says what its newest version says is left alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from wagtail.locks import ScheduledForPublishLock

from backend.accounts.models import PeopleGroup, ReaderRole, User
from backend.content.files.checks import problems_of
from backend.content.files.entries import Entry, Item, Text
from backend.content.files.folders import read_folder
from backend.content.files.keeping import Keeper
from backend.content.files.problems import FolderRefused, Problem
from backend.content.files.stored import Keys, Names, mask, raw_block, text_of
from backend.content.models import ContentItem, ContentLesson, ContentTranslation
from backend.content.models.reviewed import Reviewed


@dataclass(frozen=True, slots=True)
class Imported:
    """How many texts, translations included, were new, changed and left alone; `slugs` are those of new items."""

    created: int
    updated: int
    unchanged: int
    slugs: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A text to write: its row, which may not be stored yet, and what it is to say."""

    file: str
    row: Any
    text: Text
    fresh: bool


def import_folder(root: Path, *, author: User, now: datetime | None = None) -> Imported:
    """Import a folder, as documented in docs/content-files.md. Raises FolderRefused with all that is wrong with it."""
    entries, problems = read_folder(root)
    return import_entries(entries, author=author, now=now, problems=problems)


def import_entries(
    entries: Sequence[Entry], *, author: User, now: datetime | None = None, problems: Iterable[Problem] = ()
) -> Imported:
    """Write drafts of what is new or changed, as `author`. Raises FolderRefused; then nothing is stored."""
    found = [*problems, *problems_of(entries, author=author, now=now or timezone.now())]
    if found:
        raise FolderRefused(found)
    with Keeper(author) as keeper:
        for entry in entries:
            for language, text in entry.texts():
                keeper.note(entry.name_of(language), text, entry.files)
        # Ahead of the transaction: videos take long, and others write meanwhile.
        keeper.clean()
        with transaction.atomic():
            drafts, unchanged = _drafts(entries, keeper)
            keeper.save()
            keys = _ensure_items(drafts, author)
            for draft in drafts:
                _write(draft, keys, keeper.media(draft.file), author)
    fresh = [draft for draft in drafts if draft.fresh]
    slugs = tuple(draft.row.slug for draft in fresh if isinstance(draft.row, ContentItem))
    return Imported(len(fresh), len(drafts) - len(fresh), unchanged, slugs)


def _drafts(entries: Sequence[Entry], keeper: Keeper) -> tuple[list[_Draft], int]:
    """What is to be written, and how many texts say already what they should. Raises FolderRefused for busy ones."""
    rows = {row.slug: row for row in ContentItem.objects.select_for_update().filter(slug__in=[e.slug for e in entries])}
    slugs = dict(ContentItem.objects.values_list("pk", "slug"))
    drafts: list[_Draft] = []
    busy: list[Problem] = []
    unchanged = 0
    for entry in entries:
        item = rows.get(entry.slug) or ContentItem(slug=entry.slug)
        for language, text in entry.texts():
            row = _row(item, language)
            file = entry.name_of(language)
            draft = _Draft(file, row, text, fresh=row.pk is None)
            if not draft.fresh:
                draft.row = row.get_latest_revision_as_object()
                if _says(draft.row, Names(slugs, lambda media, _: media)) == _named(text, keeper.media(file)):
                    unchanged += 1
                    continue
                busy += _busy(file, row)
            drafts.append(draft)
    if busy:
        raise FolderRefused(busy)
    return drafts, unchanged


def _row(item: ContentItem, language: str) -> Any:
    if not language:
        return item
    known = item.translations.filter(language=language).first() if item.pk else None
    return known or ContentTranslation(item=item, language=language)


def _says(row: Reviewed, names: Names) -> Text:
    return text_of(row, names)


def _named(text: Text, media: Mapping[str, str]) -> Text:
    """The text with its files called by the ids of what is stored of them; those that are new keep their names."""
    blocks = tuple(
        (kind, value | {"file": media.get(value["file"], value["file"])})
        if isinstance(value, dict) and "file" in value
        else (kind, value)
        for kind, value in text.blocks
    )
    changes: dict[str, Any] = {"blocks": blocks, "recording": media.get(text.recording, text.recording)}
    if isinstance(text, Item):
        changes |= {"cover": media.get(text.cover, text.cover), "video": media.get(text.video, text.video)}
    return replace(text, **changes)


def _busy(file: str, row: Reviewed) -> list[Problem]:
    """What stands in the way of a new version."""
    if row.workflow_in_progress:
        return [Problem(file, 0, "正在审核中，不能导入新的版本；请等审核结束，或者先撤回送审")]
    lock = row.get_lock()
    if isinstance(lock, ScheduledForPublishLock):
        return [Problem(file, 0, "已经定好上线时间，不能导入新的版本；请等它上线，或者先取消定时")]
    return [Problem(file, 0, "已被锁定，不能导入新的版本")] if lock else []


def _ensure_items(drafts: Sequence[_Draft], author: User) -> Keys:
    """Store a row of each new item, so that others can refer to it. The keys of all items; of media none."""
    for draft in drafts:
        if draft.fresh and isinstance(draft.row, ContentItem):
            draft.row.author = author
            _fill_plain(draft.row, draft.text)
            draft.row.save()
    return Keys(dict(ContentItem.objects.values_list("slug", "pk")), {})


def _fill_plain(row: Reviewed, text: Text) -> None:
    row.title, row.summary, row.question = text.title, text.summary, text.question
    if isinstance(row, ContentItem) and isinstance(text, Item):
        row.kind, row.division_id, row.case_category = text.kind, text.division, text.category


def _write(draft: _Draft, keys: Keys, media: Mapping[str, str], author: User) -> None:
    row, text = draft.row, draft.text
    _fill_plain(row, text)
    row.recording_id = media.get(text.recording)
    row.body = json.dumps(_raw_body(row, text, replace(keys, media=media)))
    if isinstance(text, Item):
        _fill_item(row, text, keys, media)
    if draft.fresh:
        row.author = author
        if isinstance(row, ContentTranslation):
            row.item = ContentItem.objects.get(slug=draft.file.partition("/")[0])
        row.save()
    row.save_revision(user=author)


def _raw_body(row: Reviewed, text: Text, keys: Keys) -> list[dict[str, Any]]:
    """The blocks as they are stored; those that stand already keep their ids, on which remarks hang."""
    ids: dict[str, list[str]] = {}
    for raw in row.body.raw_data if row.pk else ():
        ids.setdefault(_look(raw), []).append(raw.get("id") or str(uuid4()))
    blocks = [raw_block(block, keys) for block in text.blocks]
    return [block | {"id": (ids.get(_look(block)) or [str(uuid4())]).pop(0)} for block in blocks]


def _look(raw: Mapping[str, Any]) -> str:
    value = raw["value"]
    if raw["type"] == "steps":
        value = [step["value"] if isinstance(step, dict) else step for step in value]
    return json.dumps([raw["type"], value], sort_keys=True, ensure_ascii=False)


def _fill_item(row: ContentItem, text: Item, keys: Keys, media: Mapping[str, str]) -> None:
    row.cover_id, row.video_id = media.get(text.cover), media.get(text.video)
    row.audience = list(text.audience)
    row.audience_roles, row.audience_groups = mask(text.roles, ReaderRole), mask(text.groups, PeopleGroup)
    row.topics = [keys.items[slug] for slug in text.topics]
    row.lessons = [ContentLesson(lesson_id=keys.items[slug], sort_order=n) for n, slug in enumerate(text.lessons)]
    row.case_facts = dict(text.facts)
    row.pinned_until, row.go_live_at, row.expire_at = text.pinned_until, text.go_live_at, text.expire_at
