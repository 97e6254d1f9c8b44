"""Urgent threads, where the system allows them; on threads of their own, for a thread cannot always take it back."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.media.loop_threads import LoopThreads
from kiosk.media.urgency import SOONER, be_patient, be_urgent, usual


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def on_a_thread(*steps: Callable[[], None]) -> int:
    """How urgent it was after these."""
    with ThreadPoolExecutor(1) as one:
        for step in steps:
            one.submit(step).result()
        return one.submit(nice).result()


def may() -> bool:
    """Whether this system lets a thread be urgent: for root, and where a limit says so."""
    return on_a_thread(be_urgent) != usual()


def test_where_it_may_a_thread_becomes_urgent_and_patient_again() -> None:
    assert on_a_thread(be_urgent) == (max(-20, usual() - SOONER) if may() else usual())
    assert on_a_thread(be_urgent, be_patient) == usual()


def test_where_it_may_not_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_which: int, _who: int, _nice: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", refuse)
    be_urgent()
    with LoopThreads() as threads:
        assert threads.submit(nice).result() == usual()


def test_what_an_urgent_thread_hands_over_is_not_urgent() -> None:
    with ThreadPoolExecutor(1, initializer=be_urgent) as room, LoopThreads() as threads:
        assert room.submit(lambda: threads.submit(nice).result()).result() == usual()
