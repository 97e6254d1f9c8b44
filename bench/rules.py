"""What the rules cost on this machine: writing the audit trail, verifying a year of it, and ending a call."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import ending
from bench.rows import Goal, Row, publish
from kiosk.audit.verdict import Word
from kiosk.audit.verify import verify
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock

RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))
YEAR: Final = 100_000  # records: a busy laptop
ONE_BY_ONE: Final = 500
GROUPED: Final = 20_000
DATA: Final = {"booking_id": "b-2026-11-22-0900", "from": "live", "to": "interrupted", "event": "link_lost"}


def run() -> None:
    """Measure and publish."""
    publish("rules", [*audit_rows(), *ending.rows()])


def audit_rows() -> list[Row]:
    """The audit trail, on the disk that holds the temporary folder (TMPDIR)."""
    return [
        Row("audit: records fsynced one at a time", [_rate(_one_by_one) for _ in range(RUNS)], "1/s"),
        Row("audit: one fsynced record, time", [1000 / _rate(_one_by_one) for _ in range(RUNS)], "ms"),
        Row("audit: records fsynced in groups", [_rate(_in_groups) for _ in range(RUNS)], "1/s"),
        *_year_rows(),
    ]


def _year_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        trail = _opened(state)
        _write(trail, YEAR)
        trail.close()
        verified = [_verify_s(state) for _ in range(RUNS)]
        opened = [_open_s(state) for _ in range(RUNS)]
    return [
        Row("audit: verify 100,000 records", verified, "s", goal=Goal(most=5)),
        Row("audit: guard opens 100,000 records", opened, "s"),
    ]


def _opened(state: Path) -> AuditTrail:
    return AuditTrail.open(state, origin="laptop.example/bench", clock=SystemClock())


def _write(trail: AuditTrail, count: int) -> None:
    for _ in range(count - 1):
        trail.record("call_state", DATA)
    trail.record("call_state", DATA).result(60)


def _rate(write: Callable[[AuditTrail], int]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        trail = _opened(Path(folder))
        began = time.perf_counter()
        count = write(trail)
        took = time.perf_counter() - began
        trail.close()
    return count / took


def _one_by_one(trail: AuditTrail) -> int:
    for _ in range(ONE_BY_ONE):
        trail.record("call_state", DATA).result(60)
    return ONE_BY_ONE


def _in_groups(trail: AuditTrail) -> int:
    _write(trail, GROUPED)
    return GROUPED


def _verify_s(state: Path) -> float | None:
    began = time.perf_counter()
    verdict = verify(state / "audit" / "trail.jsonl", state / "audit.pub")
    took = time.perf_counter() - began
    return took if (verdict.verdict, verdict.last_seq) == (Word.WHOLE, YEAR) else None


def _open_s(state: Path) -> float:
    began = time.perf_counter()
    trail = _opened(state)
    took = time.perf_counter() - began
    trail.close()
    return took
