"""A laptop that was released for maintenance: what starts then, and the restart that always ends it.

The guard has no right to start units or to restart the machine: it makes a file, and systemd, which watches for it,
acts (`visit-maintenance.path`, `visit-restart.path`). Nobody but root can make a file there.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

LOG: Final = logging.getLogger(__name__)
RELEASED: Final = "maintenance"  # what IT may do then is said by the units of visit-maintenance.target
RESTART: Final = "restart"


class Maintenance:
    """Begins once; ends in a restart after `lasts`, or before it by `restart`. A DEMO is not `real`."""

    def __init__(self, runtime: Path, lasts: timedelta, *, real: bool, note: Callable[[str], None]) -> None:
        self._runtime, self._lasts_s, self._real, self._note = runtime, lasts.total_seconds(), real, note
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, since_s: float = 0.0) -> None:
        """Start what IT needs, and the time it has: it was released so long ago. Twice is once."""
        if self._timer is None:
            left_s = max(0.0, self._lasts_s - since_s)
            self._timer = asyncio.get_running_loop().call_later(left_s, self.restart)
            self._ask_for(RELEASED)

    def restart(self) -> None:
        """Restart the machine now."""
        self._note("maintenance_ended")
        self._ask_for(RESTART)

    def _ask_for(self, what: str) -> None:
        if not self._real:
            LOG.warning("a DEMO is left as it is: no %s", what)
            return
        try:
            (self._runtime / what).touch(mode=0o600)
        except OSError as error:
            LOG.error("%s cannot be asked for: %s", what, error.strerror)

    def close(self) -> None:
        """Forget the timer: a guard that starts again goes on with it. Safe twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
