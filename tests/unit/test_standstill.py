"""What a machine stood still for is counted where it falls into a span, and nothing else is."""

import threading
import time

import pytest

from tests.e2e.kit.standstill import LATE_NS, Standstill, witnessed


def test_only_what_falls_into_the_span_counts() -> None:
    stood = Standstill()
    stood.kept_waiting = [(100, 200), (300, 400), (900, 1000)]
    assert stood.between_ns(150, 350) == 50 + 50
    assert stood.between_ns(200, 300) == 0
    assert stood.between_ns(0, 2000) == 300


def test_a_witness_that_is_kept_waiting_says_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((0, 5 * LATE_NS, 5 * LATE_NS, 5 * LATE_NS + 1))
    monkeypatch.setattr(time, "clock_gettime_ns", lambda _clock: next(ticks))
    stood, waits = Standstill(), iter((False, True))
    monkeypatch.setattr(threading.Event, "wait", lambda _event, _timeout: next(waits))
    stood.watch()
    ((since, until),) = stood.kept_waiting
    assert 0 < since < LATE_NS
    assert until == 5 * LATE_NS


def test_the_witness_leaves_no_thread() -> None:
    with witnessed():
        assert "witness" in [thread.name for thread in threading.enumerate()]
    assert "witness" not in [thread.name for thread in threading.enumerate()]
