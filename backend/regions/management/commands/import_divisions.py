"""`manage.py import_divisions FILE`: the tree of divisions from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.progress import progress_bar
from backend.regions.errors import InvalidDivisionFile
from backend.regions.services import import_divisions


class Command(BaseCommand):
    """Importing twice changes nothing; a file with any error changes nothing."""

    help = "导入行政区划：CSV（code,name,level），可为 .gz 或 .xz 压缩；有任何错误则全部不导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file."""
        parser.add_argument("file", type=Path, help="CSV 文件路径")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what changed."""
        started = perf_counter()
        try:
            with progress_bar(self.stdout, "行政区划") as progress:
                done = import_divisions(options["file"], progress=progress)
        except InvalidDivisionFile as refusal:
            raise CommandError(refusal.message) from refusal
        seconds = perf_counter() - started
        if not done.changed:
            self.stdout.write(f"行政区划：{done.unchanged} 条，没有变化（{seconds:.1f} 秒）")
            return
        self.stdout.write(
            f"行政区划：新增 {done.created}，更名 {done.renamed}，随上级更名 {done.followed}，"
            f"未变 {done.unchanged}（{seconds:.1f} 秒）"
        )
