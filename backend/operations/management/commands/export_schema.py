"""`manage.py export_schema`: the public contract as text."""

import difflib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.schema import schema

PATH = settings.BASE_DIR / "schema.graphql"


class Command(BaseCommand):
    """Writes `schema.graphql`, or with --check says where it differs from the code."""

    help = "Writes schema.graphql from the code; --check only compares, and fails where they differ."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--check", action="store_true", help="compare only")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        """Raises CommandError with the first differences."""
        text = f"{schema}".rstrip() + "\n"
        if not check:
            PATH.write_text(text, encoding="utf-8")
            return
        written = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        if written != text:
            pair = (written.splitlines(), text.splitlines())
            lines = difflib.unified_diff(*pair, "schema.graphql", "the code", n=1, lineterm="")
            head = "\n".join(list(lines)[:40])
            raise CommandError(f"{head}\nschema.graphql is out of date: run `manage.py export_schema`")
