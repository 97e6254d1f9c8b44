"""Says what is wrong with the camera, when that changes. It looks from the loop, which no camera can hold up."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from kiosk.scenes import CameraFault

LOOK_EVERY_S: Final = 0.1
WELL_FOR_S: Final = 0.5  # before it is said that all is well, so that words do not flicker


class CameraWatch:
    """Asks `fault` and tells `say`: each fault at once, and None when there is none any more."""

    def __init__(
        self,
        fault: Callable[[], CameraFault | None],
        say: Callable[[CameraFault | None], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fault, self._say, self._now = fault, say, now
        self._said: CameraFault | None = None
        self._well_since: float | None = None

    async def run(self) -> None:
        """Look until cancelled; then nothing is wrong with a camera that is shut."""
        try:
            while True:
                self.look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._tell(None)

    def look(self) -> None:
        """Look once."""
        found, now = self._fault(), self._now()
        if found is not None:
            self._well_since = None
            self._tell(found)
            return
        self._well_since = now if self._well_since is None else self._well_since
        if now - self._well_since >= WELL_FOR_S:
            self._tell(None)

    def _tell(self, fault: CameraFault | None) -> None:
        if fault is not self._said:
            self._said = fault
            self._say(fault)
