"""A stand: the real shell in a process of its own on a real X server, with a guard played by the test."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.ipc import DevicesNow
from tests.attacks.kit.hands import Hands, Windows
from tests.e2e.kit.played_guard import PlayedGuard
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen, x_server
from tests.fakes.eventually import eventually

START_S: Final = 30.0
END_WITHIN_S: Final = 0.5
QUIET_S: Final = 0.3


@dataclass(frozen=True)
class Stand:
    """Everything an attack needs."""

    screen: Screen
    hands: Hands
    guard: PlayedGuard
    shell: Process
    before: Windows

    async def end_works(self) -> float:
        """Press End; how long until the guard heard it.

        What is pressed before may be an End too, with the focus on its key, and come late: the last one heard is ours.
        """
        hand, loop = await self.hands.ready(), asyncio.get_running_loop()
        pressed_at = loop.time()
        hand.does("key --delay 0 End")
        await self.guard.until(lambda: self.guard.ended_at > pressed_at, "End")
        await eventually(lambda: loop.time() - self.guard.ended_at > QUIET_S, START_S, "no End for a moment")
        await hand.close()
        return self.guard.ended_at - pressed_at

    async def end_works_in_time(self) -> float:
        """The same, once more where it was late: a machine that stalled is late once, a busy shell twice."""
        took_s = await self.end_works()
        return took_s if took_s <= END_WITHIN_S else await self.end_works()

    async def is_unchanged(self) -> None:
        """Same window, full screen, with the keyboard; nothing else; the same process."""
        assert await self.hands.windows() == self.before
        assert not self.shell.children


def command(guard: Path, program: str = "kiosk") -> tuple[str, ...]:
    """How the real shell is started, after `python -m`; it is not enrolled, so there is no service."""
    return (program, "run", "--guard", str(guard), "--identity", str(guard.parent / "identity"))


@contextlib.asynccontextmanager
async def stand(folder: Path, program: str = "kiosk") -> AsyncIterator[Stand]:
    """The shell is up and has said which devices there are."""
    guard = PlayedGuard(folder / "guard.sock")
    with x_server() as screen:
        await guard.open()
        shell = await Process.python(folder / "shell.log", *command(guard.path, program), env=screen.env)
        try:
            await guard.until(lambda: bool(guard.all(DevicesNow)), f"the shell: {shell.log}", START_S)
            hands = Hands(screen)
            yield Stand(screen, hands, guard, shell, await hands.windows())
        finally:
            await shell.stop()
            await guard.close()
