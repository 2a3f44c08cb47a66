"""`manage.py evaluate_search FILE`: how well and how fast the search finds the right articles."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.progress import progress_bar
from backend.statutes import rules
from backend.statutes.finding import model
from backend.statutes.finding.evaluation import cross_validated, finding_with, measure, summary
from backend.statutes.finding.finder import Finder
from backend.statutes.finding.questions import InvalidQuestionFile, read_questions, unknown


class Command(BaseCommand):
    """Asks through find_articles' own code, with the shipped model, another one, none, or new ones fold by fold.

    A model that is not there or cannot be used is told of, and the plain ranking measured.
    """

    help = "评测法条检索：nDCG@10、hit@1、recall@10、recall@100、用时"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The questions, and what answers them."""
        parser.add_argument("file", type=Path, help="JSONL：query_id、query、relevant（law、article）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument(
            "--also", type=Path, nargs="+", default=[], help="交叉验证时另加入训练、不参与评测的问题文件"
        )
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--cv", type=int, metavar="N", help="N 折交叉验证：被评的一折不参与训练")
        ways.add_argument("--model", type=Path, help="模型文件（默认为随代码发布的模型）")
        ways.add_argument("--plain", action="store_true", help="不用模型")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask all questions and print the means."""
        if options["cv"] is not None and options["cv"] < 2:  # noqa: PLR2004 - one fold leaves nothing to learn from
            raise CommandError("交叉验证至少要 2 折")
        try:
            figures = self._figures(options)
        except (InvalidQuestionFile, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            names = figures.pop("unknown_articles")
            self.stdout.write("  ".join(f"{name} {value}" for name, value in figures.items()))
            if names:
                self.stdout.write(f"库里没有的正确法条（按没有找到计）：{'、'.join(names)}")

    def _figures(self, options: dict[str, Any]) -> dict[str, Any]:
        questions = read_questions(options["file"])
        also = [asked for file in options["also"] for asked in read_questions(file)]
        ranker = Finder(lambda: None).ranker()
        if ranker is None:
            raise CommandError("还没有导入法律法规")
        missing = [rules.quote(law, label) for law, label in unknown(questions, ranker.index)]
        told = {"unknown": len(missing), "unknown_articles": missing}
        try:
            if options["cv"]:
                with progress_bar(self.stdout, "交叉验证") as progress:
                    outcomes = cross_validated(questions, ranker.index, options["cv"], also=also, progress=progress)
                return {"way": f"cv {options['cv']}"} | summary(outcomes).as_dict() | told
            used = None if options["plain"] else model.read(options["model"] or model.path())
        except (model.UnfitModel, ImportError) as error:
            # The box itself would answer without one, so that is what is measured.
            self.stderr.write(f"模型不能用（{error}），以下是不用模型的结果")
            used = None
        outcomes = measure(questions, ranker.index, finding_with(used))
        return {"way": "plain" if used is None else "model"} | summary(outcomes).as_dict() | told
