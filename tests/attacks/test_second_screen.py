"""Attacks by a second screen: plugged in, in the panel's place, and gone again; the real shell on a real X server."""

import asyncio
import sys
from pathlib import Path

import pytest

from kiosk.ipc import Alive, ScreensNow
from tests.attacks.kit.stand import Stand, stand
from tests.e2e.kit.screen import HEIGHT, WIDTH, Pixels
from tests.fakes.eventually import eventually, holds_for
from tests.ui.samples import DEMO_CALL, IN_CALL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.attack("second-screen", tier="X")]

HALF = WIDTH // 2
BREATHS = 2  # of the shell, one a second: it is the shell that may not be late, whatever the machine is
PAINTED_WITHIN_S = 20.0
BELOW_THE_CLOCK = 100  # rows


async def monitor(at: Stand, *words: str) -> int:
    """Plug in or pull out; how much the guard had heard by then."""
    program = (sys.executable, "-m", "tests.attacks.kit.monitors", at.screen.display, *words)
    process = await asyncio.create_subprocess_exec(*program)
    assert await process.wait() == 0
    return len(at.guard.heard)


async def plug_in(at: Stand, name: str, x: int, width: int, *output: str) -> int:
    """A monitor is there; the server's single output is the panel's, and whoever takes it takes its place."""
    return await monitor(at, name, str(x), str(width), str(HEIGHT), *output)


async def reported(at: Stand, since: int, *names: str) -> None:
    """The guard hears of these screens at once, by the breath of the shell that says so."""
    heard = at.guard.heard
    await at.guard.until(lambda: at.guard.all(ScreensNow)[-1].names == names, f"screens: {names}")
    said = max(number for number, fact in enumerate(heard) if isinstance(fact, ScreensNow))
    assert at.guard.all(ScreensNow)[-1].count == len(names)
    assert sum(isinstance(fact, Alive) for fact in heard[since:said]) <= BREATHS


async def painted(at: Stand, other_than: Pixels | None = None) -> Pixels:
    """What is shown once the shell has breathed twice and not changed it: before, it may be painted in part."""
    last, since = at.screen.picture(), len(at.guard.all(Alive))

    def settled() -> bool:
        nonlocal last, since
        breaths, now = len(at.guard.all(Alive)), at.screen.picture()
        if not same_scene(last, now):
            last, since = now, breaths
        is_new = bool(now.any()) if other_than is None else not same_scene(other_than, now)
        return is_new and breaths >= since + BREATHS

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
        await reported(at, await plug_in(at, "eDP-1", HALF, HALF, "output"), "eDP-1")
        await reported(at, await plug_in(at, "HDMI-1", 0, HALF), "eDP-1", "HDMI-1")
        await eventually(
            lambda: not shown(at, 0, HALF) and shown(at, HALF, WIDTH), PAINTED_WITHIN_S, "the call, on the panel alone"
        )
        await holds_for(lambda: not shown(at, 0, HALF), 0.5, "and it stays so")
        await reported(at, await monitor(at, "HDMI-1"), "eDP-1")
        await monitor(at, "eDP-1")
        await reported(at, await plug_in(at, "eDP-1", 0, WIDTH, "output"), "eDP-1")
        await eventually(lambda: shown(at, 0, HALF) and shown(at, HALF, WIDTH), PAINTED_WITHIN_S, "full screen again")
        assert await at.hands.windows() == at.before


async def test_while_the_panel_is_gone_no_other_screen_shows_the_call_and_it_comes_back_with_the_panel(
    tmp_path: Path,
) -> None:
    async with stand(tmp_path) as at:
        waiting = await painted(at)
        at.guard.shows(DEMO_CALL, IN_CALL)
        await reported(at, await plug_in(at, "eDP-1", 0, WIDTH, "output"), "eDP-1")
        before = await painted(at, other_than=waiting)
        await reported(
            at, await plug_in(at, "DP-2", 0, WIDTH, "output"), "DP-2"
        )  # takes the panel's output, and so its place
        await eventually(lambda: not shown(at, 0, WIDTH), PAINTED_WITHIN_S, "black")
        await reported(at, await plug_in(at, "eDP-1", 0, WIDTH, "output"), "eDP-1")
        await eventually(lambda: same_scene(before, at.screen.picture()), PAINTED_WITHIN_S, "the same call as before")
        assert await at.hands.windows() == at.before
