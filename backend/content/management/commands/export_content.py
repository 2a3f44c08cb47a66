"""`manage.py export_content DIR`: items as folders of Markdown, with their pictures and recordings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.content.files.exporting import export_folder
from backend.content.files.problems import FolderRefused
from backend.regions.models import Division


class Command(BaseCommand):
    """Writes each item in place of what an earlier export wrote of it, and touches nothing else."""

    help = "导出内容：一篇一个文件夹，格式见 docs/content-files.md，可以再导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One folder, and which items."""
        parser.add_argument("folder", type=Path, help="目录路径")
        parser.add_argument("--division", help="只导出这个区划及其下级发布的内容（12 位代码）")
        parser.add_argument("--live", action="store_true", help="只导出正在发布的内容，并且是读者看到的版本")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Export and say how many."""
        division = options["division"]
        if division and not Division.objects.filter(code=division).exists():
            raise CommandError(f"没有代码为 {division} 的行政区划")
        try:
            number = export_folder(options["folder"], division=division, live=options["live"])
        except FolderRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"内容：导出 {number} 篇")
