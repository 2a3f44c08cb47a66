"""What a wrong setting gets at the start."""

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 50,
    "SMS_SENDER": "http",
    "SMS_URL": "https://sms.example.org/send",
    "SMS_TOKEN": "sesame",
    "TRUSTED_PROXY_COUNT": "1",
    "UNKNOWN_DOCUMENTS": "refuse",
}


def start(**changes: str | None) -> str:
    """The last line that a start with this environment complains with; empty where it starts."""
    wanted = {**PRODUCTION, **changes}
    environment = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    environment |= {name: value for name, value in wanted.items() if value is not None}
    run = subprocess.run(
        [sys.executable, "-c", "import backend.settings"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.stderr.strip().splitlines()[-1] if run.returncode else ""


def test_a_complete_production_starts() -> None:
    assert start() == ""


@pytest.mark.parametrize(
    ("changes", "name", "said"),
    [
        ({"SMS_SENDER": "console"}, "SMS_SENDER", "Must be one of: http"),
        ({"SMS_URL": None}, "SMS_URL", "not set"),
        ({"SMS_URL": "http://sms.example.org/send"}, "SMS_URL", "Not a valid URL"),
        ({"SMS_TOKEN": None}, "SMS_TOKEN", "not set"),
        ({"SMS_TOKEN": ""}, "SMS_TOKEN", ""),
        ({"CODES_PER_ADDRESS_HOUR": "0"}, "CODES_PER_ADDRESS_HOUR", "greater than or equal to 1"),
    ],
)
def test_production_does_not_start_with(changes: dict[str, str | None], name: str, said: str) -> None:
    complaint = start(**changes)
    assert name in complaint
    assert said in complaint


def test_development_starts_without_a_gateway() -> None:
    assert start(ENVIRONMENT=None, SMS_SENDER=None, SMS_URL=None, SMS_TOKEN=None, SECRET_KEY=None) == ""


def test_development_may_use_a_gateway_in_clear() -> None:
    assert start(ENVIRONMENT=None, SMS_URL="http://127.0.0.1:9/send") == ""
