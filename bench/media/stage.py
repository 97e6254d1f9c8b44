"""What every call of the bench is made on: two X screens, a sound server, the emulated network, onlooker and desk."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.media.clip import Clip
from bench.media.contenders import browser_of_its_own
from bench.media.desk import Desk
from bench.media.piped import Piped
from tests.e2e.kit.sound import LAPTOP, PHONE, SoundServer, sound_server

PANEL: Final = (1366, 768)  # the laptop's
FAR: Final = (960, 540)  # filled by the laptop's picture; painting 720 lines without a graphics card takes too much


@dataclass(frozen=True)
class Stage:
    """All of it, running."""

    folder: Path
    clip: Clip
    near_display: str
    far_display: str
    sound: SoundServer
    network: Piped
    onlooker: Piped
    desk: Desk
    far_browser: str  # how the far end's is started

    @property
    def near_env(self) -> dict[str, str]:
        """For whoever plays the laptop."""
        return {**self.sound.env, "PULSE_SINK": LAPTOP, "DISPLAY": self.near_display, "QT_QPA_PLATFORM": "xcb"}

    @property
    def far_env(self) -> dict[str, str]:
        """For the far end."""
        return {**self.sound.env, "PULSE_SINK": PHONE, "DISPLAY": self.far_display}


@contextlib.asynccontextmanager
async def staged(folder: Path, clip: Clip) -> AsyncIterator[Stage]:
    """Build it, and take it down again."""
    async with contextlib.AsyncExitStack() as stack:
        near, far = (stack.enter_context(screen(*size)) for size in (PANEL, FAR))
        sound = await asyncio.to_thread(stack.enter_context, sound_server(folder))
        network = await Piped.python("bench.media.relay")
        stack.push_async_callback(network.close)
        onlooker = await Piped.python("bench.media.onlooker", str(folder))
        stack.push_async_callback(onlooker.close)
        desk = await stack.enter_async_context(Desk.open())
        yield Stage(folder, clip, near, far, sound, network, onlooker, desk, browser_of_its_own(folder))


@contextlib.contextmanager
def screen(width: int, height: int) -> Iterator[str]:
    """An X server of this size on a free display; its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                yield f":{pipe.readline().strip()}"
        finally:
            server.terminate()
