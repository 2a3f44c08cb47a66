"""`manage.py train_search FILE…`: teaches the search of laws to rank, from questions and their right articles."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.progress import progress_bar
from backend.statutes.finding import model
from backend.statutes.finding.finder import Finder
from backend.statutes.finding.questions import InvalidQuestionFile, read_questions
from backend.statutes.finding.training import train


class Command(BaseCommand):
    """The same questions over the same laws give the same model."""

    help = "从带有正确法条的问题（JSONL）训练法条检索的排序模型"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file or several, and where the model goes."""
        parser.add_argument("files", type=Path, nargs="+", help="JSONL：query_id、query、relevant（law、article）")
        parser.add_argument("--output", type=Path, help=f"模型文件（默认 {model.path().name}）")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Train, write, and say how large it is."""
        started = perf_counter()
        try:
            questions = [asked for file in options["files"] for asked in read_questions(file)]
        except (InvalidQuestionFile, OSError) as error:
            raise CommandError(str(error)) from error
        ranker = Finder(lambda: None).ranker()
        if ranker is None:
            raise CommandError("还没有导入法律法规")
        with progress_bar(self.stdout, "训练") as progress:
            trained = train(questions, ranker.index, progress=progress)
        target = options["output"] or model.path()
        model.write(trained, target)
        size, seconds = target.stat().st_size / 1024, perf_counter() - started
        self.stdout.write(f"模型：{len(questions)} 个问题，{size:.0f} KB（{seconds:.0f} 秒）→ {target}")
