"""A real X server without a monitor: what is on it can be seen, and keys can be pressed in it."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Iterator
from typing import Final

import mss
import numpy as np
import numpy.typing as npt

WIDTH: Final = 1366
HEIGHT: Final = 768
Pixels = npt.NDArray[np.uint8]


class Screen:
    """One X display. Pictures are rows of red, green, blue."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._eye = mss.MSS(display=display)

    @property
    def env(self) -> dict[str, str]:
        return {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def picture(self) -> Pixels:
        """What is on the screen now."""
        grabbed = self._eye.grab(self._eye.monitors[0])
        return np.asarray(grabbed, dtype=np.uint8)[:, :, 2::-1]

    async def press(self, *keys: str) -> None:
        """Press real keys, one after another, by their X names."""
        process = await asyncio.create_subprocess_exec(
            "xdotool", "key", "--clearmodifiers", "--delay", "60", *keys, env={**os.environ, "DISPLAY": self.display}
        )
        assert await process.wait() == 0

    def close(self) -> None:
        self._eye.close()


@contextlib.contextmanager
def x_server() -> Iterator[Screen]:
    """An X server of our own on a free display."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                screen = Screen(f":{pipe.readline().strip()}")
            yield screen
            screen.close()
        finally:
            server.terminate()
