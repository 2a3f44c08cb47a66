"""A server may open as many files as its sockets need, as far as the machine allows."""

import subprocess
import sys

from tests.running import ROOT

SCRIPT = """
import resource
from backend.operations.processes import allow_files
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 500))
print([(allow_files(needed), resource.getrlimit(resource.RLIMIT_NOFILE)[0]) for needed in (200, 400, 600)])
"""


def test_the_limit_of_open_files_is_raised_as_far_as_allowed() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(True, 300), (True, 400), (False, 500)]"
