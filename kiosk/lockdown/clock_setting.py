"""The guard has the laptop's clock set to the service's signed time, between calls; it has no right to set it itself.

Like a restart it is asked for with a file that only root can make: `visit-clock.path` sees it, and `kiosk clock`,
which may set the time and nothing else, does as it says. Nothing but the service's signed time is ever written there.
"""

import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, Field, TypeAdapter

from contract.strict import Message
from kiosk.lockdown.state_file import replace_file
from kiosk.policy.numbers import ms
from kiosk.ports import Clock
from kiosk.wall_clock import WallClock

LOG: Final = logging.getLogger(__name__)
ASKED: Final = "clock"
RIGHT_MS: Final = 1000  # nearer than this no visit notices
EVERY: Final = timedelta(hours=1)
EVERY_WHEN_OUT_OF_SERVICE: Final = timedelta(minutes=1)


class ClockAsked(Message):
    """At `boot_ms` of this machine's boot-time clock it was `at`."""

    at: AwareDatetime
    boot_ms: int = Field(ge=0)

    def now(self, boot_ms: int) -> datetime:
        """What the time is at `boot_ms`."""
        return self.at + timedelta(milliseconds=boot_ms - self.boot_ms)


CLOCK_ASKED: Final = TypeAdapter(ClockAsked)


class ClockSetting:
    """Asks, and notes what has come of it. A DEMO is not `real`, and its clock is left alone."""

    def __init__(
        self, runtime: Path, clock: Clock, *, real: bool, note: Callable[[str, Mapping[str, int]], None]
    ) -> None:
        self._file, self._clock, self._real, self._note = runtime / ASKED, clock, real, note
        self._asked_ms = -math.inf
        self._by_ms: int | None = None  # asked for, and not seen to be done yet

    def look(self, wall: WallClock, *, in_call: bool) -> None:
        """Once a second. In a call nothing is moved; without the service's word neither."""
        wrong_by_ms = wall.wrong_by_ms()
        if wrong_by_ms is None:
            return
        if abs(wrong_by_ms) <= RIGHT_MS:
            self._is_right()
        elif not in_call and self._clock.boot_ms() - self._asked_ms >= ms(self._every(wall)):
            self._ask(wrong_by_ms)

    def _every(self, wall: WallClock) -> timedelta:
        return EVERY_WHEN_OUT_OF_SERVICE if wall.is_wrong else EVERY

    def _is_right(self) -> None:
        if self._by_ms is not None:
            self._note("clock_set", {"by_ms": self._by_ms})
            self._by_ms = None

    def _ask(self, wrong_by_ms: int) -> None:
        self._asked_ms = now_ms = self._clock.boot_ms()
        if not self._real:
            LOG.warning("a DEMO's clock is left as it is, wrong by %d ms", wrong_by_ms)
            return
        at = self._clock.wall() - timedelta(milliseconds=wrong_by_ms)
        try:
            replace_file(self._file, ClockAsked(at=at, boot_ms=now_ms).model_dump_json().encode())
        except OSError as error:
            LOG.error("it cannot be asked that the clock be set: %s", error.strerror)
            return
        self._by_ms = -wrong_by_ms
