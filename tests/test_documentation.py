"""What the documents say is what the code does."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLNonNull

from backend.errors import Refusal
from backend.schema.endpoint import engine
from backend.schema.server import socket  # noqa: F401 - what sockets refuse with

ROOT = Path(__file__).resolve().parent.parent


def refusals(base: type[Refusal] = Refusal) -> set[type[Refusal]]:
    engine()  # imports every room of the contract
    found = {kind for kind in base.__subclasses__() if kind.__module__.startswith(("backend.", "media."))}
    return found.union(*(refusals(kind) for kind in found))


def test_every_code_is_listed_in_the_api_document_and_no_other() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    transport = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "INTERNAL"}
    assert listed == {kind.code for kind in refusals()} | transport


def test_every_refusal_has_a_stable_code_and_a_chinese_sentence() -> None:
    for kind in refusals():
        assert re.fullmatch(r"[A-Z][A-Z_]+", kind.code), kind
        assert re.search(r"[\u4e00-\u9fff]", kind.message), kind


def test_every_variable_of_the_settings_is_documented() -> None:
    settings = (ROOT / "backend" / "settings.py").read_text(encoding="utf-8")
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    variables = set(re.findall(r"""env\.\w+\(\s*"([A-Z_0-9]+)\"""", settings))
    documented = set(re.findall(r"^\| `([A-Z_0-9]+)` \|", operations, re.MULTILINE))
    assert documented == variables


@pytest.mark.parametrize("path", sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md")))
def test_links_between_documents_lead_somewhere(path: str) -> None:
    document = ROOT / path
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{path} → {target}"


def test_one_refusal_does_not_empty_a_screen() -> None:
    """A root field that is non-null takes all the others with it when it refuses."""
    query = engine().schema.query_type
    assert query is not None
    assert [name for name, field in query.fields.items() if isinstance(field.type, GraphQLNonNull)] == []


def test_every_operation_that_the_readme_shows_fits_the_contract() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    operations = re.findall(r"`((?:\{|mutation \{|subscription \{)[^`]+\})`", text)
    assert len(operations) >= 6
    for operation in operations:
        engine().documents.load(operation)
