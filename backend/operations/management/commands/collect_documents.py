"""`manage.py collect_documents`: a client's documents as a manifest of trusted documents."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.schema import schema
from backend.schema.collecting import collect, sources_below
from backend.schema.costs import COSTS
from backend.schema.server.limits import Limits
from backend.schema.server.trusted import PREFIX, Policy


class Command(BaseCommand):
    """Writes the manifest, or says by file and line what production would not answer, and writes nothing."""

    help = "Collects the GraphQL documents in a client's folder into a manifest for TRUSTED_DOCUMENTS."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from and where to."""
        parser.add_argument("folder", type=Path, help="the client's sources")
        parser.add_argument("--out", type=Path, required=True, help="the manifest to write")
        parser.add_argument("--ids", type=Path, help="also write the id of each operation by its name, for the client")

    def handle(self, *_args: Any, folder: Path, out: Path, ids: Path | None, **_options: Any) -> None:
        """Raises CommandError where there is nothing to collect, or something that is wrong."""
        if not folder.is_dir():
            raise CommandError(f"{folder}: no such folder")
        policy = Policy(limits=Limits(introspection=False), costs=COSTS)
        found = collect(schema.graphql_schema, sources_below(folder), policy)
        if found.problems:
            raise CommandError(
                "\n".join([*map(str, found.problems), f"{len(found.problems)} problems; nothing written"])
            )
        if not found.documents:
            raise CommandError(f"{folder}: no operation in *.graphql, *.gql or gql`…` templates")
        _write(out, found.documents)
        if ids:
            _write(ids, {name: PREFIX + digest for name, digest in found.names.items()})
        self.stdout.write(f"{out}: {len(found.documents)} documents")


def _write(path: Path, content: dict[str, str]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
