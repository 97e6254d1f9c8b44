"""Says what is wrong with the camera, when that changes. It looks from the loop, which no camera can hold up."""

import time
from collections.abc import Callable
from typing import Final

from kiosk.media.watch import Watch
from kiosk.scenes import CameraFault

WELL_FOR_S: Final = 0.5  # before it is said that all is well, so that words do not flicker


class CameraWatch(Watch[CameraFault]):
    """Asks `fault` and tells `say`: each fault at once, and None when there is none any more, or the camera is shut."""

    def __init__(
        self,
        fault: Callable[[], CameraFault | None],
        say: Callable[[CameraFault | None], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(say)
        self._fault, self._now = fault, now
        self._well_since: float | None = None

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
