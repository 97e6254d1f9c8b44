"""A guard that is killed while it writes: nothing that was acknowledged is lost, and the trail goes on, whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.audit.reading import Entry, read
from kiosk.audit.verdict import Word
from kiosk.audit.verify import verify
from kiosk.lockdown.audit_trail import AuditTrail
from tests.fakes.audit import ORIGIN, FakeAuditClock

WRITER = [sys.executable, "-m", "tests.integration.audit.writing"]


def acknowledged_until_killed(state: Path, lines: int) -> int:
    """Let a child write, kill it somewhere after so many acknowledgements; the last one it made."""
    with subprocess.Popen([*WRITER, str(state)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(lines):
            child.stdout.readline()
        child.kill()
        rest = child.stdout.read().split(b"\n")
    told = [int(line) for line in rest[:-1] if line]
    return told[-1] if told else 0


def seqs(state: Path) -> list[int]:
    return [entry.seq for entry in read(state / "audit" / "trail.jsonl") if isinstance(entry, Entry)]


def survives(state: Path, kills: int) -> None:
    for kill in range(kills):
        last = acknowledged_until_killed(state, lines=kill % 40 + 1)
        verdict = verify(state / "audit" / "trail.jsonl", state / "audit.pub")
        assert verdict.verdict in (Word.WHOLE, Word.OPEN), verdict.why
        found = seqs(state)
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= last
    trail = AuditTrail.open(state, origin=ORIGIN, clock=FakeAuditClock())
    trail.record("guard_stopped")
    trail.close()
    assert verify(state / "audit" / "trail.jsonl", state / "audit.pub").verdict is Word.WHOLE


def test_a_guard_that_is_killed_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    survives(tmp_path, kills=3)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    survives(tmp_path, kills=100)
