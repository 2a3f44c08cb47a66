"""A client's documents, from its sources to a manifest."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from graphql import Source, build_schema

from backend.manifests import digest_of, read_manifests
from backend.schema.collecting import Collection, collect, sources_below, templates_in
from backend.schema.server.limits import Limits
from backend.schema.server.trusted import Policy

SCHEMA = build_schema(
    "type Query { me: Person many(first: Int): [Person] } type Person { id: ID name: String friend: Person }"
)


def collected(*files: tuple[str, str]) -> Collection:
    return collect(SCHEMA, [Source(text, name) for name, text in files], Policy(limits=Limits(introspection=False)))


def test_each_operation_is_one_entry_with_the_fragments_that_it_uses_and_no_others() -> None:
    found = collected(
        ("b.graphql", "query B { me { ...Card } } fragment Friend on Person { friend { ...Name } }"),
        ("a.graphql", "query A { me { id } }\n# a remark\nfragment Card on Person { id ...Friend }"),
        ("c.graphql", "fragment Name on Person { name } fragment Unused on Person { id }"),
    )
    assert found.problems == []
    assert list(found.names) == ["A", "B"]
    text = found.documents[found.names["B"]]
    assert text == (
        "query B {\n  me {\n    ...Card\n  }\n}\n\n"
        "fragment Card on Person {\n  id\n  ...Friend\n}\n\n"
        "fragment Friend on Person {\n  friend {\n    ...Name\n  }\n}\n\n"
        "fragment Name on Person {\n  name\n}"
    )
    assert digest_of(text) == found.names["B"]
    assert found.documents[found.names["A"]] == "query A {\n  me {\n    id\n  }\n}"


def test_the_same_sources_give_the_same_manifest_whatever_their_order_and_spaces() -> None:
    one = collected(("a", "query A{me{id}} query B{me{name}}"), ("b", "fragment F on Person{id}"))
    other = collected(("b", "fragment F on Person{id}"), ("a", "query B { me { name } }\n\nquery A { me { id } }"))
    assert json.dumps(one.documents) == json.dumps(other.documents)
    assert list(one.documents) == sorted(one.documents)


SCRIPT = """import { gql } from "x";
const F = gql`fragment F on Person { name }`;
export const one = gql`
  query One { me { ...F } }
  ${F}
`;
const two = graphql(/* GraphQL */ `query Two { me { id } }`);
const three = graphql(`query Three { me { name } }`);
const not = sql`SELECT 1`;
const text = "gql";
"""


def test_templates_are_found_in_scripts_with_their_lines() -> None:
    found = list(templates_in(SCRIPT, "app.ts"))
    assert [source.location_offset.line for source in found] == [2, 3, 7, 8]
    everything = collect(SCHEMA, found, Policy())
    assert everything.problems == []
    assert list(everything.names) == ["One", "Three", "Two"]
    assert "fragment F" in everything.documents[everything.names["One"]]


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        ([("a", "query A {\n  me {\n    nope\n  }\n}")], [("a", 3, "nope")]),
        ([("a", "query A { me { ...F } }"), ("b", "\nfragment F on Person {\n naem\n}")], [("b", 3, "Did you mean")]),
        ([("a", "query A { me {\n id ")], [("a", 2, "Syntax Error")]),
        ([("a", "\n{ me { id } }")], [("a", 2, "needs a name")]),
        ([("a", "query A { me { id } }"), ("b", "query A { me { name } }")], [("b", 1, "written twice")]),
        ([("a", "query A {\n me { ...Nobody } }")], [("a", 2, "Nobody")]),
        ([("a", "query A { me { ...F } } fragment F on Person {\n friend { ...F } }")], [("a", 2, "F")]),
        ([("a", "query A {\n __schema { description } }")], [("a", 2, "接口结构")]),
        ([("a", "query A { me { id } }"), ("b", "query B { m")], [("b", 1, "Syntax Error")]),
        ([("a", "\nquery A { many(first: 90000) { id } }")], [("a", 2, "costs 90,001")]),
        ([("a", "query A { me { " + "friend { " * 20 + "id" + " }" * 20 + " } }")], [("a", 1, "嵌套")]),
        ([("a", "query A { me { id } } type T { id: ID }")], []),
    ],
    ids=[
        "field",
        "fragment",
        "syntax",
        "name",
        "twice",
        "missing",
        "circle",
        "introspection",
        "beside",
        "cost",
        "deep",
        "types",
    ],
)
def test_what_is_wrong_is_told_by_file_and_line(
    files: list[tuple[str, str]], problems: list[tuple[str, int, str]]
) -> None:
    found = collected(*files).problems
    assert [(problem.path, problem.line) for problem in found] == [(path, line) for path, line, _ in problems]
    for problem, (_, _, said) in zip(found, problems, strict=True):
        assert said in problem.message


def test_the_same_definition_twice_is_one() -> None:
    found = collected(
        ("a", "query A { me { ...F } } fragment F on Person { id }"), ("b", "fragment F on Person { id }")
    )
    assert (found.problems, len(found.documents)) == ([], 1)


def test_packages_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("app/a.graphql", "app/b.gql", "app/c.tsx", "node_modules/x/d.graphql", ".git/e.graphql", "app/f.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("const x = gql`query X { me { id } }`" if name.endswith("tsx") else "query Y { me { id } }")
    assert [source.name for source in sources_below(tmp_path)] == ["app/a.graphql", "app/b.gql", "app/c.tsx"]


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A client of the real contract."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "who.graphql").write_text("query Who { viewer { ...Card } }")
    (folder / "card.ts").write_text("export const Card = gql`fragment Card on Viewer { id displayName }`;")
    return folder


def test_the_command_writes_what_the_server_reads(client: Path, tmp_path: Path, capsys: Any) -> None:
    out, ids = tmp_path / "documents.json", tmp_path / "ids.json"
    call_command("collect_documents", client, out=out, ids=ids)
    first = out.read_bytes()
    assert "1 documents" in capsys.readouterr().out
    [(digest, text)] = read_manifests(str(out)).items()
    assert "fragment Card on Viewer" in text
    assert json.loads(ids.read_text()) == {"Who": f"sha256:{digest}"}
    call_command("collect_documents", client, out=out)
    assert out.read_bytes() == first


def test_the_command_writes_nothing_where_anything_is_wrong(client: Path, tmp_path: Path) -> None:
    (client / "bad.graphql").write_text("query Bad {\n  viewer { phone }\n}")
    out = tmp_path / "documents.json"
    with pytest.raises(CommandError, match=r"bad\.graphql:2: .*phone"):
        call_command("collect_documents", client, out=out)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="no operation"):
        call_command("collect_documents", tmp_path / "empty", out=out)
    with pytest.raises(CommandError, match="no such folder"):
        call_command("collect_documents", tmp_path / "nowhere", out=out)
    assert not out.exists()
