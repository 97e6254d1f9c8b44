"""A roster that is quick to check, and a check of PINs that counts its work."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

from contract.roster import Right
from contract.verifier import Cost, fits
from kiosk.lockdown.officers import Officers
from kiosk.lockdown.pin_check import PinCheck
from kiosk.policy.numbers import Numbers
from tests.fakes.clock import NOON, FakeClock

CHEAP: Final = Cost(memory_kib=8, iterations=1)
RUN_CALLS: Final = frozenset({Right.RUN_CALLS})
PINS: Final = {"A1": "482913", "B2": "571046", "OLD": "639174"}


def roster(folder: Path) -> Officers:
    """A1 and B2, who run calls, and OLD, who is disabled."""
    officers = Officers(folder, CHEAP)
    for number, pin in PINS.items():
        officers.add(number, f"Officer {number}", RUN_CALLS, pin, NOON)
    officers.disable("OLD", NOON + timedelta(days=1))
    return officers


class CountingFits:
    """The real comparison; counts how often it is made and with which parameters, and waits if it is told to."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.has_memory = True
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, pin: str, verifier: str) -> bool:
        self.made.append(verifier.rpartition("$")[0].rpartition("$")[0])
        self.begun.set()
        assert self.may_end.wait(10)
        if not self.has_memory:
            raise MemoryError
        return fits(pin, verifier)


class Desk:
    """A check of PINs on a folder, opened, with all it reports kept."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.fits = CountingFits()
        self.refused: list[tuple[str | None, int]] = []
        self.check = PinCheck(
            Officers(folder),
            folder,
            clock,
            Numbers(),
            on_refused=lambda number, wait_s: self.refused.append((number, wait_s)),
            fits=self.fits,
        )
        self.check.open()
