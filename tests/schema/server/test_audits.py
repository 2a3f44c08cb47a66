"""GraphQL over HTTP to the letter: the audits of npm's `graphql-http` against the real server."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import ROOT, System

pytestmark = pytest.mark.node

SCRIPT = ROOT / "tests" / "clients" / "audit_http.mjs"


@pytest.mark.parametrize("unknown", ["open", "limited"])
def test_every_audit_passes(tmp_path: Path, unknown: str) -> None:
    with closing(System(tmp_path, UNKNOWN_DOCUMENTS=unknown)) as system:
        system.manage("migrate", "-v0")
        system.start_server_only()
        done = subprocess.run(
            ["node", str(SCRIPT), f"{system.url}/graphql"], capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    audits = json.loads(done.stdout)
    assert len({audit["id"] for audit in audits}) == len(audits) == 61
    assert [(audit["id"], audit["name"], audit.get("reason")) for audit in audits if audit["status"] != "ok"] == []
