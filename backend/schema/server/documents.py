"""Documents are parsed and validated once, then kept: validation costs more than answering."""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, get_operation_ast

from backend.manifests import digest_of
from backend.schema.plans.shapes import name_of
from backend.schema.server.checks import InvalidDocument, faults, parsed
from backend.schema.server.cost import Cost, CostCompiler
from backend.schema.server.deadline import TimeLimit
from backend.schema.server.limits import Limits, TooCostly, check_variables
from backend.schema.server.trusted import Policy, Unknown, UnknownDocument, UntrustedDocument

__all__ = ["Document", "DocumentCache", "InvalidDocument"]

log = logging.getLogger(__name__)

#: All texts of strangers kept, together: a parsed document takes about 170 times its text in memory.
MAX_KEPT_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document; `digest` identifies its text. `trusted`: a manifest holds it."""

    digest: str
    ast: DocumentNode
    trusted: bool = False
    limits: Limits = field(default_factory=Limits)
    #: By operation name; the nameless one under "".
    costs: Mapping[str, Cost] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation to run, or None where the name does not single one out."""
        return get_operation_ast(self.ast, name)

    def admit(self, name: str | None, variables: Mapping[str, Any] | None) -> int:
        """What the operation costs with these variables; to be asked before anything is done.

        Raises LimitExceeded for the variables, TooCostly for the operation.
        """
        if variables:
            check_variables(variables, self.limits)
        operation = self.operation(name)
        cost = self.costs.get(name_of(operation)) if operation else None
        spent = cost.of(variables or {}) if cost else 0
        if spent > self.limits.cost:
            raise TooCostly
        return spent


class DocumentCache:
    """The documents of a schema: the trusted ones for good, of the others the most recently used.

    Threads may share it.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        policy: Policy | None = None,
        *,
        limit: TimeLimit | None = None,
        size: int = 1000,
    ) -> None:
        self.policy = policy or Policy()
        self._limit = limit or TimeLimit()
        self._schema = schema
        self._size = size
        self._trusted: dict[str, Document | InvalidDocument] = {}
        self._documents: OrderedDict[str, Document | InvalidDocument] = OrderedDict()
        self._lengths: dict[str, int] = {}
        self._kept = 0
        self._lock = Lock()

    async def get(self, text: str, digest: str = "") -> Document:
        """The document: at once where it is known, else parsed and validated in a thread.

        `digest` names a trusted one whose text the client did not send. Invalid ones are kept as well: the same
        mistake sent again and again costs a look-up. Raises InvalidDocument, UnknownDocument, UntrustedDocument, and
        what the time limit raises.
        """
        digest, text = self._admitted(text, digest)
        known = self._known(digest)
        return known if known is not None else await self._limit.run(partial(self._learn, digest, text))

    def load(self, text: str, digest: str = "") -> Document:
        """`get` in the calling thread."""
        digest, text = self._admitted(text, digest)
        return self._known(digest) or self._learn(digest, text)

    def warm(self) -> None:
        """Parse and validate all trusted documents. Those that the schema no longer fits are told in the log."""
        for digest, text in self.policy.trusted.items():
            try:
                self.load(text)
            except InvalidDocument as invalid:
                log.warning("trusted document %s does not fit the contract: %s", digest, invalid)

    def _admitted(self, text: str, digest: str) -> tuple[str, str]:
        """Digest and text of what is asked for, if it may be asked for at all."""
        trusted = self.policy.trusted
        if not text:
            if digest not in trusted:
                raise UnknownDocument
            return digest, trusted[digest]
        found = digest_of(text)
        if self.policy.unknown is Unknown.REFUSE and found not in trusted:
            raise UntrustedDocument
        return found, text

    def _known(self, digest: str) -> Document | None:
        with self._lock:
            found = self._trusted.get(digest) or self._documents.get(digest)
            if digest in self._documents:
                self._documents.move_to_end(digest)
        if isinstance(found, InvalidDocument):
            raise InvalidDocument(found.errors)
        return found

    def _learn(self, digest: str, text: str) -> Document:
        trusted = digest in self.policy.trusted
        try:
            document: Document | InvalidDocument = self._document(digest, text, trusted=trusted)
        except InvalidDocument as invalid:
            # Kept for long, so it must not keep alive what stood around it where it was raised: a whole connection.
            document = InvalidDocument([error.with_traceback(None) for error in invalid.errors])
        with self._lock:
            if trusted:
                self._trusted[digest] = document
            else:
                self._keep(digest, document, len(text))
        if isinstance(document, InvalidDocument):
            raise InvalidDocument(document.errors)
        return document

    def _keep(self, digest: str, document: Document | InvalidDocument, length: int) -> None:
        if digest not in self._documents:
            self._documents[digest] = document
            self._lengths[digest] = length
            self._kept += length
        while len(self._documents) > self._size or self._kept > MAX_KEPT_CHARACTERS:
            oldest, _ = self._documents.popitem(last=False)
            self._kept -= self._lengths.pop(oldest)

    def _document(self, digest: str, text: str, *, trusted: bool) -> Document:
        is_open = trusted or self.policy.unknown is Unknown.OPEN
        limits = self.policy.limits if is_open else self.policy.strict
        ast = parsed(text, limits)
        if errors := faults(self._schema, ast, limits):
            raise InvalidDocument(errors)
        compiler = CostCompiler(self._schema, ast, self.policy.costs)
        operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        costs = {name_of(operation): compiler.compile(operation) for operation in operations}
        return Document(digest, ast, trusted, limits, costs)
