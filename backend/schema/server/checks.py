"""From a text to a document that this schema can answer, or to what is wrong with it.

The order is from cheap to dear: length, tokens, shape, then the specification's own rules, all of them.
"""

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    ParallelVisitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import ASTValidationContext
from graphql.validation.validate import ValidationAbortedError

from backend.schema.server.depth import DepthRule
from backend.schema.server.limits import LimitExceeded, Limits
from backend.schema.server.shape import COUNTING_RULES

#: What a client is told at once of a document that does not fit.
MAX_ERRORS = 10


class InvalidDocument(Exception):
    """The text is no valid document for this schema; `errors` say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(errors[0].message)


class _Refused(Exception):
    """The first fault of shape is enough."""


def parsed(text: str, limits: Limits) -> DocumentNode:
    """The syntax of a text. Raises InvalidDocument where it is no GraphQL, too long or too deep."""
    if len(text) > limits.characters:
        raise _too_much(f"查询超过 {limits.characters} 个字符")
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            raise _too_much(f"查询超过 {limits.tokens} 个词，或嵌套过深") from error
        raise InvalidDocument([error]) from error


def faults(schema: GraphQLSchema, document: DocumentNode, limits: Limits, *, hints: bool = False) -> list[GraphQLError]:
    """What is wrong with a document; `hints` tells names that were perhaps meant, which strangers need not know."""
    if found := shape_faults(document, limits):
        return found
    errors = validate(schema, document, specified_rules, MAX_ERRORS, hide_suggestions=not hints)
    if errors and all(isinstance(error, ValidationAbortedError) for error in errors):
        return _too_much("查询过于复杂，无法检查").errors
    return [error for error in errors if not isinstance(error, ValidationAbortedError)]


def shape_faults(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """The first thing that is wrong with the document's shape, if anything is."""
    errors: list[GraphQLError] = []

    def on_error(error: GraphQLError) -> None:
        errors.append(error)
        raise _Refused

    context = ASTValidationContext(document, on_error)
    try:
        visit(document, ParallelVisitor([rule(context, limits) for rule in [*COUNTING_RULES, DepthRule]]))
    except _Refused:
        return errors
    return []


def _too_much(detail: str) -> InvalidDocument:
    refusal = LimitExceeded(detail)
    return InvalidDocument([GraphQLError(refusal.message, original_error=refusal)])
