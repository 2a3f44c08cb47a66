"""Collects the documents of a client's sources into a manifest of trusted documents.

Operations come from `*.graphql` and `*.gql` files and from gql`…` and graphql`…` templates in JavaScript and
TypeScript. Each becomes one entry: the operation and every fragment that it uses, wherever in the client that one is
written, printed in one form, so that the same sources always give the same manifest.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    Source,
    SourceLocation,
    Visitor,
    parse,
    print_ast,
    visit,
)

from backend.manifests import digest_of
from backend.schema.server.checks import InvalidDocument, faults, parsed
from backend.schema.server.cost import CostCompiler
from backend.schema.server.trusted import Policy

Named = TypeVar("Named", OperationDefinitionNode, FragmentDefinitionNode)

GRAPHQL_ENDINGS = frozenset({".graphql", ".gql"})
SCRIPT_ENDINGS = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"})
_FOREIGN = frozenset({"node_modules"})
#: gql`…`, graphql`…`, and as function calls, with or without the comment that editors look for.
_TEMPLATE = re.compile(r"\b(?:gql|graphql)\s*(?:\(\s*)?(?:/\*\s*GraphQL\s*\*/\s*)?`((?:\\.|[^`\\])*)`", re.DOTALL)
_INTERPOLATION = re.compile(r"\$\{[^{}]*\}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and where."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(slots=True)
class Collection:
    """What a client's sources hold: texts by digest, digests by operation name, and what is wrong."""

    documents: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def sources_below(folder: Path) -> Iterator[Source]:
    """All pieces of GraphQL in a folder, in the order of their paths; packages and hidden folders are left out."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part in _FOREIGN or part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        if path.suffix in GRAPHQL_ENDINGS:
            yield Source(_text(path), inside.as_posix())
        elif path.suffix in SCRIPT_ENDINGS:
            yield from templates_in(_text(path), inside.as_posix())


def _text(path: Path) -> str:
    # Scripts in other encodings are no reason to stop: what GraphQL they hold is ASCII but for its descriptions.
    return path.read_text(encoding="utf-8", errors="replace")


def templates_in(script: str, name: str) -> Iterator[Source]:
    """The templates of a script. What is put into them by `${…}` is left out: fragments are found by their names."""
    for match in _TEMPLATE.finditer(script):
        text = _INTERPOLATION.sub("", match[1]).replace("\\`", "`")
        yield Source(text, name, SourceLocation(script.count("\n", 0, match.start(1)) + 1, 1))


def collect(schema: GraphQLSchema, sources: Iterable[Source], policy: Policy) -> Collection:
    """Everything that the sources hold, checked against the schema and the limits of trusted documents."""
    found = Collection()
    definitions = [definition for source in sources for definition in _definitions(source, found)]
    fragments = _by_name((node for node in definitions if isinstance(node, FragmentDefinitionNode)), found)
    operations = _by_name((node for node in definitions if isinstance(node, OperationDefinitionNode)), found)
    for name, operation in sorted(operations.items()):
        document = DocumentNode(definitions=(operation, *_used(operation, fragments)))
        text = print_ast(document)
        if errors := _errors(schema, operation, document, text, policy):
            found.problems += [_problem(error, node=operation) for error in errors]
            continue
        digest = digest_of(text)
        found.documents[digest] = text
        found.names[name] = digest
    found.documents = dict(sorted(found.documents.items()))
    found.problems = sorted(set(found.problems))
    return found


def _definitions(source: Source, found: Collection) -> list[ExecutableDefinitionNode]:
    if not source.body.strip():
        return []
    try:
        document = parse(source)
    except GraphQLError as error:
        found.problems.append(_problem(error, source))
        return []
    return [node for node in document.definitions if isinstance(node, ExecutableDefinitionNode)]


def _by_name(nodes: Iterable[Named], found: Collection) -> dict[str, Named]:
    """The definitions by name. One name twice is a problem, unless both say the same."""
    named: dict[str, Named] = {}
    for node in nodes:
        if node.name is None:
            found.problems.append(_problem(GraphQLError("an operation needs a name", node)))
            continue
        other = named.setdefault(node.name.value, node)
        if other is not node and print_ast(other) != print_ast(node):
            found.problems.append(_problem(GraphQLError(f"{node.name.value} is written twice, in two ways", node)))
    return named


def _used(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    """The fragments that an operation uses, also through others, by name; those that nobody wrote are left out."""
    used: dict[str, FragmentDefinitionNode] = {}
    waiting: list[Node] = [operation]
    while waiting:
        for name in _spreads(waiting.pop()):
            if name in fragments and name not in used:
                used[name] = fragments[name]
                waiting.append(fragments[name])
    return [used[name] for name in sorted(used)]


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)


def _spreads(node: Node) -> list[str]:
    spreads = _Spreads()
    visit(node, spreads)
    return spreads.names


def _errors(
    schema: GraphQLSchema, operation: OperationDefinitionNode, document: DocumentNode, text: str, policy: Policy
) -> list[GraphQLError]:
    """What production would refuse the document for."""
    if errors := faults(schema, document, policy.limits, hints=True) or _too_large(text, policy):
        return errors
    cost = CostCompiler(schema, document, policy.costs).compile(operation).of({})
    return (
        [GraphQLError(f"costs {cost:,}, and {policy.limits.cost:,} are allowed")] if cost > policy.limits.cost else []
    )


def _too_large(text: str, policy: Policy) -> list[GraphQLError]:
    """Length and tokens are those of the printed text, which is what clients ask for."""
    try:
        parsed(text, policy.limits)
    except InvalidDocument as invalid:
        return invalid.errors
    return []


def _problem(error: GraphQLError, source: Source | None = None, node: Node | None = None) -> Problem:
    """Where the error lies, counted in the file that holds the source."""
    nodes = [*(error.nodes or ()), *([node] if node else [])]
    location = next((one.loc for one in nodes if one.loc), None)
    if location:
        source, line = location.source, location.start_token.line
    else:
        line = error.locations[0].line if error.locations else 1
    name, first = (source.name, source.location_offset.line) if source else ("", 1)
    return Problem(name, first + line - 1, error.message)
