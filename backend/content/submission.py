"""The content check of a text 内容检查: what is found in it, and whether it may be submitted to the review."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from backend.content import checks, rules
from backend.content.checks import Finding, Level, blocking, caution
from backend.content.errors import NotReady
from backend.content.models import ContentItem, ContentTranslation
from backend.content.models.reviewed import Reviewed
from backend.content.rights import beyond
from backend.content.selectors import cited_in
from backend.regions.models import Division
from backend.screening.selectors import found_in
from backend.statutes.models import Validity
from backend.statutes.selectors import Problem, current_validity

_LESSONS = frozenset(ContentItem.Kind) - {ContentItem.Kind.COURSE, ContentItem.Kind.TOPIC}


@dataclass(frozen=True, slots=True)
class Check:
    """What was found in a text, the gravest first, and how many minutes a villager reads it."""

    findings: tuple[Finding, ...]
    minutes: int

    @property
    def blocking(self) -> list[str]:
        """Why it may not be submitted; empty where it may."""
        return [finding.message for finding in self.findings if finding.blocks]


def checked(text: Reviewed) -> Check:
    """Look through a version of an item or a translation: a revision, or what a form is about to save."""
    blocks = list(text.body.raw_data)
    own = _of_item(text, blocks) if isinstance(text, ContentItem) else _of_translation(text, blocks)
    found = [
        *own,
        *_window(text),
        *checks.private_matters(_places(text, blocks)),
        *_words(text, blocks),
        *_citations(blocks),
        *checks.pictures_without_words(blocks),
        *_languages(text),
    ]
    order = list(Level)
    ordered = sorted(found, key=lambda finding: order.index(finding.level))
    return Check(tuple(ordered), checks.reading_minutes(blocks))


def check_submission(text: Reviewed) -> None:
    """Check the newest version of a text. Raises NotReady with what must be changed first."""
    if problems := checked(text.get_latest_revision_as_object()).blocking:
        raise NotReady(problems)


def lessons_of(item: ContentItem) -> list[ContentItem]:
    """The lessons of a version in their order, in one statement; none where it is no course."""
    keys = [row.lesson_id for row in item.lessons.all()] if item.kind == ContentItem.Kind.COURSE else []
    found = ContentItem.objects.defer("body").in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]


def _of_item(item: ContentItem, blocks: list[Any]) -> Iterator[Finding]:
    lessons = lessons_of(item)
    parts = {
        "title": item.title.strip(),
        "summary": item.summary.strip(),
        "body": blocks,
        "question": item.question.strip(),
        "recording": item.recording_id,
        "video": item.video_id,
        "lessons": lessons,
        "case_category": item.case_category,
        "case_facts": item.case_facts,
    }
    yield from checks.missing_parts(item.kind, parts, blocks)
    yield from _bad_lessons(item, lessons)
    yield from _bad_cases(blocks)
    yield from _audience(item)


def _bad_lessons(item: ContentItem, lessons: list[ContentItem]) -> Iterator[Finding]:
    if item.kind != ContentItem.Kind.COURSE:
        return
    for lesson in lessons:
        if lesson.pk == item.pk or lesson.kind not in _LESSONS:
            yield blocking("课程的课时不能是课程或专题")
        elif not lesson.live:
            yield blocking("课时里有还没有发布、或者已经撤下的内容")


def _bad_cases(blocks: list[Any]) -> Iterator[Finding]:
    named = {block["value"]["item"]: block.get("id") or "" for block in blocks if block["type"] == "case"}
    live = set(
        ContentItem.objects.filter(pk__in=named, live=True, kind=ContentItem.Kind.CASE).values_list("pk", flat=True)
    )
    yield from (blocking("正文里引用的案例没有发布", block) for key, block in named.items() if key not in live)


def _audience(item: ContentItem) -> Iterator[Finding]:
    codes = [division.pk for division in item.audience.all()]
    if not item.division_id:
        yield blocking("还没有选择发布单位所在区划")
    elif outside := beyond(item.division_id, codes):
        names = Division.objects.filter(pk__in=outside).values_list("full_name", flat=True)[:3]
        yield blocking(f"受众超出了发布单位所在区划：{'、'.join(names)}")
    if not codes:
        yield blocking("还没有选择受众区划")
    stored = ContentItem.objects.filter(pk=item.pk).values_list("division", flat=True).first()
    if stored and stored != item.division_id:
        yield blocking("这一稿的发布单位与已经登记的不一致，请新建一篇")


def _of_translation(text: ContentTranslation, blocks: list[Any]) -> Iterator[Finding]:
    item = text.item
    given = {
        "title": text.title.strip(),
        "summary": text.summary.strip(),
        "question": text.question.strip(),
        # Read aloud, a text in a language that few can write is whole too.
        "body": blocks or text.recording_id,
        "recording": text.recording_id,
    }
    wanted = {**checks.ALWAYS, **checks.REQUIRED[item.kind]}
    yield from (blocking(f"还没有{label}") for name, label in wanted.items() if name in given and not given[name])
    yield from _bad_cases(blocks)
    if not item.live:
        yield caution("汉语版还没有发布；这个版本要等汉语版发布后读者才能看到")


def _window(text: Reviewed) -> Iterator[Finding]:
    if text.expire_at and text.expire_at <= timezone.now():
        yield blocking("到期时间已经过去")
    elif text.expire_at and text.go_live_at and text.go_live_at >= text.expire_at:
        yield blocking("定时发布的时间不早于到期时间")


def _places(text: Reviewed, blocks: list[Any]) -> Iterator[tuple[str, str, str]]:
    """Everything that a reader reads: name of the place, id of its block, text."""
    yield from (("标题", "", text.title), ("摘要", "", text.summary), ("提问", "", text.question))
    facts: Mapping[str, Any] = getattr(text, "case_facts", None) or {}
    yield from (("案例要素", "", str(value)) for value in facts.values())
    for index, words in rules.texts(blocks):
        yield f"第 {index + 1} 块", blocks[index].get("id") or "", words
        if blocks[index]["type"] == "quote":
            yield f"第 {index + 1} 块", blocks[index].get("id") or "", blocks[index]["value"].get("source") or ""


def _words(text: Reviewed, blocks: list[Any]) -> Iterator[Finding]:
    places = list(_places(text, blocks))
    # In one go: the list is looked up once, and a word that stands often is named once.
    for word in found_in("\n".join(words for _, _, words in places)):
        hint = f"（{word.note}）" if word.note else ""
        sentence = f"有敏感词“{word.written.strip()}”{hint}"
        yield blocking(sentence) if word.forbidden else caution(sentence)


def _citations(blocks: list[Any]) -> Iterator[Finding]:
    cited = cited_in(blocks)
    for index, block in enumerate(blocks):
        key = block.get("id") or ""
        if block["type"] == "statute" and not cited.get(index):
            yield blocking(f"第 {index + 1} 块没有认出法条，请按“《法律名称》第几条”书写", key)
        for found in cited.get(index, []):
            where = f"第 {index + 1} 块引用的《{found.ref.law}》{found.article.label if found.article else ''}"
            # A block that stands for the law shows nothing without it; a passage still says what its writer knows.
            without_law = block["type"] == "statute" and found.problem is Problem.UNKNOWN_LAW
            if found.problem:
                certain = without_law or found.problem is Problem.UNKNOWN_ARTICLE
                yield (blocking if certain else caution)(f"{where}：{found.problem.value}", key)
            elif found.article and (validity := current_validity(found.article)) != Validity.IN_FORCE:
                yield caution(f"{where}：{validity.label}", key)


def _languages(text: Reviewed) -> Iterator[Finding]:
    if not isinstance(text, ContentItem):
        return
    there = set(text.translations.values_list("language", flat=True)) if text.pk else set()
    missing = [name for code, name in ContentTranslation.Language.choices if code not in there]
    if missing:
        yield Finding(Level.NOTE, f"还没有{'、'.join(missing)}版本")
