"""What the lockdown costs: the guard at rest, drift and arrivals noticed, a call in the sandbox and out of it."""

import os
from typing import Final

from bench import drift, sandbox
from bench.rows import Goal, Row, publish
from bench.usb_arrival import usb_arrival_s

ARRIVALS: Final = int(os.environ.get("BENCH_ARRIVALS", "30"))


def run() -> None:
    """Measure and publish."""
    publish("lockdown", [*drift.rows(), *arrivals(), *sandbox.rows()], NOTES)


def arrivals() -> list[Row]:
    """From a USB device that is plugged in (umockdev) to the alert."""
    seconds = usb_arrival_s(ARRIVALS)
    return [
        Row(f"USB arrival to alert, median of {ARRIVALS}", seconds, "s", goal=Goal(most=1)),
        Row("USB arrival to alert, p99", [drift.p99(seconds)], "s", goal=Goal(most=1)),
    ]


NOTES: Final = (
    "guard idle: every measure looks at this machine, whose USB, displays and sound are absent",
    "drift: a change that no event tells of, at any moment of the sweep",
    "sandbox: Debian's Chromium as the family; each round is one confined and one bare call, and their ratio",
)
