"""A real guard, asked whether the laptop may be updated and whether all is well; and what it records of an update."""

import asyncio

import pytest

from kiosk.ipc import Key, Painted, Pressed
from kiosk.lockdown.update_files import UpdateFiles, UpdateNews
from kiosk.policy.updating import IN_A_CALL
from kiosk.update.asking import Guard
from tests.fakes.eventually import eventually
from tests.integration.guard.laptop import WITHIN_S, Laptop

pytestmark = pytest.mark.slow


async def test_in_a_call_it_may_not_and_a_boot_is_well_once_the_shell_has_painted(laptop: Laptop) -> None:
    await laptop.starts()
    guard = Guard(laptop.runtime)
    assert laptop.shell is not None
    assert await asyncio.to_thread(guard.why_not_healthy) == "The shell has shown no picture."
    laptop.shell.say(Painted())
    laptop.is_due()
    laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    await laptop.shell.shows("officer_admits")
    assert (await asyncio.to_thread(guard.may_update)).why_not == IN_A_CALL
    assert await asyncio.to_thread(guard.why_not_healthy) is None


async def test_what_was_given_up_goes_to_the_trail_once(laptop: Laptop) -> None:
    laptop.state.mkdir(parents=True, exist_ok=True)
    files = UpdateFiles(laptop.state)
    files.tell(UpdateNews(event="update_failed", version="0.1.0.10", before="0.1.0.9", why="It did not start."))
    await laptop.starts()
    await laptop.has_recorded("update_failed")
    (said,) = [record["data"] for record in laptop.trail() if record["event"] == "update_failed"]
    assert said == {"version": "0.1.0.10", "before": "0.1.0.9", "why": "It did not start."}
    await eventually(lambda: files.news() is None, WITHIN_S, "it is told no more")
