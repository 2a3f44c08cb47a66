"""Documents are parsed and validated once, then kept: validation costs more than answering."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from backend.live.threads import in_thread
from backend.schema.server.limits import depth_errors, shape_errors

MAX_DOCUMENT_CHARACTERS = 50_000
MAX_TOKENS = 4_000
#: All texts kept, together: a parsed document takes about 170 times its text in memory.
MAX_KEPT_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document; `digest` identifies its text."""

    digest: str
    ast: DocumentNode

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation to run, or None where the name does not single one out."""
        return get_operation_ast(self.ast, name)

    def kind(self, name: str | None) -> OperationType | None:
        """Query, mutation or subscription; None where the name does not single one out."""
        operation = self.operation(name)
        return operation.operation if operation else None


class InvalidDocument(Exception):
    """The text is no valid document for this schema; `errors` say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(errors[0].message)


class DocumentCache:
    """The most recently used documents of a schema. Threads may share it."""

    def __init__(self, schema: GraphQLSchema, *, size: int = 1000) -> None:
        self._schema = schema
        self._size = size
        self._documents: OrderedDict[str, Document | InvalidDocument] = OrderedDict()
        self._lengths: dict[str, int] = {}
        self._lock = Lock()

    async def get(self, text: str) -> Document:
        """The document: at once where it is known, else parsed and validated in a thread. Raises InvalidDocument.

        Invalid ones are kept as well: the same mistake sent again and again costs a look-up.
        """
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if known := self._known(digest):
            return known
        return await in_thread(self._learn, digest, text)

    def load(self, text: str) -> Document:
        """The document, in the calling thread. Raises InvalidDocument."""
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._known(digest) or self._learn(digest, text)

    def _known(self, digest: str) -> Document | None:
        with self._lock:
            found = self._documents.get(digest)
            if found is not None:
                self._documents.move_to_end(digest)
        if isinstance(found, InvalidDocument):
            raise InvalidDocument(found.errors)
        return found

    def _learn(self, digest: str, text: str) -> Document:
        try:
            document: Document | InvalidDocument = Document(digest, self._parse(text))
        except InvalidDocument as invalid:
            document = invalid.with_traceback(None)
        with self._lock:
            if digest not in self._documents:
                self._documents[digest] = document
                self._lengths[digest] = len(text)
            while len(self._documents) > self._size or sum(self._lengths.values()) > MAX_KEPT_CHARACTERS:
                oldest, _ = self._documents.popitem(last=False)
                del self._lengths[oldest]
        if isinstance(document, InvalidDocument):
            raise InvalidDocument(document.errors)
        return document

    def _parse(self, text: str) -> DocumentNode:
        if len(text) > MAX_DOCUMENT_CHARACTERS:
            raise InvalidDocument([GraphQLError(f"查询超过 {MAX_DOCUMENT_CHARACTERS} 个字符")])
        try:
            ast = parse(text, max_tokens=MAX_TOKENS, no_location=False)
        except GraphQLError as error:
            raise InvalidDocument([error]) from error
        except RecursionError as error:
            raise InvalidDocument([GraphQLError("查询嵌套过深")]) from error
        errors = shape_errors(ast) or validate(self._schema, ast, specified_rules, max_errors=20) or depth_errors(ast)
        if errors:
            raise InvalidDocument(errors)
        return ast
