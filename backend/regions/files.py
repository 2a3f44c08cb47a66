"""Reading files of divisions, and everything about them that can be told without the database."""

import csv
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from backend.regions import rules
from backend.regions.errors import InvalidDivisionFile

HEADER = ["code", "name", "level"]
#: What the third column says, from level 1 to 5.
LEVELS = ("province", "prefecture", "county", "township", "village")
LEVEL_LABELS = ("省级", "市（州）级", "县级", "乡镇级", "村级")
MAX_NAME = 64
MAX_PROBLEMS = 20
VILLAGE_LEVEL = len(LEVELS)

_Opener = Callable[[Path, str], AbstractContextManager[BinaryIO]]
_PLAIN = cast("_Opener", open)
_OPENERS = {".gz": cast("_Opener", gzip.open), ".xz": cast("_Opener", lzma.open)}

Row = tuple[str, str, str]
Source = Path | Sequence[Row]


class Line(NamedTuple):
    """One row and where it stands: the line of a file, the place from 1 in a sequence."""

    number: int
    code: str
    name: str
    level: str


def lines_of(source: Source) -> Iterator[Line]:
    """The rows of a CSV file (plain, .gz or .xz, UTF-8, headed code,name,level) or of a sequence.

    Raises InvalidDivisionFile where the file cannot be read on.
    """
    if not isinstance(source, Path):
        for number, row in enumerate(source, start=1):
            yield Line(number, *row)
        return
    with _opened(source) as file:
        reader = csv.reader(_decoded(file), strict=True)
        try:
            yield from _rows(reader)
        except csv.Error as error:
            raise InvalidDivisionFile([f"第 {reader.line_num} 行：不是合格的 CSV（{error}）"]) from error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with _OPENERS.get(path.suffix.lower(), _PLAIN)(path, "rb") as file:
            yield file
    except FileNotFoundError as error:
        raise InvalidDivisionFile([f"没有这个文件：{path}"]) from error
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidDivisionFile([f"压缩文件已损坏：{path}"]) from error
    except OSError as error:
        raise InvalidDivisionFile([f"无法读取文件：{path}（{error.strerror}）"]) from error


def _decoded(file: BinaryIO) -> Iterator[str]:
    for number, raw in enumerate(file, start=1):
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InvalidDivisionFile([f"第 {number} 行：不是 UTF-8 编码，请另存为 UTF-8 后重试"]) from error


def _rows(reader: Iterator[list[str]]) -> Iterator[Line]:
    header = next(reader, None)
    if header != HEADER:
        found = "空文件" if header is None else ",".join(header)[:80]
        raise InvalidDivisionFile([f"第 1 行：表头应为 {','.join(HEADER)}，实为 {found}"])
    for cells in reader:
        if cells:
            # Too few or too many columns show up as an unknown level, which names the line.
            code, name, level = (*cells, "", "")[:3] if len(cells) <= len(HEADER) else (*cells[:2], ",".join(cells[2:]))
            yield Line(reader.line_num, code.strip(), name.strip(), level.strip())  # type: ignore[attr-defined]


@dataclass(slots=True)
class Survey:
    """What one reading of the whole file found. Memory grows with its codes, not with the villages' names."""

    total: int = 0
    names: dict[str, str] = field(default_factory=dict)
    #: Codes that rows need above them: the first line that does and how many do.
    parents: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    problem_count: int = 0

    def add(self, number: int, text: str, *, rows: int = 1) -> None:
        """Note a problem of a line; `rows` have it."""
        self.problem_count += rows
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((number, f"第 {number} 行：{text}"))

    def check(self) -> None:
        """Raises InvalidDivisionFile when there were problems."""
        if self.problem_count:
            listed = [text for _, text in sorted(self.problems)]
            raise InvalidDivisionFile(listed, more=self.problem_count - len(listed))


def survey(source: Source) -> Survey:
    """Read everything once. Problems are collected, not raised, except those after which nothing can be read."""
    found = Survey()
    seen: set[int] = set()
    for line in lines_of(source):
        found.total += 1
        if not rules.is_code(line.code):
            found.add(line.number, f"代码应为 12 位数字，实为“{line.code[:20]}”")
            continue
        if int(line.code) in seen:
            found.add(line.number, f"代码 {line.code} 重复")
            continue
        seen.add(int(line.code))
        _note(found, line)
    if not found.total:
        found.add(1, "没有任何数据行")
    return found


def _note(found: Survey, line: Line) -> None:
    level = rules.level_of(line.code)
    for text in _problems(line, level):
        found.add(line.number, text)
    if level < VILLAGE_LEVEL:
        found.names[line.code] = line.name
    parent = rules.parent_of(line.code)
    if parent is not None:
        first, rows = found.parents.get(parent, (line.number, 0))
        found.parents[parent] = (first, rows + 1)


def _problems(line: Line, level: int) -> Iterable[str]:
    if line.level not in LEVELS:
        yield f"层级“{line.level[:20]}”无效，应为 {'、'.join(LEVELS)} 之一"
    elif line.level != LEVELS[level - 1]:
        yield f"代码 {line.code} 属于{LEVEL_LABELS[level - 1]}（{LEVELS[level - 1]}），与层级 {line.level} 不符"
    if not line.name:
        yield "名称为空"
    elif not rules.is_name(line.name):
        yield f"名称“{line.name[:20]}”含有空白或不可见字符"
    elif len(line.name) > MAX_NAME:
        yield f"名称超过 {MAX_NAME} 个字"
