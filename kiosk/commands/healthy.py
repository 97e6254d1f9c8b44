"""`kiosk healthy`: waits until this boot has shown a picture and proved its lockdown; systemd blesses it or goes back.

It fails only in a boot that is being tried after an update: a laptop that has nothing to go back to stays up and says
what it lacks.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.update.asking import Guard
from kiosk.update.here import Here
from kiosk.update.settling import settle

WITHIN_S: Final = 240.0
LOOK_EVERY_S: Final = 2.0


def main(arguments: Sequence[str], machine: Machine | None = None) -> None:
    """Wait, and settle what there is to settle. Raises LockdownError where this boot must not count as good."""
    parser = argparse.ArgumentParser(prog="kiosk healthy", description="Whether this boot is good, for systemd.")
    parser.add_argument("--within", type=float, default=WITHIN_S, metavar="S", help="wait so many seconds at most")
    options = parser.parse_args(arguments)
    here = Here(machine or Machine())
    why_not = waited(Guard(here.runtime).why_not_healthy, options.within)
    try:
        is_good = settle(here.files, here.boot().images(), here.version(), why_not)
    except OSError as error:
        raise LockdownError(f"What has come of the last update cannot be kept: {error.strerror}.") from error
    if not is_good:
        raise LockdownError(f"This version is not found good, and the laptop restarts: {why_not}")
    sys.stdout.write("This boot is good.\n" if why_not is None else f"{why_not} There is nothing to go back to.\n")


def waited(look: Callable[[], str | None], within_s: float, pause: Callable[[float], None] = time.sleep) -> str | None:
    """What it lacks after so long at most; None as soon as it lacks nothing."""
    ends = time.monotonic() + within_s
    while (why_not := look()) is not None and time.monotonic() < ends:
        pause(LOOK_EVERY_S)
    return why_not
