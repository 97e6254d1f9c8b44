"""A headless cage with the real shell inside, under a user that is not root; its outputs can be looked at."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from kiosk.ipc import DevicesNow, ScreensNow
from tests.attacks.kit.stand import START_S, command
from tests.e2e.kit.played_guard import PlayedGuard
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Pixels
from tests.fakes.eventually import within

NOTHING_MORE: Final[Mapping[str, str]] = MappingProxyType({})
NOBODY: Final = 61_234  # a user that nothing else here runs as
SOCKET: Final = "wayland-0"
SHOWN_WITHIN_S: Final = 20.0
AS_NOBODY: Final = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
UPSIDE_DOWN: Final = ("-r", "-r")  # else cage hands our buffer straight to the output, where grim cannot see it


@dataclass(frozen=True)
class Caged:
    """The compositor, what is in it, and where its socket is."""

    cage: Process
    guard: PlayedGuard
    runtime: Path

    @property
    def shell(self) -> int:
        """The only process that the compositor has started."""
        (shell,) = self.cage.children
        return shell

    @property
    def clients(self) -> int:
        """How many are connected to the compositor, as the kernel has it (03: connected; see proc_net(5))."""
        lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
        return sum(line[-1] == str(self.runtime / SOCKET) and line[5] == "03" for line in lines[1:])

    async def picture(self, output: str) -> Pixels:
        """What is on one output: rows of red, green, blue."""
        process = await asyncio.create_subprocess_exec(
            *("grim", "-t", "ppm", "-o", output, "-"),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "XDG_RUNTIME_DIR": str(self.runtime), "WAYLAND_DISPLAY": SOCKET},
        )
        said, _ = await within(10, process.communicate())
        _, width, height, _, pixels = said.split(maxsplit=4)  # P6, then the pixels after one byte of white space
        start = len(said) - int(width) * int(height) * 3
        assert len(pixels) <= len(said) - start
        return np.frombuffer(said[start:], np.uint8).reshape(int(height), int(width), 3)

    async def shows(self, output: str, claim: Callable[[Pixels], bool]) -> Pixels:
        """Wait until what is on this output is like that."""
        loop = asyncio.get_running_loop()
        end = loop.time() + SHOWN_WITHIN_S
        while not claim(seen := await self.picture(output)):
            assert loop.time() < end, f"not shown on {output} within {SHOWN_WITHIN_S} s"
        return seen


def furnish(folder: Path) -> Path:
    """What the user inside must get to; returns their runtime folder, which nobody else may enter."""
    folder.chmod(0o755)
    runtime = folder / "run"
    for place in (runtime, folder / "shell"):  # the compositor's, and the shell's own beside the guard's socket
        place.mkdir(mode=0o700)
        os.chown(place, NOBODY, NOBODY)
    return runtime


def processes_of(user: int) -> list[str]:
    """What runs as this user."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if process.name.isdigit() and process.stat().st_uid == user:
                found.append(process.name)
    return found


def forget_displays_of(pid: int) -> None:
    """What a compositor that ended by a signal has left of its display for X programs: its number is free again."""
    for lock in Path("/tmp").glob(".X*-lock"):
        with contextlib.suppress(FileNotFoundError, ValueError):
            if int(lock.read_bytes().strip(b" \n\0")) == pid:
                Path("/tmp/.X11-unix", lock.name.removeprefix(".").removesuffix("-lock")).unlink(missing_ok=True)
                lock.unlink()


@contextlib.asynccontextmanager
async def caged(
    *options: str, outputs: int = 1, program: str = "kiosk", more: Mapping[str, str] = NOTHING_MORE
) -> AsyncIterator[Caged]:
    """The shell is up inside, and has said which screens there are. `more` is added to its environment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runtime, guard = furnish(folder), PlayedGuard(folder / "guard.sock")
        await guard.open()
        guard.path.chmod(0o777)
        environment = {
            "XDG_RUNTIME_DIR": str(runtime),
            "HOME": str(runtime),
            "WLR_BACKENDS": "headless",
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "WLR_HEADLESS_OUTPUTS": str(outputs),
            "QT_QPA_PLATFORM": "wayland",
            "QT_WAYLAND_DISABLE_WINDOWDECORATION": "1",
            "QT_WAYLAND_FRAME_CALLBACK_TIMEOUT": "1000",
            **more,
        }
        shell = (".venv/bin/python", "-m", *command(guard.path, program))
        cage = await Process.start(folder / "cage.log", *AS_NOBODY, "cage", *options, "--", *shell, env=environment)
        try:
            arrived = f"the shell in cage: {cage.log}"
            await guard.until(lambda: bool(guard.all(DevicesNow) and guard.all(ScreensNow)), arrived, START_S)
            yield Caged(cage, guard, runtime)
        finally:
            await cage.stop()
            await guard.close()
            forget_displays_of(cage.pid)
