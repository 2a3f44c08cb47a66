"""Folders on the disk: read with every limit checked before a file is opened, written so that none stays half done."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from backend.content.files.body import MAX_SLUG, SLUG
from backend.content.files.entries import Entry, Source, file_of, used_files
from backend.content.files.problems import FolderRefused, Problem, Report
from backend.content.files.text_files import read_item, read_text, write_text
from backend.content.models import ContentTranslation
from media import rules
from media.models import MediaFile
from media.storage import CHUNK, storage

#: No text for villagers comes near it.
MAX_TEXT_BYTES = 256 << 10
MAX_ITEMS = 5000
_LANGUAGES = tuple(ContentTranslation.Language.values)
#: What a folder of folders may hold beside items: it is for those who look after it.
_NOTES = ("README.md", "README.txt")
_SNIFFED = 64


def read_folder(root: Path) -> tuple[list[Entry], list[Problem]]:
    """The items of a folder, by their names, and what is wrong with those that are not among them.

    Raises FolderRefused where there is no such folder.
    """
    if not root.is_dir():
        raise FolderRefused([Problem(str(root), 0, "没有这个目录")])
    entries: list[Entry] = []
    problems: list[Problem] = []
    for folder in _item_folders(root, problems):
        reader = _ItemReader(folder)
        entry = reader.read()
        problems += reader.problems
        if entry is not None:
            entries.append(entry)
    return entries, problems


def _item_folders(root: Path, problems: list[Problem]) -> Iterator[Path]:
    names: dict[str, str] = {}
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in _NOTES:
            continue
        twin = names.setdefault(path.name.casefold(), path.name)
        if twin != path.name:
            problems.append(Problem(path.name, 0, f"与“{twin}”重名：一篇内容只能有一个文件夹"))
        elif path.is_symlink() or not path.is_dir():
            problems.append(Problem(path.name, 0, "这里只能放文件夹，一篇内容一个"))
        elif len(path.name) > MAX_SLUG or not SLUG.fullmatch(path.name):
            told = f"文件夹名只能用小写字母、数字和中间的横线，不超过 {MAX_SLUG} 个字符"
            problems.append(Problem(path.name, 0, told))
        elif len(names) > MAX_ITEMS:
            problems.append(Problem(str(root), 0, f"一次最多导入 {MAX_ITEMS} 篇"))
            return
        else:
            yield path


class _ItemReader:
    """Reads one item's folder."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._files: dict[str, Path] = {}

    def read(self) -> Entry | None:
        """The entry; None where anything is wrong with it."""
        present = self._present()
        if file_of("") not in present:
            self._add(file_of(""), 0, "缺少这个文件")
            return None
        item = read_item(self._text(file_of("")), self._report(file_of("")))
        translations = {
            language: text
            for language in _LANGUAGES
            if file_of(language) in present
            and (text := read_text(self._text(file_of(language)), self._report(file_of(language))))
        }
        if item is None or self.problems:
            return None
        entry = Entry(self._folder.name, item, translations, self._files)
        self._find_files(entry)
        for name in sorted(present - self._files.keys() - {file_of(language) for language, _ in entry.texts()}):
            self._add(name, 0, "没有被用到；请在正文里使用它，或者移走")
        return None if self.problems else entry

    def _present(self) -> set[str]:
        found = set()
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if any(part.startswith(".") for part in path.relative_to(self._folder).parts):
                continue
            if path.is_symlink():
                self._add(name, 0, "不能是链接")
            elif path.is_file():
                found.add(name)
        return found

    def _report(self, name: str) -> Report:
        return Report(f"{self._folder.name}/{name}", self.problems)

    def _add(self, name: str, line: int, message: str) -> None:
        self._report(name).add(line, message)

    def _text(self, name: str) -> str:
        """What a file holds; of one that is too large or no text, nothing, and that is reported."""
        path = self._folder / name
        if path.stat().st_size > MAX_TEXT_BYTES:
            self._add(name, 0, f"文件太大：一篇文字不能超过 {MAX_TEXT_BYTES >> 10} KB")
            return ""
        try:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self._add(name, 0, "不是 UTF-8 编码的文字，请另存为 UTF-8")
            return ""

    def _find_files(self, entry: Entry) -> None:
        for language, text in entry.texts():
            for name, purpose, line in used_files(text):
                if told := self._fault(self._folder / name, purpose):
                    self._add(file_of(language), line, f"{name}：{told}")
                else:
                    self._files[name] = self._folder / name

    def _fault(self, path: Path, purpose: str) -> str:
        """Why a file cannot be used so; empty where it can, as far as its size and first bytes tell."""
        if any(each.is_symlink() for each in (path, path.parent)):
            return "不能是链接"
        if not path.is_file():
            return "没有这个文件"
        limits = rules.LIMITS[MediaFile.Purpose(purpose)]
        if not 0 < path.stat().st_size <= limits.max_bytes:
            return f"文件是空的，或者超过 {limits.max_bytes // rules.MEBIBYTE} MB"
        with path.open("rb") as file:
            return "" if rules.type_for(purpose, file.read(_SNIFFED)) else f"只支持 {limits.formats}"


def write_folder(root: Path, entry: Entry) -> None:
    """Write an item below `root` under its name, in place of what it wrote there before.

    The folder appears whole or not at all, and the one before it is gone only then. Raises FolderRefused where
    something else has its name, FileNotFoundError where the store has lost a file.
    """
    target, fresh, aside = root / entry.slug, root / f".{entry.slug}.new", root / f".{entry.slug}.old"
    if aside.is_dir() and not target.exists():
        aside.rename(target)  # an export was cut off between its two steps
    if target.is_symlink() or (target.exists() and not (target / file_of("")).is_file()):
        raise FolderRefused([Problem(str(target), 0, "已有同名的文件或文件夹，而且不是一篇内容")])
    for left in (fresh, aside):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _fill(fresh, entry)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if target.exists():
        target.rename(aside)
    fresh.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def _fill(folder: Path, entry: Entry) -> None:
    for language, text in entry.texts():
        (folder / file_of(language)).write_bytes(write_text(text).encode())
    for name, source in entry.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("wb") as file, opened(source) as content:
            shutil.copyfileobj(content, file, CHUNK)


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """A file of an item open for reading, never whole in memory unless it was. Raises FileNotFoundError."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    elif isinstance(source, bytes):
        yield BytesIO(source)
    else:
        with TemporaryFile() as file:
            storage().fetch(source.key, file, limit=source.size)
            file.seek(0)
            yield file
