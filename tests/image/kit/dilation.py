"""Slow time: an emulated laptop is some twenty times slower than a real one, so the clocks around it go slower too.

The machine, the family's browser, the relay and the service are all told the same slow time, by libfaketime. None of
them finds the laptop slow, and no limit of the product is loosened for it. What waits for the machine's processor takes
as long as ever; what waits for a clock takes longer.
"""

import time
from pathlib import Path
from typing import Final

LIBRARY: Final = Path(
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
)  # that for threads takes eight times as long
RATE: Final = 0.125  # seconds that go by there while one goes by here
_FROM_S: Final = time.time()


def now() -> float:
    """The time of day there, in seconds since 1970."""
    return _FROM_S + (time.time() - _FROM_S) * RATE


def ours(seconds: float) -> float:
    """How many seconds go by here while these go by there."""
    return seconds / RATE


def environment(library: Path = LIBRARY) -> dict[str, str]:
    """What a process is to be started with, now, so that it lives there, with all that it starts."""
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{now() - time.time():+.3f} x{RATE}",
        "FAKETIME_DONT_RESET": "1",  # its processes count from the same moment
        "NO_FAKE_STAT": "1",  # the ages of files are true
    }
