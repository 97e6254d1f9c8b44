"""A real disk, of half a megabyte, that really fills up."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

APART = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount() -> bool:
    """Whether this machine lets us have a mount namespace of our own."""
    try:
        return subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="needs a mount namespace of its own")
def test_a_disk_that_fills_up_stops_what_opens_and_not_what_closes(tmp_path: Path) -> None:
    disk = shlex.quote(str(tmp_path))
    run = f"mount -t tmpfs -o size=512k none {disk} && exec {sys.executable} -m tests.integration.audit.filling {disk}"
    done = subprocess.run([*APART, "sh", "-c", run], capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stderr
    told, verdict = json.JSONDecoder().raw_decode(done.stdout)
    assert told == {
        "before": "opened",
        "closing": "2 3 4 5 6",
        "full": "The laptop's disk is full, so this cannot be recorded. Ask IT to make space.",
        "after": "opened",
    }
    assert done.stdout[verdict:].startswith("whole: Records 1 to 7 are whole")
