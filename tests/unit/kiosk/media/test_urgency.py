"""Urgent threads, where the system allows them; on threads of their own, for a thread cannot always take it back."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.media.loop_threads import LoopThreads
from kiosk.media.urgency import URGENT, be_patient, be_urgent


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def on_a_thread(*steps: Callable[[], None]) -> int:
    """How urgent it was after these."""
    with ThreadPoolExecutor(1) as one:
        for step in steps:
            one.submit(step).result()
        return one.submit(nice).result()


def may() -> bool:
    return on_a_thread(be_urgent) == URGENT


def test_where_it_may_a_thread_becomes_urgent_and_patient_again() -> None:
    assert on_a_thread(be_urgent) in (URGENT, nice())
    assert on_a_thread(be_urgent, be_patient) == 0


def test_where_it_may_not_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_which: int, _who: int, _nice: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    be_urgent()


def test_what_an_urgent_thread_hands_over_is_not_urgent() -> None:
    with ThreadPoolExecutor(1, initializer=be_urgent) as room, LoopThreads() as threads:
        assert room.submit(lambda: threads.submit(nice).result()).result() == 0
        assert room.submit(nice).result() == (URGENT if may() else nice())
