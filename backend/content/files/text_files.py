"""One file of an item, `item.md` or `item.bo.md`: its head and its body, read and written."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.content import cases
from backend.content.files import head
from backend.content.files.body import write_body
from backend.content.files.body_reader import file_name, read_body, slug
from backend.content.files.entries import Item, Text
from backend.content.files.head import Value
from backend.content.files.marks import MarkError, clean, has_control
from backend.content.files.problems import Report
from backend.content.models import ContentItem
from backend.content.models.reviewed import SUMMARY_CHARACTERS, TITLE_CHARACTERS
from backend.regions.rules import is_code

MAX_QUESTION = 1000
_KINDS = dict(ContentItem.Kind.choices)
_ROLES = {member.name.lower() for member in ReaderRole}
_GROUPS = {member.name.lower() for member in PeopleGroup}


def read_text(text: str, report: Report) -> Text | None:
    """A file in another language than Chinese; None, with the reasons reported, where it cannot be read."""
    return _read(text, report, _TEXT, lambda values: Text(**values))


def read_item(text: str, report: Report) -> Item | None:
    """An `item.md`; None, with the reasons reported, where it cannot be read."""
    item = _read(text, report, _ITEM, lambda values: Item(**values))
    return item if isinstance(item, Item) else None


def write_text(text: Text) -> str:
    """The file of a text, in the one form in which it is written."""
    values: dict[str, Any] = {"title": text.title, "summary": text.summary}
    if isinstance(text, Item):
        values |= {
            "kind": text.kind,
            "division": text.division,
            "audience": _kept(divisions=text.audience, roles=text.roles, groups=text.groups),
            "topics": list(text.topics),
            "lessons": list(text.lessons),
            "cover": text.cover,
        }
    values["recording"] = text.recording
    if isinstance(text, Item):
        values |= {
            "video": text.video,
            "pinned_until": text.pinned_until.isoformat() if text.pinned_until else "",
            "go_live_at": _moment(text.go_live_at),
            "expire_at": _moment(text.expire_at),
        }
    values["question"] = text.question
    if isinstance(text, Item) and text.category:
        values["case"] = {"category": text.category, **text.facts}
    body = write_body(text.blocks)
    return head.write_head(values) + (f"\n{body}" if body else "")


def _kept(**lists: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in lists.items() if values}


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat() if moment else ""


_Field = Callable[[Value], Any]


def _read(text: str, report: Report, known: dict[str, _Field], make: Callable[[dict[str, Any]], Text]) -> Text | None:
    before = len(report.problems)
    parts = head.split(text, report)
    if parts is None:
        return None
    top, lines, first = parts
    if has_control(top):
        report.add(1, "文件头里有看不见的控制字符，请删去")
    blocks = read_body(lines, first, report)
    values = head.read_head(top, report)
    if values is None:
        return None
    read = _fields(values, known, report)
    if len(report.problems) > before:
        return None
    places = {name: value.line for name, value in values.items()} | {i: line for i, (line, _) in enumerate(blocks)}
    return make({**read, "blocks": tuple(block for _, block in blocks), "lines": places})


def _fields(values: dict[str, Value], known: dict[str, _Field], report: Report) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            report.add(value.line, f"不认识“{name[:40]}”；可以写：{'、'.join(known)}")
            continue
        try:
            result = known[name](value)
        except MarkError as error:
            report.add(value.line, f"{name}：{error}")
            continue
        read |= result if isinstance(result, dict) and name in _SPREAD else {name: result}
    if "title" not in values:
        report.add(1, "缺少 title")
    read.setdefault("summary", "")
    return read


def _words(limit: int, *, required: bool = True, lines: bool = False) -> _Field:
    def read(value: Value) -> str:
        text = _scalar(value)
        if required and not text.strip():
            raise MarkError("不能是空的")
        if len(text) > limit:
            raise MarkError(f"有 {len(text)} 字，不能超过 {limit} 字")
        if "\n" in text and not lines:
            raise MarkError("应写在一行里")
        if text != clean(text):
            raise MarkError("有看不见的控制字符，或者行首行尾有空格，请删去")
        return text

    return read


def _scalar(value: Value) -> str:
    if not isinstance(value.data, str):
        raise MarkError("应是一段文字")
    return value.data


def _one_of(choices: dict[str, str]) -> _Field:
    def read(value: Value) -> str:
        if _scalar(value) not in choices:
            raise MarkError(f"没有“{value.data[:40]}”；可以写：{'、'.join(f'{k}（{v}）' for k, v in choices.items())}")
        return str(value.data)

    return read


def _names(check: Callable[[str], str], *, ordered: bool = False) -> _Field:
    """A list of words, each checked and none twice; sorted, unless their order means something."""

    def read(value: Value) -> tuple[str, ...]:
        if not isinstance(value.data, list):
            raise MarkError("应是一个列表，例如 [甲, 乙]")
        names = [check(_scalar(each)) for each in value.data]
        if len(set(names)) < len(names):
            raise MarkError("列表里有重复的")
        return tuple(names if ordered else sorted(names))

    return read


def _code(text: str) -> str:
    if not is_code(text):
        raise MarkError(f"“{text[:20]}”不是 12 位的行政区划代码")
    return text


def _member(names: set[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in names:
            raise MarkError(f"没有“{text[:40]}”；可以写：{'、'.join(sorted(names))}")
        return text

    return check


_AUDIENCE = {"divisions": _names(_code), "roles": _names(_member(_ROLES)), "groups": _names(_member(_GROUPS))}


def _audience(value: Value) -> dict[str, Any]:
    if not isinstance(value.data, dict) or not value.data.keys() <= _AUDIENCE.keys():
        raise MarkError(f"只能写：{'、'.join(_AUDIENCE)}")
    read = {name: _AUDIENCE[name](each) for name, each in value.data.items()}
    return {"audience" if name == "divisions" else name: each for name, each in read.items()}


def _day(value: Value) -> date:
    try:
        return date.fromisoformat(_scalar(value))
    except ValueError as error:
        raise MarkError("日期应写成 2026-12-04") from error


def _time(value: Value) -> datetime:
    """A moment without a time zone is one in China."""
    try:
        moment = datetime.fromisoformat(_scalar(value))
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError) as error:
        raise MarkError("时间应写成 2026-12-04T08:00:00+08:00") from error


def _case(value: Value) -> dict[str, Any]:
    if not isinstance(value.data, dict):
        raise MarkError("应写 category 和这类案例的各项内容")
    facts = {name: _scalar(each) for name, each in value.data.items()}
    category = facts.pop("category", "")
    found = cases.problems(category, facts)
    # What is only missing is for the check before the review: a draft may be written bit by bit.
    wrong = [f"{name}：{told}" if name else told for name, told in found.items() if not name or facts.get(name)]
    if wrong:
        raise MarkError("；".join(wrong))
    order = [fact.name for fact in cases.facts_of(category)]
    return {"category": category, "facts": {name: facts[name] for name in order if facts.get(name)}}


#: Fields that are read as several.
_SPREAD = frozenset({"audience", "case"})
_TEXT: dict[str, _Field] = {
    "title": _words(TITLE_CHARACTERS),
    "summary": _words(SUMMARY_CHARACTERS, required=False),
    "recording": lambda value: file_name(_scalar(value)),
    "question": _words(MAX_QUESTION, required=False, lines=True),
}
_ITEM: dict[str, _Field] = _TEXT | {
    "kind": _one_of(_KINDS),
    "division": lambda value: _code(_scalar(value)),
    "audience": _audience,
    "topics": _names(slug),
    "lessons": _names(slug, ordered=True),
    "cover": lambda value: file_name(_scalar(value)),
    "video": lambda value: file_name(_scalar(value)),
    "pinned_until": _day,
    "go_live_at": _time,
    "expire_at": _time,
    "case": _case,
}
