"""`manage.py import_content DIR --author NAME`: items from folders of Markdown, as drafts for the review."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.models import User
from backend.content.files.importing import import_folder
from backend.content.files.problems import FolderRefused


class Command(BaseCommand):
    """Importing twice changes nothing; a folder with any error changes nothing."""

    help = "导入内容：目录里一篇一个文件夹（见 docs/content-files.md），导入后是草稿，照常送审；有任何错误则全部不导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One folder, and whose drafts they will be."""
        parser.add_argument("folder", type=Path, help="目录路径")
        parser.add_argument("--author", required=True, help="作者的用户名；要有在各篇发布单位发布内容的权限")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what changed, or everything that is wrong."""
        started = perf_counter()
        author = User.objects.filter(username=options["author"]).first()
        if author is None:
            raise CommandError(f"没有用户名为 {options['author']} 的人")
        try:
            done = import_folder(options["folder"], author=author)
        except FolderRefused as refusal:
            raise CommandError(refusal.message) from refusal
        seconds = perf_counter() - started
        self.stdout.write(f"内容：新增 {done.created}，更新 {done.updated}，未变 {done.unchanged}（{seconds:.1f} 秒）")
