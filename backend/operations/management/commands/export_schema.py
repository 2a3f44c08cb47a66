"""`manage.py export_schema`: the public contract as text, and the log of its changes."""

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from backend.schema import schema
from backend.schema.contract.changes import breaking, dangerous, difference
from backend.schema.contract.coordinates import Contract, contract_of
from backend.schema.contract.drafts import begun, drafted
from backend.schema.contract.log import read_log, write_change, write_entry, write_log
from backend.schema.contract.rules import problems

PATH = settings.BASE_DIR / "schema.graphql"
LOG = settings.BASE_DIR / "docs" / "api-changes.md"
NEXT = "run `manage.py export_schema`, which writes both, and say why in docs/api-changes.md"


class Command(BaseCommand):
    """Writes `schema.graphql` and drafts its entry in the log, or with --check refuses what does not hold."""

    help = "Writes schema.graphql from the code, and drafts the entry that a changed contract needs."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two switches that exclude each other."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--check", action="store_true", help="compare only, and fail where something does not hold")
        which.add_argument("--amend", action="store_true", help="draw the newest entry again instead of adding one")

    def handle(self, *_args: Any, check: bool, amend: bool, **_options: Any) -> None:
        """Raises CommandError with what does not hold."""
        text = f"{schema}".rstrip() + "\n"
        try:
            if check:
                _check(text)
            else:
                self.stdout.write(_export(text, amend=amend))
        except ValueError as error:
            raise CommandError(str(error)) from error


def _check(text: str) -> None:
    written, present = _read(PATH), contract_of(text)
    if written != text:
        told = _told(_recorded(), present) or _lines(written, text)
        raise CommandError(f"{told}\nschema.graphql is out of date: {NEXT}")
    if found := problems(read_log(_read(LOG)), present, localdate()):
        raise CommandError("\n".join(["docs/api-changes.md does not hold:", *found]))


def _export(text: str, *, amend: bool) -> str:
    """Writes both documents, and returns what to say."""
    present, today = contract_of(text), localdate()
    if not LOG.exists():
        log = begun(present, today)
    else:
        log = drafted(read_log(_read(LOG)), _recorded(), present, today, amend=amend)
    PATH.write_text(text, encoding="utf-8")
    LOG.write_text(write_log(log), encoding="utf-8")
    if not log.entries[0].is_draft:
        return "schema.graphql is written; the log needs no words."
    return f"{write_entry(log.entries[0])}\nschema.graphql is written. Now write what is TODO in docs/api-changes.md."


def _told(before: Contract, after: Contract) -> str:
    """What changed, for the person who changed it; empty where only descriptions did, or nothing was there."""
    changes = [write_change(change) for change in difference(before, after)]
    if not before or not changes:
        return ""
    warnings = [f"  breaks clients: {sentence}" for sentence in breaking(before, after)]
    warnings += [f"  needs careful clients: {sentence}" for sentence in dangerous(before, after)]
    return "\n".join([*changes, *warnings])


def _lines(written: str, text: str) -> str:
    pair = (written.splitlines(), text.splitlines())
    return "\n".join(list(difflib.unified_diff(*pair, "schema.graphql", "the code", n=1, lineterm=""))[:40])


def _recorded() -> Contract:
    """The contract of schema.graphql; nothing where a merge left its marks in it, or it is not there."""
    try:
        return contract_of(_read(PATH))
    except ValueError:
        return {}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
