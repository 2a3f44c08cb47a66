"""Asks the real schema, by plan or by graphql-core, without the limits that keep clients from asking for everything."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import orjson
from django.db import connection
from graphql import OperationType, get_named_type, is_composite_type

from backend.schema import schema
from backend.schema.endpoint import engine
from backend.schema.server.context import Context, Identity
from backend.schema.server.engine import Engine, encode
from backend.schema.server.limits import Limits
from backend.schema.server.trusted import Policy
from tests.schema.permissions.selections import Everything

SCHEMA = schema.graphql_schema
UNLIMITED = replace(
    Limits(), **dict.fromkeys(("characters", "tokens", "fragments", "depth", "selections", "cost"), 10**9)
)
#: A private picture's address holds the second in which it was made.
_SIGNATURE = re.compile(rb"signature=[^\"&]+")
#: Any object makes the engine leave plans aside.
_BY_CORE = object()


def plain(response: dict[str, Any]) -> dict[str, Any]:
    """The response, as a client decodes it, without what changes from second to second."""
    return dict(orjson.loads(_SIGNATURE.sub(b"", encode(response))))


class Asker:
    """Asks as anybody; `planned` says of the last answer whether a plan gave it."""

    def __init__(self) -> None:
        self.engine = Engine(SCHEMA, engine().tokens, Policy(limits=UNLIMITED))
        self._texts: dict[tuple[str, str], str] = {}
        self.planned = False

    def respond(self, text: str, viewer: Any, variables: dict[str, Any], *, core: bool = False) -> dict[str, Any]:
        """The response to an operation."""
        context = Context(Identity(viewer=viewer), address="192.0.2.1")
        document = self.engine.documents.load(text)
        root = _BY_CORE if core else None
        response = self.engine.execute(document, context, variables=variables, root=root)
        self.planned = context.seen.planned
        return plain(response)

    def everything(self, kind: str, field: str, viewer: Any, given: dict[str, Any], *, core: bool = False) -> Any:
        """All of a root field, with these arguments."""
        return self.respond(self._text(kind, field, tuple(given)), viewer, given, core=core)

    def by_id(self, of: str, ids: list[str], viewer: Any, *, core: bool = False) -> list[Any]:
        """All of the objects of one type with these ids, by `nodes`."""
        return self._refetched("query($ids: [ID!]!) { it: nodes(ids: $ids)", of, viewer, {"ids": ids}, core=core)

    def one_by_id(self, of: str, global_id: str, viewer: Any, *, core: bool = False) -> Any:
        """All of the object with this id, by `node`."""
        return self._refetched("query($id: ID!) { it: node(id: $id)", of, viewer, {"id": global_id}, core=core)

    def _refetched(self, head: str, of: str, viewer: Any, given: dict[str, Any], *, core: bool) -> Any:
        if (head, of) not in self._texts:
            all_of = Everything(SCHEMA)
            selection = all_of.selection(SCHEMA.type_map[of])
            self._texts[head, of] = f"{head} {selection} }}\n{all_of.fragments}"
        answer = self.respond(self._texts[head, of], viewer, given, core=core)
        assert "errors" not in answer, answer
        assert self.planned is not core
        return answer["data"]["it"]

    def _text(self, kind: str, field: str, given: tuple[str, ...]) -> str:
        key = (f"{kind} {field}", " ".join(given))
        if key not in self._texts:
            found = SCHEMA.get_root_type(OperationType(kind)).fields[field]  # type: ignore[union-attr]
            declared = ", ".join(f"${name}: {found.args[name].type}" for name in given)
            passed = ", ".join(f"{name}: ${name}" for name in given)
            all_of = Everything(SCHEMA)
            inner = get_named_type(found.type)
            body = all_of.selection(inner) if is_composite_type(inner) else ""
            head = f"{kind}({declared})" if given else kind
            arguments = f"({passed})" if given else ""
            self._texts[key] = f"{head} {{ {field}{arguments} {body} }}\n{all_of.fragments}"
        return self._texts[key]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The texts of the SQL that runs inside."""
    texts: list[str] = []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        texts.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        yield texts
