"""Attacks on the compositor and by a second screen: headless cage, the real shell inside, another user than root."""

import asyncio
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from os import kill
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.ipc import ScreensNow
from kiosk.latest import Latest
from kiosk.ui.window import KioskWindow
from tests.attacks.kit.compositor import NOBODY, SOCKET, UPSIDE_DOWN, Caged, caged, processes_of
from tests.e2e.kit.screen import Pixels
from tests.fakes.eventually import eventually
from tests.ui.samples import DEMO_CALL, IN_CALL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.attack("kill-compositor", tier="X")]

PANEL = 1280, 720  # of a headless output
CLOCK = 150  # columns at the right of the top, where the time of day stands
TOP = 30
GONE_WITHIN_S = 8.0
LONGEST_SILENCE_S = 2  # of a manager that is told four times as often
KNOCK = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


def drawn() -> Pixels:
    """The same scene at the same size as the window draws it, without any screen."""
    window = KioskWindow(Latest(), Latest())
    window.show_scene(DEMO_CALL, IN_CALL)
    window.resize(*PANEL)
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    window.deleteLater()
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def alike(one: Pixels, other: Pixels) -> bool:
    """The same but for the time of day."""
    if one.shape != other.shape:
        return False
    different = (one != other).any(axis=2)
    different[:TOP, -CLOCK:] = False
    return not different.any()


async def shows_call(at: Caged, output: str, wanted: Pixels) -> Pixels:
    """Wait until the call is on this output, whole and with nothing around it."""
    at.guard.shows(DEMO_CALL, IN_CALL)
    return await at.shows(output, lambda seen: alike(seen, wanted))


async def test_in_cage_the_shell_is_the_sole_client_and_fills_the_screen_without_a_title_bar(
    qapp: QApplication,
) -> None:
    wanted = drawn()
    async with caged(*UPSIDE_DOWN) as at:
        await shows_call(at, "HEADLESS-1", wanted)
        assert at.clients == 1
        assert sorted(processes_of(NOBODY)) == sorted([str(at.cage.pid), str(at.shell)])


@pytest.mark.parametrize(("user", "may"), [(NOBODY - 1, False), (NOBODY, True)], ids=["another user", "its own user"])
async def test_nobody_but_its_own_user_reaches_the_compositor(user: int, may: bool) -> None:
    async with caged() as at:
        said = await knocks(user, at.runtime / SOCKET)
        assert (said == "") is may
        assert ("PermissionError" in said) is not may


async def knocks(user: int, door: Path) -> str:
    """Connect as this user; what went wrong."""
    process = await asyncio.create_subprocess_exec(
        *("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"),
        *(sys.executable, "-c", KNOCK, str(door)),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return said.decode()


async def test_when_the_compositor_is_killed_the_shell_ends_by_itself_and_nothing_takes_its_place() -> None:
    async with caged() as at:
        shell = at.shell
        kill(at.cage.pid, signal.SIGKILL)
        await eventually(lambda: not Path(f"/proc/{shell}").exists(), GONE_WITHIN_S, "the shell has ended")
        await at.cage.wait()
        assert not processes_of(NOBODY)


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """A service manager's socket, where another user may write."""
    with tempfile.TemporaryDirectory() as name, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        Path(name).chmod(0o755)
        manager.bind(f"{name}/manager")
        Path(name, "manager").chmod(0o777)
        manager.setblocking(False)
        yield manager


async def test_while_the_compositor_is_stopped_nobody_says_that_the_screen_lives(manager: socket.socket) -> None:
    """On a laptop systemd then ends both and starts them again: its watchdog has had no word for ten seconds."""
    longest = str(1_000_000 * LONGEST_SILENCE_S)
    async with caged(more={"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": longest}) as at:
        assert await is_told(manager)
        kill(at.cage.pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(GONE_WITHIN_S):
                while await is_told(manager):
                    pass
        finally:
            kill(at.cage.pid, signal.SIGCONT)
        assert await is_told(manager)


async def is_told(manager: socket.socket) -> bool:
    """Whether a word comes before the longest silence is over."""
    try:
        async with asyncio.timeout(LONGEST_SILENCE_S):
            return bool(await asyncio.get_running_loop().sock_recv(manager, 64))
    except TimeoutError:
        return False


@pytest.mark.attack("second-screen", tier="X")
async def test_a_second_screen_is_reported_and_shows_nothing_of_a_call(qapp: QApplication) -> None:
    wanted = drawn()
    async with caged(outputs=2) as at:
        (screens,) = at.guard.all(ScreensNow)[-1:]
        assert screens.count == 2
        panel, other = screens.names
        await shows_call(at, panel, wanted)
        assert not (await at.picture(other)).any(), "all black"


@pytest.mark.attack("second-screen", tier="X")
async def test_without_keeping_to_the_panel_a_call_reaches_over_the_second_screen(qapp: QApplication) -> None:
    async with caged(outputs=2, program="tests.attacks.kit.spread") as at:
        at.guard.shows(DEMO_CALL, IN_CALL)
        (screens,) = at.guard.all(ScreensNow)[-1:]
        await at.shows(screens.names[1], lambda seen: bool(seen.any()))  # the attack has succeeded
