"""When two subscribers ask the same question, so that one answer serves both."""

from typing import Any

import orjson
from graphql import FieldNode, VariableDefinitionNode, VariableNode, Visitor, visit

from backend.schema.server.documents import Document

#: The argument that says where a client resumes; it selects events but does not change their answer.
RESUME_ARGUMENT = "after"


def question_key(document: Document, operation_name: str | None, variables: dict[str, Any] | None) -> str:
    """Equal for subscribers to whom one event gives equal bytes.

    It holds the document, the operation and the variables, without those that only say where to resume.
    """
    resume = _resume_variables(document, operation_name)
    rest = {name: value for name, value in (variables or {}).items() if name not in resume}
    return f"{document.digest}:{operation_name or ''}:{orjson.dumps(rest, option=orjson.OPT_SORT_KEYS).decode()}"


def _resume_variables(document: Document, operation_name: str | None) -> set[str]:
    operation = document.operation(operation_name)
    if operation is None:
        return set()
    roots = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    resume = {
        argument.value.name.value
        for root in roots
        for argument in root.arguments
        if argument.name.value == RESUME_ARGUMENT and isinstance(argument.value, VariableNode)
    }
    return {name for name in resume if _uses(document, name) == 1}


def _uses(document: Document, variable: str) -> int:
    """How often a variable is used, its definitions left out."""
    counter = _Counter(variable)
    visit(document.ast, counter)
    return counter.uses


class _Counter(Visitor):
    def __init__(self, variable: str) -> None:
        super().__init__()
        self._variable = variable
        self.uses = 0

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        if node.name.value == self._variable and not isinstance(parent, VariableDefinitionNode):
            self.uses += 1
