"""`manage.py export_schema` as a developer meets it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from graphql import build_schema, print_schema

from backend.operations.management.commands import export_schema
from backend.schema.contract.coordinates import contract_of
from backend.schema.contract.deprecation import malformed
from backend.schema.endpoint import engine

FIRST = '"""What can be read."""\ntype Query {\n  law(id: ID): Int\n}'


class Schema:
    """Prints as graphene's schema does."""

    def __init__(self, sdl: str) -> None:
        self.sdl = sdl

    def __str__(self) -> str:
        return print_schema(build_schema(self.sdl))


class Desk:
    """A checkout in which a developer works."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.path, self.log, self.patch = folder / "schema.graphql", folder / "api-changes.md", patch
        patch.setattr(export_schema, "PATH", self.path)
        patch.setattr(export_schema, "LOG", self.log)

    def code(self, sdl: str) -> None:
        self.patch.setattr(export_schema, "schema", Schema(sdl))

    def refusal(self) -> str:
        with pytest.raises(CommandError) as refused:
            call_command("export_schema", check=True)
        return str(refused.value)

    def write(self, word: str) -> None:
        self.log.write_text(self.log.read_text().replace("TODO", word))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk where the first contract is on record."""
    found = Desk(tmp_path, monkeypatch)
    found.code(FIRST)
    assert "export_schema" in found.refusal()
    assert not found.path.exists()
    assert not found.log.exists()
    call_command("export_schema")
    call_command("export_schema", check=True)
    return found


def test_a_changed_contract_fails_until_its_change_was_written_down(desk: Desk, capsys) -> None:
    desk.code(FIRST.replace("}", "  rule: Int\n}"))
    assert "- added `Query.rule`: `Int`" in desk.refusal()
    call_command("export_schema")
    assert "- added `Query.rule`: `Int`" in capsys.readouterr().out
    assert "write why" in desk.refusal()
    desk.write("Phones need it.")
    call_command("export_schema", check=True)
    call_command("export_schema")
    assert "no words" in capsys.readouterr().out
    assert "Phones need it." in desk.log.read_text()


def test_what_breaks_clients_is_said_before_anything_is_written(desk: Desk) -> None:
    desk.code(FIRST.replace("id: ID", "id: ID!"))
    refusal = desk.refusal()
    assert "- changed `Query.law(id:)`: `ID` → `ID!`" in refusal
    assert "breaks clients: " in refusal
    call_command("export_schema")
    desk.write("No app asks without it.")
    call_command("export_schema", check=True)


def test_what_needs_careful_clients_is_said(desk: Desk) -> None:
    desk.code(FIRST.replace("id: ID", "id: ID, day: Int"))
    assert "needs careful clients: " in desk.refusal()


def test_a_new_description_needs_no_entry(desk: Desk) -> None:
    log = desk.log.read_text()
    desk.code(FIRST.replace("What can", "All that can"))
    assert "All that can be read" in desk.refusal()
    call_command("export_schema")
    call_command("export_schema", check=True)
    assert desk.log.read_text() == log


def test_schema_and_log_edited_by_hand_are_refused(desk: Desk) -> None:
    desk.path.write_text(desk.path.read_text().replace("type Query", "type Question", 1))
    assert "Question" in desk.refusal()
    desk.path.write_text("<<<<<<< HEAD")
    assert "<<<<<<< HEAD" in desk.refusal()
    call_command("export_schema")
    call_command("export_schema", check=True)
    desk.log.write_text(desk.log.read_text() + "\nMore words.\n")
    assert "More words." in desk.refusal()


def test_both_documents_are_written_or_none(desk: Desk) -> None:
    before = desk.log.read_text()
    desk.path.write_text("<<<<<<< HEAD")
    desk.code(FIRST.replace("}", "  rule: Int\n}"))
    with pytest.raises(CommandError, match="take both from one commit"):
        call_command("export_schema")
    assert (desk.path.read_text(), desk.log.read_text()) == ("<<<<<<< HEAD", before)


def test_a_finished_entry_can_be_drawn_again(desk: Desk) -> None:
    desk.code(FIRST.replace("}", "  rule: Int\n}"))
    call_command("export_schema")
    desk.write("Phones need it.")
    desk.code(FIRST.replace("}", "  rules: Int\n}"))
    call_command("export_schema", amend=True)
    call_command("export_schema", check=True)
    assert desk.log.read_text().count("## ") == 2
    assert "`Query.rule`" not in desk.log.read_text()


def test_every_deprecation_of_the_contract_has_the_form() -> None:
    assert malformed(contract_of(print_schema(engine().schema))) == []
