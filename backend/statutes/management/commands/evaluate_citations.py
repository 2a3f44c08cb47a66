"""`manage.py evaluate_citations [--sample FILE] [--json]`: how well citations are found in free text."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.statutes.evaluation import PRECISION, RECALL, SAMPLE, Evaluation, evaluate, read_sample
from backend.statutes.models import Law
from backend.statutes.selectors import known_names


class Command(BaseCommand):
    """Fails where what is to be reached is not."""

    help = "用人工标注的法条原文测量引用识别的准确率和召回率；需要先导入法律法规"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Another sample, and figures for programs."""
        parser.add_argument("--sample", type=Path, default=SAMPLE, help="标注样本（JSONL）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure and tell."""
        if not Law.objects.exists():
            raise CommandError("还没有法律法规，请先运行 manage.py import_statutes")
        try:
            sample = read_sample(options["sample"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        done = evaluate(sample, known_names())
        self.stdout.write(_as_json(done) if options["json"] else _told(done))
        if done.precision < PRECISION or done.recall < RECALL:
            raise CommandError(f"没有达到目标：准确率 {PRECISION}，召回率 {RECALL}")


def _as_json(done: Evaluation) -> str:
    figures = {"precision": round(done.precision, 4), "recall": round(done.recall, 4)}
    return json.dumps({**figures, **asdict(done)}, ensure_ascii=False)


def _told(done: Evaluation) -> str:
    lines = [
        f"{done.texts} 段条文，{done.right + done.missed} 处引用：准确率 {done.precision:.3f}，召回率 {done.recall:.3f}"
    ]
    for mistake in done.mistakes:
        lines += [f"{mistake.source}：{mistake.text}", f"  漏 {mistake.missed}  多 {mistake.invented}"]
    return "\n".join(lines)
