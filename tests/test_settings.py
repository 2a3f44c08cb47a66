"""A wrong value in the environment stops the start, with its name and what is allowed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import backend.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "eighty", "Not a valid integer"),
        ("PORT", "70000", "65535"),
        ("ENVIRONMENT", "staging", "development, production"),
        ("PUBLIC_URL", "ftp//x", "Not a valid URL"),
        ("DATABASE_THREADS", "0", "1"),
        ("SOCKETS_PER_PROCESS", "0", "1"),
        ("SOCKETS_PER_ADDRESS", "many", "Not a valid integer"),
        ("SOCKET_IDLE_SECONDS", "0", "1"),
        ("SOCKET_PING_SECONDS", "often", "Not a valid number"),
        ("SMS_SENDER", "pigeon", "console, http"),
        ("DATABASE_URL", "oracle-of-delphi", "DATABASE_URL"),
        ("DATABASE_URL", "postgres://", "postgres://USER"),
        ("DATABASE_URL", "sqlite://", "sqlite:///PATH"),
        ("REDIS_URL", "foo", "redis://HOST"),
        ("REDIS_URL", "http://x", "redis://HOST"),
        ("S3_ENDPOINT_URL", "nonsense", "https://HOST"),
        ("MEDIA_BASE_URL", "nonsense", "https://HOST"),
        ("MEDIA_BUCKET", "UPPER case!", "3 to 63"),
        ("CSRF_TRUSTED_ORIGINS", "foo", "Not a valid URL"),
        ("HOST", "192.0.2.1", "ENVIRONMENT=production"),
        ("DEMO_PHONES", "maybe", "boolean"),
        ("QUIET_HOURS", "late", "22-7"),
        ("FIREBASE_CREDENTIALS", "nowhere.json", "service account"),
        ("TRUSTED_DOCUMENTS", "nowhere.json", "nowhere.json"),
        ("TRUSTED_DOCUMENTS", "tests", "make documents"),
        ("TRUSTED_DOCUMENTS", "tests/clients/package.json", "SHA-256"),
        ("UNKNOWN_DOCUMENTS", "maybe", "refuse, limited, open"),
        ("OPERATION_SECONDS", "0", "0.1"),
        ("OPERATIONS_WAITING", "none", "Not a valid integer"),
        ("SLOW_OPERATION_MS", "-1", "0"),
        ("METRICS_TOKEN", "too short", "20 to 200"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense", "https://HOST"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(tmp_path: Path, name: str, value: str, allowed: str) -> None:
    refused = start(tmp_path, **{name: value})
    assert refused.returncode != 0
    assert name in refused.stderr
    assert allowed in refused.stderr


def test_the_embedded_defaults_need_nothing(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_production_needs_its_secrets_and_refuses_development_sms(tmp_path: Path) -> None:
    missing = start(tmp_path, ENVIRONMENT="production")
    assert missing.returncode != 0
    for name in ("SECRET_KEY", "TRUSTED_PROXY_COUNT", "SMS_URL", "SMS_TOKEN", "UNKNOWN_DOCUMENTS"):
        assert name in missing.stderr
    console = start(tmp_path, ENVIRONMENT="production", SECRET_KEY="k" * 60, SMS_SENDER="console")
    assert console.returncode != 0
    assert "SMS_SENDER" in console.stderr


def test_a_command_tells_wrong_values_in_lines_and_not_in_a_traceback(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": "eighty", "SMS_SENDER": "pigeon"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert refused.stderr.startswith(("PORT: ", "SMS_SENDER: "))
    assert "console, http" in refused.stderr
    assert list(tmp_path.iterdir()) in ([], [tmp_path / "secret_key"])


def test_spans_need_packages_of_their_own_and_the_start_says_which(tmp_path: Path) -> None:
    """Where none of the packages is, as after an installation of base.txt alone."""
    blocked = "import sys; sys.modules['opentelemetry.exporter'] = None; import backend.settings"
    refused = subprocess.run(
        [sys.executable, "-c", blocked],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in refused.stderr
    assert "requirements/tracing.txt" in refused.stderr
