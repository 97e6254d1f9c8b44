"""Hands at a real X server: presses and clicks through its own test extension, as fast as they are told to."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import within

HURRY_S = 60.0


@dataclass(frozen=True)
class Windows:
    """The windows that can be seen, with their places, and which has the keyboard."""

    visible: tuple[str, ...]
    places: tuple[str, ...]
    focus: str


class Hands:
    """Every xdotool reads its commands from a pipe, so that none is started while time is measured."""

    def __init__(self, screen: Screen) -> None:
        self._env = {**os.environ, "DISPLAY": screen.display}

    async def do(self, commands: Iterable[str]) -> None:
        """Do all of these and return when the X server has had the last one."""
        process = await self._start()
        await within(HURRY_S, process.communicate("".join(f"{line}\n" for line in commands).encode()))
        assert process.returncode == 0

    async def ready(self) -> "OneHand":
        """A hand that waits above the keyboard."""
        return OneHand(await self._start())

    async def windows(self) -> Windows:
        """What there is on the screen."""
        visible = tuple(sorted(await self._ask("search", "--onlyvisible", "--maxdepth", "1", ".*")))
        places = [" ".join(await self._ask("getwindowgeometry", "--shell", window)) for window in visible]
        return Windows(visible, tuple(places), "".join(await self._ask("getwindowfocus", "-f")))

    async def _ask(self, *arguments: str) -> Sequence[str]:
        process = await asyncio.create_subprocess_exec(
            "xdotool",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._env,
        )
        said, _ = await within(HURRY_S, process.communicate())
        return said.decode().split()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            "xdotool", "-", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, env=self._env
        )


class OneHand:
    """One xdotool, started and waiting."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def does(self, command: str) -> None:
        """Do this now."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())

    async def close(self) -> None:
        """Nothing more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await within(HURRY_S, self._process.wait())
