"""Pushes through Firebase Cloud Messaging with firebase-admin."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import firebase_admin
from django.utils import timezone
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError
from requests.adapters import HTTPAdapter

from backend.notifications.pushes import DONE, Outcome, Push, TopicChange, Verdict
from backend.notifications.rules import retry_after_seconds
from backend.redaction import describe

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Push | TopicChange)

ENDPOINT = "https://fcm.googleapis.com"
#: Messages on their way at once: each is a thread of the pool and a kept-alive connection.
CONCURRENCY = 16
#: A call's wait for a connection, and again for the answer. With a token to be renewed first, four of them at most.
CALL_SECONDS = 5
#: What has not begun by then is left for the next batch, so that a batch ends within a lease: 8 + 4 × 5 < 35.
BEGIN_SECONDS = 8.0

#: Reasons of topic changes after which the token is of no use.
_DEAD_REASONS = frozenset({"UNREGISTERED", "INVALID_ARGUMENT", "SENDER_ID_MISMATCH"})


class FirebaseSender:
    """One Firebase app, a bounded number of threads, and no retries of its own: those are rows (see `delivery`)."""

    def __init__(self, credentials_file: str) -> None:
        certificate = credentials.Certificate(credentials_file)
        self._credential = certificate.get_credential()
        options = {"httpTimeout": CALL_SECONDS}
        self._app = firebase_admin.initialize_app(certificate, options, name=f"push-{uuid4().hex}")
        self._pool = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="push")
        self._forbid_hidden_retries()

    def _forbid_hidden_retries(self) -> None:
        """Let the library report what FCM answered, at once.

        By itself it sleeps out a Retry-After inside the call, which no timeout bounds, and its asynchronous form loses
        a connection for each 500 until none is left. There is no option for it, so the transport is replaced.
        """
        service = messaging._get_messaging_service(self._app)  # noqa: SLF001 - no public way, as said above
        service._client.session.mount(ENDPOINT, HTTPAdapter(pool_maxsize=CONCURRENCY, max_retries=0))  # noqa: SLF001 - as above

    def close(self) -> None:
        """Free the threads and connections."""
        self._pool.shutdown()
        firebase_admin.delete_app(self._app)

    def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Send each push, CONCURRENCY at a time."""
        return self._each(self._send, pushes)

    def change_topics(self, changes: Sequence[TopicChange]) -> list[Outcome]:
        """Make each change, CONCURRENCY at a time."""
        return self._each(self._change, changes)

    def _each(self, work: Callable[[T], Outcome], items: Sequence[T]) -> list[Outcome]:
        begin_by = monotonic() + BEGIN_SECONDS

        def guarded(item: T) -> Outcome:
            if monotonic() > begin_by:
                return Outcome(Verdict.UNTRIED, "no time left in this batch")
            try:
                return _without_token(work(item), item.token)
            except GoogleAuthError as error:
                log.warning("no access token for FCM: %s", type(error).__name__)
                return Outcome(Verdict.PASSING, f"access token: {type(error).__name__}")
            except ValueError as error:
                return _without_token(Outcome(Verdict.REFUSED, str(error)), item.token)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this push alone
                # One push that fails in an unknown way must not take the batch with it.
                log.error("push failed unexpectedly: %s", describe(error))  # noqa: TRY400 - its words may quote the token
                return Outcome(Verdict.PASSING, type(error).__name__)

        # Where the access token has run out, the first call renews it alone; else each thread would.
        alone = 0 if self._credential.valid else 1
        return [*map(guarded, items[:alone]), *self._pool.map(guarded, items[alone:])]

    def _send(self, push: Push) -> Outcome:
        try:
            messaging.send(message_of(push), app=self._app)
        except exceptions.FirebaseError as error:
            return _outcome_of(error)
        return DONE

    def _change(self, change: TopicChange) -> Outcome:
        call = messaging.subscribe_to_topic if change.follow else messaging.unsubscribe_from_topic
        try:
            errors = call([change.token], change.topic, app=self._app).errors
        except exceptions.FirebaseError as error:
            return Outcome(Verdict.PASSING, f"{error.code}: {error}")
        if not errors:
            return DONE
        reason = str(errors[0].reason)
        return Outcome(Verdict.DEAD_TOKEN if reason in _DEAD_REASONS else Verdict.PASSING, reason)


def _without_token(outcome: Outcome, token: str) -> Outcome:
    """What went wrong is kept and logged; a token with which anyone may be pushed to is not part of it."""
    return replace(outcome, error=outcome.error.replace(token, "…")) if token else outcome


def message_of(push: Push) -> messaging.Message:
    """The push in FCM's terms.

    On the phone, notices with the same link replace each other, and so does a push that comes twice. What waits for a
    phone that is off collapses by kind: FCM keeps four collapse keys a phone at most, and there are four kinds.
    """
    expires = int((timezone.now() + push.lifetime).timestamp())
    tag = (push.link or push.push_id)[:64]
    message = messaging.Message(
        notification=messaging.Notification(push.title, push.body),
        data=push.data,
        android=messaging.AndroidConfig(
            collapse_key=push.kind,
            priority="high" if push.wakes else "normal",
            ttl=push.lifetime,
            notification=messaging.AndroidNotification(tag=tag, channel_id=push.kind),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-collapse-id": tag,
                "apns-expiration": str(expires),
                "apns-priority": "10" if push.wakes else "5",
            },
            payload=messaging.APNSPayload(messaging.Aps(thread_id=tag, sound="default")),
        ),
        topic=push.topic or None,
    )
    # Given to the constructor, it warns that installation ids will follow; clients register tokens today.
    message.token = push.token or None
    return message


def _outcome_of(error: exceptions.FirebaseError) -> Outcome:
    detail = f"{error.code}: {error}"
    if isinstance(error, messaging.UnregisteredError | messaging.SenderIdMismatchError):
        return Outcome(Verdict.DEAD_TOKEN, detail)
    if isinstance(error, exceptions.InvalidArgumentError):
        return Outcome(Verdict.DEAD_TOKEN if _blames_token(error) else Verdict.REFUSED, detail)
    # Also what looks final but is the configuration's fault (a wrong project is "not found", a missing right
    # "permission denied"): no phone may be retired for it.
    response = error.http_response
    header = response.headers.get("Retry-After") if response is not None else None
    return Outcome(Verdict.PASSING, detail, retry_after_seconds(header, timezone.now()))


def _blames_token(error: exceptions.InvalidArgumentError) -> bool:
    """Whether FCM calls the token, not the message, invalid: it uses the same code for both."""
    if "registration token" in str(error).lower():
        return True
    try:
        details: list[dict[str, Any]] = error.http_response.json()["error"]["details"]
        violations = [violation for detail in details for violation in detail.get("fieldViolations", [])]
        return any(violation.get("field") == "message.token" for violation in violations)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
