"""Writes folders of content for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.editorial import PROVINCE


@dataclass(frozen=True)
class Folder:
    """A folder of items."""

    root: Path

    def write(
        self,
        slug: str,
        *,
        kind: str = "article",
        title: str = "标题",
        division: str = PROVINCE,
        audience: str = PROVINCE,
        head: str = "",
        body: str = "正文。\n",
        files: Mapping[str, bytes] | None = None,
    ) -> Path:
        """Write an item, in place of the one of that name."""
        path = self.root / slug / "item.md"
        path.parent.mkdir(exist_ok=True)
        place = f"division: {division}\naudience:\n  divisions:\n  - {audience}\n"
        path.write_text(
            f"---\ntitle: {title}\nsummary: 摘要\nkind: {kind}\n{place}{head}---\n\n{body}", encoding="utf-8"
        )
        for name, data in (files or {}).items():
            (path.parent / name).write_bytes(data)
        return path

    def translate(self, slug: str, language: str, body: str, *, title: str = "另一种语言的标题") -> Path:
        """Write another language of an item."""
        path = self.root / slug / f"item.{language}.md"
        path.write_text(f"---\ntitle: {title}\nsummary: 摘要\n---\n\n{body}", encoding="utf-8")
        return path

    def content(self) -> dict[str, bytes]:
        """What every file holds, by its path."""
        return content_of(self.root)


def content_of(root: Path) -> dict[str, bytes]:
    """What every file below a folder holds, by its path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
