"""A real X server without a monitor: what is on it can be seen, and keys can be pressed in it."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Iterator
from typing import Final, Protocol

import mss
import numpy as np
import numpy.typing as npt

WIDTH: Final = 1366
HEIGHT: Final = 768
REPEATS_AFTER_MS: Final = "60000"  # a key is let go of late where xdotool stands still, and is no key held down for it
LETTER_WIDE: Final = 12  # pixels of a letter of a sketch
LETTER_TALL: Final = 24
DARKER: Final = " .:-=+*#%@"
Pixels = npt.NDArray[np.uint8]


class Seen(Protocol):
    """A screen that can be looked at, with keys that can be pressed. Pictures are rows of red, green, blue."""

    patience_s: float  # how long the slowest scene may take to come

    def picture(self) -> Pixels:
        """What is on it now."""

    async def press(self, *keys: str) -> None:
        """Keys, one after another, by their X names."""


class Screen:
    """One X display."""

    patience_s = 40.0

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

    def sketch(self) -> str:
        """What is on the screen in rough letters, for a test that fails: which scene it is, not what it says."""
        grey = self.picture().mean(axis=2)[: HEIGHT // LETTER_TALL * LETTER_TALL, : WIDTH // LETTER_WIDE * LETTER_WIDE]
        cells = grey.reshape(HEIGHT // LETTER_TALL, LETTER_TALL, WIDTH // LETTER_WIDE, LETTER_WIDE).mean(axis=(1, 3))
        shades = ((255 - cells) * (len(DARKER) - 1) / 255).round().astype(int)
        return "\n".join("".join(DARKER[shade] for shade in row).rstrip() for row in shades)

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
    command += ["-ardelay", REPEATS_AFTER_MS]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                screen = Screen(f":{pipe.readline().strip()}")
            yield screen
            screen.close()
        finally:
            server.terminate()
