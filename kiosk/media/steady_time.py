"""The time of day as aiortc and aioice may see it: it goes on evenly from the start, whatever is done to the clock.

aiortc measures durations by the clock on the wall. A step forward of an hour holds up its loop for a second, one of a
year for hours (its rate counter counts every millisecond), and any step makes nonsense of round trips and jitter.
By the same clock aioice renews what a relay lets through: after a step back the relay would forget it.
"""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Final

import aioice.turn
import aiortc.clock
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender

_BEGAN: Final = datetime.now(UTC)
_BEGAN_S: Final = time.monotonic()


def steady_datetime() -> datetime:
    """When it would be if nobody had set the clock since this process began."""
    return _BEGAN + timedelta(seconds=time.monotonic() - _BEGAN_S)


def steady_time() -> float:
    """The same, in seconds since 1970."""
    return steady_datetime().timestamp()


def steady_aiortc() -> None:
    """Have aiortc and aioice use it. Safe twice. Can go once both measure by a clock that never steps."""
    setattr(aiortc.clock, "current_datetime", steady_datetime)  # noqa: B010 - a function is no variable to mypy
    for module in (aiortc.rtcrtpreceiver, aiortc.rtcrtpsender, aioice.turn):
        setattr(module, "time", SimpleNamespace(time=steady_time))  # noqa: B010 - nor is a module
