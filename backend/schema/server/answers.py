"""One query or mutation as encoded bytes: from the answers that are kept, or worked out in a thread."""

import logging
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
from graphql import OperationType

from backend.redaction import describe
from backend.schema.plans.plan import Plan
from backend.schema.server.cache import AnswerCache, Editions, Kept
from backend.schema.server.compression import GZIP, squeezed
from backend.schema.server.context import Context
from backend.schema.server.documents import Document
from backend.schema.server.engine import Engine, encode
from backend.schema.server.replies import Freshness
from backend.schema.server.requests import Parameters
from backend.schema.server.trusted import Unknown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, encoded. `begun` is False where a request error kept the operation from being executed.

    `key` is where it is kept; None where it is not. `squeezed` is the body compressed, for a client that takes that,
    where it is large enough.
    """

    body: bytes
    errors: list[dict[str, Any]] = field(default_factory=list)
    begun: bool = True
    key: Hashable = None
    squeezed: bytes | None = None

    @classmethod
    def of(cls, response: dict[str, Any]) -> "Answer":
        """Of a response map."""
        return cls(encode(response), response.get("errors", []), "data" in response)


class Answers:
    """Answers operations of one engine."""

    def __init__(self, engine: Engine, cache: AnswerCache | None = None, editions: Editions | None = None) -> None:
        """`editions` knows the current edition of what public answers are made of; without it none is kept."""
        self.engine = engine
        self._cache = cache if cache and editions else AnswerCache(0)
        self._editions = editions or Editions(int)

    async def answer(self, document: Document, parameters: Parameters, token: str, context: Context) -> Answer:
        """The operation's answer. Raises a Refusal for the whole request, or whatever broke."""
        # First of all: what follows walks the variables, and so must know that they are of a sane size.
        context.seen.cost = document.admit(parameters.operation_name, parameters.variables)
        plan = await self._shared_plan(document, parameters)
        if plan is None:
            return await self._worked_out(document, parameters, token, context)
        audience = await self._audience(plan, parameters, token, context)
        key = (document.digest, parameters.operation_name, _canonical(parameters.variables), audience)
        try:
            edition = await self._editions.current()
        except Exception as error:  # noqa: BLE001 - without the edition nothing is kept, but all is answered
            log.warning("request %s: the edition is not known: %s", context.request_id, describe(error))
            return await self._worked_out(document, parameters, token, context)
        kept = self._cache.get(key, edition)
        if kept is None:
            answer = await self._worked_out(document, parameters, token, context)
            if answer.errors or not context.seen.planned:
                return answer
            kept = Kept.of(edition, answer.body)
            if context.takes_gzip:
                kept.encoded[GZIP] = answer.squeezed
            self._cache.put(key, kept)
        else:
            context.seen.cached = True
        context.freshness = Freshness(kept.etag, public=not token)
        return Answer(kept.body, key=key, squeezed=await self.squeezed(kept) if context.takes_gzip else None)

    async def kept(self, key: Hashable) -> Kept | None:
        """The answer kept under a key, if it is of the current edition; None also where that is not known."""
        try:
            return self._cache.get(key, await self._editions.current())
        except Exception:  # noqa: BLE001 - whoever asks goes the long way, which says what is wrong
            return None

    async def squeezed(self, kept: Kept) -> bytes | None:
        """A kept answer compressed, which is done once; None where it is too small."""
        if GZIP not in kept.encoded:
            kept.encoded[GZIP] = await self.engine.limit.run(partial(squeezed, kept.body), unbounded=True)
        return kept.encoded[GZIP]

    async def _worked_out(self, document: Document, parameters: Parameters, token: str, context: Context) -> Answer:
        def work() -> Answer:
            if context.identity.token != token:
                self.engine.identify(token, context)
            response = self.engine.perform(
                document, context, variables=parameters.variables, operation_name=parameters.operation_name
            )
            answer = Answer.of(response)
            return replace(answer, squeezed=squeezed(answer.body)) if context.takes_gzip else answer

        return await self.engine.limit.run(work, began=context.seen.began)

    async def _shared_plan(self, document: Document, parameters: Parameters) -> Plan | None:
        """The plan, where its answer is the same for all of one audience and may be kept.

        Where strangers' documents have limits of their own, theirs are not: they would push out those of our clients.
        """
        worth_it = document.trusted or self.engine.documents.policy.unknown is Unknown.OPEN
        operation = document.operation(parameters.operation_name)
        if not (self._cache.size and worth_it and operation and operation.operation is OperationType.QUERY):
            return None
        plans, variables = self.engine.plans_of(document), parameters.variables or {}
        compiled, plan = plans.known(document.digest, operation, variables)
        if not compiled:
            _, plan = await self.engine.limit.run(
                partial(plans.plan, document.digest, document.ast, operation, variables)
            )
        return plan if plan is not None and plan.public and plan.shared(parameters.variables) else None

    async def _audience(self, plan: Plan, parameters: Parameters, token: str, context: Context) -> Hashable:
        """What of the person asking decides the answer; None for nobody."""
        if not token:
            return None

        def work() -> Hashable:
            self.engine.identify(token, context)
            try:
                return plan.audience(context, parameters.variables)
            except Exception:  # noqa: BLE001 - it is met again below, and told there, as if there were no cache
                return object()  # equal to nothing

        return await self.engine.limit.run(work, began=context.seen.began)


def _canonical(variables: dict[str, Any] | None) -> bytes:
    return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
