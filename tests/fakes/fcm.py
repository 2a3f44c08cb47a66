"""A server that speaks FCM's HTTP v1 wire format, and the phones behind it.

The real firebase-admin reaches it unchanged: the server is also the HTTPS proxy that the environment names, answers
`CONNECT fcm.googleapis.com:443` itself, and goes on in TLS with a certificate of its own small authority, which the
environment names too. So whole processes can be pointed at it as well as a test.

Errors are given on demand, per token or topic: see `Fault` and `FakeFcm.fail`.
"""

import json
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PROJECT = "village-test"
#: The third is asked by google-auth, in the background, where requests may come from; it is told nothing.
HOSTS = ("fcm.googleapis.com", "oauth2.googleapis.com", "iamcredentials.googleapis.com")
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


@dataclass(frozen=True)
class Fault:
    """What happens to one request instead of success."""

    status: int = 0
    code: str = ""
    grpc_status: str = ""
    message: str = "Something went wrong."
    retry_after: str = ""
    details: tuple[dict[str, Any], ...] = ()
    hang_seconds: float = 0
    cut: bool = False
    accept_first: bool = False  # the phone gets it, although the sender does not learn that

    def body(self) -> bytes:
        details = [{"@type": FCM_ERROR, "errorCode": self.code}] if self.code else []
        error = {
            "code": self.status,
            "message": self.message,
            "status": self.grpc_status,
            "details": [*details, *self.details],
        }
        return json.dumps({"error": error}).encode()


UNREGISTERED = Fault(404, "UNREGISTERED", "NOT_FOUND", "Requested entity was not found.")
WRONG_PROJECT = Fault(404, "", "NOT_FOUND", "Requested entity was not found.")
INVALID_TOKEN = Fault(
    400,
    "INVALID_ARGUMENT",
    "INVALID_ARGUMENT",
    "The registration token is not a valid FCM registration token",
)
INVALID_TOKEN_FIELD = Fault(
    400,
    "",
    "INVALID_ARGUMENT",
    "Request contains an invalid argument.",
    details=(
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": "message.token", "description": "Invalid registration"}],
        },
    ),
)
INVALID_PAYLOAD = Fault(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Invalid value at 'message.android.ttl'")
SENDER_ID_MISMATCH = Fault(403, "SENDER_ID_MISMATCH", "PERMISSION_DENIED", "SenderId mismatch")
THIRD_PARTY = Fault(401, "THIRD_PARTY_AUTH_ERROR", "UNAUTHENTICATED", "Auth error from APNS or Web Push Service")
INTERNAL = Fault(500, "INTERNAL", "INTERNAL")
UNAVAILABLE = Fault(503, "UNAVAILABLE", "UNAVAILABLE", retry_after="40")
CUT = Fault(cut=True)
CUT_AFTER_ACCEPTING = Fault(cut=True, accept_first=True)


def quota(retry_after: str) -> Fault:
    return Fault(429, "QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED", "Quota exceeded", retry_after)


@dataclass
class Phone:
    """A phone shows each push id once, however often it comes."""

    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def push_ids(self) -> list[str]:
        return [message["data"]["push_id"] for message in self.received]

    @property
    def shown(self) -> list[str]:
        return list(dict.fromkeys(self.push_ids))


@dataclass
class FakeFcm:
    """The server's state. `pause_seconds` delays every answer, so that concurrency can be seen."""

    phones: defaultdict[str, Phone] = field(default_factory=lambda: defaultdict(Phone))
    topics: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    topic_messages: list[dict[str, Any]] = field(default_factory=list)
    paths: list[tuple[str, str]] = field(default_factory=list)
    token_requests: int = 0
    token_fault: Fault | None = None
    busiest: int = 0
    pause_seconds: float = 0

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._busy = 0
        self._lock = threading.Lock()

    def fail(self, target: str, *faults: Fault) -> None:
        """Let the next requests about a token or topic end so, one fault each."""
        self._faults[target].extend(faults)

    # What the handler asks for.

    def begin(self, method: str, path: str) -> None:
        with self._lock:
            self.paths.append((method, path))
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        time.sleep(self.pause_seconds)

    def end(self) -> None:
        with self._lock:
            self._busy -= 1

    def fault(self, target: str) -> Fault | None:
        with self._lock:
            faults = self._faults[target]
            return faults.popleft() if faults else None

    def accept(self, message: dict[str, Any]) -> None:
        with self._lock:
            if topic := message.get("topic"):
                self.topic_messages.append(message)
                tokens = sorted(self.topics[topic])
            else:
                tokens = [message["token"]]
            for token in tokens:
                self.phones[token].received.append(message)

    def follow(self, token: str, topic: str) -> None:
        with self._lock:
            self.topics[topic].add(token)

    def unfollow(self, token: str, topic: str) -> None:
        with self._lock:
            self.topics[topic].discard(token)

    def topics_of(self, token: str) -> set[str]:
        return {topic for topic, tokens in self.topics.items() if token in tokens}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1
    disable_nagle_algorithm = True
    fcm: FakeFcm
    tls: ssl.SSLContext

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass

    def do_CONNECT(self) -> None:
        assert self.path.rpartition(":")[0] in HOSTS, f"a test reached for {self.path}"
        self.send_response(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", -1)
        self.close_connection = False

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()
        with suppress(OSError):
            self.connection.close()

    def do_GET(self) -> None:
        self._answer(404, b"{}", {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path)
        if path.path == "/token":
            self.fcm.token_requests += 1
            if fault := self.fcm.token_fault:
                self._answer(fault.status, b'{"error":"server_error"}', {})
            else:
                self._ok({"access_token": "at-1", "expires_in": 3600, "token_type": "Bearer"})
        elif path.path == f"/v1/projects/{PROJECT}/messages:send":
            message = json.loads(body)["message"]
            self._work(message.get("token") or message["topic"], lambda: self.fcm.accept(message))
        elif token := _registration(path.path, "/topicSubscriptions"):
            topic = parse_qs(path.query)["topic_name"][0]
            self._work(token, lambda: self.fcm.follow(token, topic))
        else:
            self._answer(404, b"{}", {})

    def do_DELETE(self) -> None:
        head, _, topic = urlsplit(self.path).path.rpartition("/")
        token = _registration(head, "/topicSubscriptions")
        self._work(token, lambda: self.fcm.unfollow(token, topic))

    def _work(self, target: str, accept: Callable[[], None]) -> None:
        """Answer a call about a token or topic, or let it fail as it should."""
        if self.headers.get("Authorization") != "Bearer at-1":
            self._answer(401, Fault(401, "", "UNAUTHENTICATED").body(), {})
            return
        self.fcm.begin(self.command, urlsplit(self.path).path)
        try:
            fault = self.fcm.fault(target)
            if fault is None or fault.accept_first:
                accept()
            if fault is None:
                self._ok({"name": f"projects/{PROJECT}/messages/1"})
            else:
                self._fail(fault)
        finally:
            self.fcm.end()

    def _fail(self, fault: Fault) -> None:
        time.sleep(fault.hang_seconds)
        if fault.cut or fault.hang_seconds:
            self.close_connection = True
        else:
            self._answer(fault.status, fault.body(), {"Retry-After": fault.retry_after} if fault.retry_after else {})

    def _ok(self, value: dict[str, Any]) -> None:
        self._answer(200, json.dumps(value).encode(), {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _registration(path: str, ending: str) -> str:
    head, middle = f"/v1/projects/{PROJECT}/registrations/", path.removesuffix(ending)
    return unquote(middle.removeprefix(head)) if path.startswith(head) and path.endswith(ending) else ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some tests are about."""


class Running:
    """A started server: `state`, the `environment` that leads to it, and a service account's `credentials` file."""

    def __init__(self, folder: Path) -> None:
        authority, chain = _certificates(folder)
        self.state = FakeFcm()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(chain)
        self._handler = type("Handler", (_Handler,), {"fcm": self.state, "tls": tls})
        self._server = _Server(("127.0.0.1", 0), self._handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        address = f"http://127.0.0.1:{self._server.server_port}"
        self.environment = {
            **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), address),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
            **dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), str(authority)),
        }
        self.credentials = folder / "service-account.json"
        self.credentials.write_text(json.dumps(_service_account()))

    def reset(self) -> FakeFcm:
        """Forget everything; phones are new."""
        self.state = self._handler.fcm = FakeFcm()
        return self.state

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _service_account() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "client_email": f"push@{PROJECT}.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
        "private_key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    }


def _certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and a chain with key for HOSTS that it signed."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    authority = (
        _builder(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTS[0])])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    leaf = _builder(subject, issuer, key).add_extension(names, critical=False).sign(authority_key, hashes.SHA256())
    authority_file, chain_file = folder / "authority.pem", folder / "chain.pem"
    authority_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain_file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)
    return authority_file, chain_file


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
