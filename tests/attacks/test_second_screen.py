"""Attacks by a second screen: plugged in, in the panel's place, and gone again; the real shell on a real X server."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from kiosk.ipc import ScreensNow
from tests.attacks.kit.stand import Stand, stand
from tests.e2e.kit.screen import HEIGHT, WIDTH, Pixels
from tests.fakes.eventually import eventually, holds_for
from tests.ui.samples import DEMO_CALL, IN_CALL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60), pytest.mark.attack("second-screen", tier="X")]

HALF = WIDTH // 2
REPORTED_WITHIN_S = 1.0
PAINTED_WITHIN_S = 10.0
SETTLED_S = 0.5
BELOW_THE_CLOCK = 100  # rows


async def monitor(at: Stand, *words: str) -> None:
    """Plug in or pull out."""
    program = (sys.executable, "-m", "tests.attacks.kit.monitors", at.screen.display, *words)
    process = await asyncio.create_subprocess_exec(*program)
    assert await process.wait() == 0


async def plug_in(at: Stand, name: str, x: int, width: int, *output: str) -> None:
    """A monitor is there; the server's single output is the panel's, and whoever takes it takes its place."""
    await monitor(at, name, str(x), str(width), str(HEIGHT), *output)


async def reported(at: Stand, *names: str) -> None:
    """The guard hears of these screens within a second."""
    await at.guard.until(lambda: at.guard.all(ScreensNow)[-1].names == names, f"screens: {names}", REPORTED_WITHIN_S)
    assert at.guard.all(ScreensNow)[-1].count == len(names)


async def painted(at: Stand, other_than: Pixels | None = None) -> Pixels:
    """What is shown once it has stopped changing: what was asked for may not be painted yet, or only in part."""
    last, since = at.screen.picture(), time.monotonic()

    def settled() -> bool:
        nonlocal last, since
        now = at.screen.picture()
        if not same_scene(last, now):
            last, since = now, time.monotonic()
        is_new = bool(now.any()) if other_than is None else not same_scene(other_than, now)
        return is_new and time.monotonic() - since > SETTLED_S

    await eventually(settled, PAINTED_WITHIN_S, "a scene that stays")
    return last


def same_scene(one: Pixels, other: Pixels) -> bool:
    """Whether two pictures are the same below the line with the time."""
    return bool((one == other)[BELOW_THE_CLOCK:].all())


def shown(at: Stand, left: int, right: int) -> bool:
    """Whether anything is shown between these columns."""
    return bool(at.screen.picture()[:, left:right].any())


async def test_a_second_screen_is_reported_the_call_stays_on_the_panel_and_fills_it_again_when_it_is_gone(
    tmp_path: Path,
) -> None:
    async with stand(tmp_path) as at:
        at.guard.shows(DEMO_CALL, IN_CALL)
        await plug_in(at, "eDP-1", HALF, HALF, "output")
        await reported(at, "eDP-1")
        await plug_in(at, "HDMI-1", 0, HALF)
        await reported(at, "eDP-1", "HDMI-1")
        await eventually(lambda: not shown(at, 0, HALF), 2, "nothing of the call on the second screen")
        assert shown(at, HALF, WIDTH)
        await holds_for(lambda: not shown(at, 0, HALF), 0.5, "and it stays so")
        await monitor(at, "HDMI-1")
        await reported(at, "eDP-1")
        await monitor(at, "eDP-1")
        await plug_in(at, "eDP-1", 0, WIDTH, "output")
        await reported(at, "eDP-1")
        await eventually(lambda: shown(at, 0, HALF) and shown(at, HALF, WIDTH), 2, "full screen again")
        assert await asyncio.wait_for(at.hands.windows(), 5) == at.before


async def test_while_the_panel_is_gone_no_other_screen_shows_the_call_and_it_comes_back_with_the_panel(
    tmp_path: Path,
) -> None:
    async with stand(tmp_path) as at:
        waiting = await painted(at)
        at.guard.shows(DEMO_CALL, IN_CALL)
        await plug_in(at, "eDP-1", 0, WIDTH, "output")
        await reported(at, "eDP-1")
        before = await painted(at, other_than=waiting)
        await plug_in(at, "DP-2", 0, WIDTH, "output")  # takes the panel's output, and so its place
        await reported(at, "DP-2")
        await eventually(lambda: not shown(at, 0, WIDTH), 2, "black")
        await plug_in(at, "eDP-1", 0, WIDTH, "output")
        await reported(at, "eDP-1")
        await eventually(lambda: same_scene(before, at.screen.picture()), PAINTED_WITHIN_S, "the same call as before")
        assert await at.hands.windows() == at.before
