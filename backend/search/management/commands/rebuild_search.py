"""`manage.py rebuild_search`: the whole index anew, while reads go on."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from backend.progress import progress_bar
from backend.search.rebuilding import rebuild


class Command(BaseCommand):
    """Running it twice changes nothing; what is unchanged is not written."""

    help = "重建搜索索引：期间查询和发布照常进行"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Rebuild, and say what changed and how fast it went."""
        started = perf_counter()
        with progress_bar(self.stdout, "搜索索引") as progress:
            done = rebuild(progress=progress)
        seconds = perf_counter() - started
        documents = done.written + done.unchanged
        self.stdout.write(
            f"搜索索引：写入 {done.written}、删除 {done.removed}、未变 {done.unchanged}"
            f"（{seconds:.1f} 秒，每秒 {documents / max(seconds, 0.001):,.0f} 篇）"
        )
