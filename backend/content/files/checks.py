"""What is wrong with entries when they meet the database: names that nothing bears, rights, circles, citations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.accounts.selectors import divisions_of
from backend.content import rights
from backend.content.files.entries import Entry, cited, file_of, used_slugs
from backend.content.files.kinds import faults
from backend.content.files.problems import Problem
from backend.content.models import ContentItem, ContentLesson
from backend.regions.models import Division
from backend.statutes.citations import CitationRef, parse_citations
from backend.statutes.selectors import resolve

_KINDS = dict(ContentItem.Kind.choices)
#: What one needs to write items, and other languages of them.
_WRITING = ("content.add_contentitem", "content.change_contentitem")
_TRANSLATING = ("content.add_contenttranslation", "content.change_contenttranslation")


def problems_of(entries: Sequence[Entry], *, author: User, now: datetime) -> list[Problem]:
    """All that is wrong; nothing where the entries can be imported. A handful of statements for any number of them."""
    found = list(_twins(entries))
    if not author.has_perms(_WRITING):
        found.append(Problem(author.username, 0, "没有撰写内容的权限"))
    if any(entry.translations for entry in entries) and not author.has_perms(_TRANSLATING):
        found.append(Problem(author.username, 0, "没有撰写其他语言版本的权限"))
    for entry in entries:
        found += [Problem(entry.name_of(""), line, told) for line, told in faults(entry.item, now)]
    found += _divisions(entries, author)
    found += _references(entries)
    found += _circles(entries)
    found += _citations(entries)
    return found


def _twins(entries: Sequence[Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        if entry.slug in seen:
            yield Problem(entry.slug, 0, "这个文件夹名用了两次：一篇内容只能有一个文件夹")
        seen.add(entry.slug)


def _divisions(entries: Sequence[Entry], author: User) -> Iterator[Problem]:
    wanted = {code for entry in entries for code in (entry.item.division, *entry.item.audience)} - {""}
    known = set(Division.objects.filter(code__in=wanted).values_list("code", flat=True))
    own = divisions_of(author)
    settled = dict(
        ContentItem.objects.filter(slug__in=[entry.slug for entry in entries]).values_list("slug", "division")
    )
    for entry in entries:
        item, file = entry.item, entry.name_of("")
        for place, codes in (("division", [item.division] if item.division else []), ("audience", item.audience)):
            for code in codes:
                if code not in known:
                    yield Problem(file, item.line(place), f"没有代码为 {code} 的行政区划")
        if item.division in known and not rights.covers(own, item.division):
            yield Problem(file, item.line("division"), f"{author.username} 没有在 {item.division} 发布内容的权限")
        if settled.get(entry.slug, item.division) not in (item.division, None):
            yield Problem(file, item.line("division"), f"这一篇由 {settled[entry.slug]} 发布，不能改换发布单位")
        if item.division in known:
            for code in rights.beyond(item.division, [code for code in item.audience if code in known]):
                yield Problem(file, item.line("audience"), f"受众 {code} 不在发布单位 {item.division} 的范围内")


def _references(entries: Sequence[Entry]) -> Iterator[Problem]:
    wanted = {slug for entry in entries for _, text in entry.texts() for slug, _, _ in used_slugs(text)}
    kinds = dict(ContentItem.objects.filter(slug__in=wanted).values_list("slug", "kind"))
    kinds |= {entry.slug: entry.item.kind for entry in entries}
    for entry in entries:
        for language, text in entry.texts():
            for slug, kind, line in used_slugs(text):
                file = entry.name_of(language)
                if slug not in kinds:
                    yield Problem(file, line, f"没有名为“{slug}”的内容")
                elif kinds[slug] not in kind:
                    named = "、".join(_KINDS[each] for each in kind)
                    yield Problem(file, line, f"“{slug}”是{_KINDS[kinds[slug]]}，这里只能是{named}")


def _circles(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Courses that would lead back to themselves, be it through courses that stand already."""
    stored: dict[str, list[str]] = {}
    for course, lesson in ContentLesson.objects.values_list("course__slug", "lesson__slug"):
        stored.setdefault(course, []).append(lesson)
    lessons: Mapping[str, Sequence[str]] = {**stored, **{entry.slug: entry.item.lessons for entry in entries}}
    for entry in entries:
        if entry.slug in _reached(entry.item.lessons, lessons):
            yield Problem(entry.name_of(""), entry.item.line("lessons"), "课时绕回了这门课程本身")


def _reached(start: Iterable[str], lessons: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(start)
    while ahead:
        slug = ahead.pop()
        if slug not in reached:
            reached.add(slug)
            ahead += lessons.get(slug, ())
    return reached


def _citations(entries: Sequence[Entry]) -> Iterator[Problem]:
    places: list[tuple[str, int, str]] = []
    refs: list[CitationRef] = []
    for entry in entries:
        for language, text in entry.texts():
            for words, line in cited(text):
                file = f"{entry.slug}/{file_of(language)}"
                read = parse_citations(words)
                if not read:
                    yield Problem(file, line, f"没有认出“{words}”引用的是哪一条，写法如：《民法典》第一千零六十二条")
                refs += read
                places += [(file, line, words)] * len(read)
    for (file, line, words), resolved in zip(places, resolve(refs), strict=True):
        if resolved.problem is not None:
            yield Problem(file, line, f"“{words}”：{resolved.problem.value}")
