"""Slow time: an emulated laptop is some twenty times slower than a real one, so the clocks around it go slower too.

The machine, the family's browser, the relay and the service are all told the same slow time, by libfaketime. None of
them finds the laptop slow, and no limit of the product is loosened for it. What waits for the machine's processor takes
as long as ever; what waits for a clock takes longer.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Not the one for threads, which takes eight times as long to say the time.
LIBRARY: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
RATE: Final = 0.125  # seconds that go by there while one goes by here
_FROM_S: Final = time.time()
# The library counts from the start of a process, so how far it is behind is worked out at the last moment. What it and
# its children share lies in a folder of their own: one that is killed leaves it behind, and its number comes again.
_LIVE: Final = """
mount -t tmpfs tmpfs /dev/shm
behind=$(date +%s.%N | awk -v from="$2" -v rate="$3" '{ printf "%+.3f", (rate - 1) * ($1 - from) }')
export LD_PRELOAD="$1" FAKETIME="$behind x$3" NO_FAKE_STAT=1
shift 3
exec "$@"
"""


def now() -> float:
    """The time of day there, in seconds since 1970."""
    return _FROM_S + (time.time() - _FROM_S) * RATE


def ours(seconds: float) -> float:
    """How many seconds go by here while these go by there."""
    return seconds / RATE


def slowly(library: Path = LIBRARY) -> Sequence[str]:
    """What goes before a command that is to live there, with all that it starts."""
    return (
        "unshare", "--mount", "--propagation", "private", "sh", "-euc", _LIVE, "slowly",
        str(library), repr(_FROM_S), str(RATE),
    )  # fmt: skip
