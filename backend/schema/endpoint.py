"""The schema, ready to serve, with the people of `backend.accounts` behind its tokens."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache, partial
from time import time

from django.conf import settings
from django.db import connection

from backend.accounts import tokens
from backend.editions.glance import Glance
from backend.editions.selectors import current
from backend.manifests import read_manifests
from backend.schema import schema
from backend.schema.costs import COSTS
from backend.schema.server.answers import Answers
from backend.schema.server.cache import AnswerCache, Editions
from backend.schema.server.context import ANONYMOUS, Identity
from backend.schema.server.deadline import TimeLimit
from backend.schema.server.engine import Engine
from backend.schema.server.journal import Journal
from backend.schema.server.limits import STRICT, Limits
from backend.schema.server.metrics import Metrics
from backend.schema.server.observe import Observer, Recorder
from backend.schema.server.tracing import exported_spans
from backend.schema.server.trusted import Policy, Unknown

_AHEAD_OF_UTC = 8 * 3600
_DAY_SECONDS = 24 * 3600


class _AccessTokens:
    """The opaque tokens of `backend.accounts`, as the transport wants to ask about them."""

    def identify(self, token: str) -> Identity:
        """Whose token it is. Raises TokenInvalid or TokenExpired."""
        if not token:
            return ANONYMOUS
        user, expires_at = tokens.identify(token)
        return Identity(viewer=user, expires_at=expires_at, token=token)

    def holding(self, held: Collection[str]) -> set[str]:
        """Those of the tokens that still hold."""
        return tokens.holding(held)


def policy() -> Policy:
    """Which documents are answered by these settings."""
    return Policy(
        limits=Limits(introspection=settings.DEVELOPMENT),
        strict=replace(STRICT, introspection=settings.DEVELOPMENT),
        unknown=Unknown(settings.UNKNOWN_DOCUMENTS),
        trusted=read_manifests(settings.TRUSTED_DOCUMENTS),
        costs=COSTS,
    )


@cache
def engine() -> Engine:
    """The one engine of this process."""
    limit = TimeLimit(settings.OPERATION_SECONDS, waiting=settings.OPERATIONS_WAITING)
    return Engine(schema.graphql_schema, _AccessTokens(), policy(), limit=limit, observer=_observer())


@cache
def answers() -> Answers:
    """The one place of this process where answers are kept."""
    glance = Glance.where_it_can()
    return Answers(
        engine(),
        AnswerCache(settings.RESPONSE_CACHE_ENTRIES),
        Editions(_edition, partial(_at_once, glance) if glance else None),
    )


def _edition() -> tuple[int, int]:
    """What is published, and the day in China: laws come into force at midnight without anything being written."""
    return current(), _day()


def _at_once(glance: Glance) -> tuple[int, int] | None:
    number = glance.number()
    return None if number is None else (number, _day())


def _day() -> int:
    """The number of the day in China, which has had one time zone without summer time since 1991."""
    return int(time() + _AHEAD_OF_UTC) // _DAY_SECONDS


@cache
def metrics() -> Metrics:
    """What this process has counted."""
    return Metrics()


def _observer() -> Observer:
    recorders: list[Recorder] = [
        metrics(),
        Journal(slow_ms=settings.SLOW_OPERATION_MS, as_json=not settings.DEVELOPMENT),
    ]
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        recorders.append(exported_spans("village-law", connection.vendor))
    return Observer(*recorders)
