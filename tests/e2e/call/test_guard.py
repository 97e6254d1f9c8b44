"""The guard dies in a call and is started again: one shell remains, and the call goes on."""

import os
import signal
from pathlib import Path

import pytest

from tests.e2e.call.stage import call_under_way, is_seen
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import House
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually


def shells(house: House) -> list[int]:
    """The process ids of every shell of this house."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if (
            b"kiosk" in words
            and b"run" in words
            and str(house.identity).encode() in words
            and b"kiosk.guard" not in words
        ):
            found.append(int(path.parent.name))
    return found


@pytest.mark.attack("kill-guard")
async def test_a_killed_guard_that_comes_back_has_one_shell_and_its_call(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await call_under_way(house, people, screen)
    (orphan,) = shells(house)
    assert house.guard is not None
    os.kill(house.guard.pid, signal.SIGKILL)
    await house.guard.wait()
    await house.start_laptop()
    guard = house.guard
    await eventually(lambda: orphan not in shells(house), 20, "the shell of the dead guard ends")
    await is_seen(screen)
    assert house.outcome(booked) is None
    assert shells(house) == guard.children
    await screen.press("End")
    assert (await house.ended(booked, 30))[0] == "TERMINATED_BY_STAFF"
