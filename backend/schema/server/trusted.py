"""Trusted documents: those that our own clients were built with, read and counted before anybody sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from backend.errors import Refusal
from backend.manifests import digest_of
from backend.schema.server.cost import CostMap
from backend.schema.server.limits import STRICT, Limits

PREFIX = "sha256:"
#: What asks whether the server is alive; harmless, so it is trusted everywhere.
PROBES = ("{__typename}", "{ __typename }", "query { __typename }")


class Unknown(StrEnum):
    """What becomes of documents that no manifest holds."""

    REFUSE = "refuse"
    LIMITED = "limited"
    OPEN = "open"


class UnknownDocument(Refusal):
    """No manifest holds a document with this id. Send the text, or a manifest to whoever runs the server."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    message = "没有这个编号的查询文档"


class UntrustedDocument(Refusal):
    """Only documents of the manifests are answered here, and this text is none of them."""

    code = "QUERY_NOT_TRUSTED"
    message = "此服务只接受已登记的查询文档，请更新应用"


@dataclass(frozen=True, slots=True)
class Policy:
    """Which documents a process answers, and how far each kind may go."""

    #: For trusted documents, and for all where `unknown` is open.
    limits: Limits = field(default_factory=Limits)
    #: For the others where they are limited.
    strict: Limits = STRICT
    unknown: Unknown = Unknown.OPEN
    #: Texts by their digest.
    trusted: Mapping[str, str] = field(default_factory=dict)
    costs: CostMap = field(default_factory=dict)

    def __post_init__(self) -> None:
        probes = {digest_of(text): text for text in PROBES}
        object.__setattr__(self, "trusted", {**probes, **self.trusted})


def digest_in(identifier: str) -> str:
    """The digest that a client's `documentId` names: bare, or with the specification's prefix."""
    return identifier.removeprefix(PREFIX)
