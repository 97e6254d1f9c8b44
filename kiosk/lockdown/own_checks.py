"""What the guard itself finds when the laptop checks itself: clock, mains, disk, pending restart. Changes nothing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.readiness import LONGEST_FOUND, CheckName
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.power import LOW_PERCENT, SUPPLIES
from kiosk.lockdown.measures.updates import Updates
from kiosk.policy.measures import Severity, Verdict
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.readiness import Found, Trouble
from kiosk.wall_clock import WallClock

MEGABYTE: Final = 1_000_000
LOW_MB: Final = 500  # a week of the record, and the papers of a day
FULL_MB: Final = 50  # with less the record may stop, and then no call opens
Answer = tuple[Trouble | None, str]


class OwnChecks:
    """Each look is quick and by itself: one that cannot be taken has not answered, and the others have."""

    def __init__(self, machine: Machine, state: Path, wall: WallClock, numbers: Numbers) -> None:
        self._machine, self._state, self._wall, self._numbers = machine, state, wall, numbers

    def found(self) -> tuple[Found, ...]:
        """All four, in their order."""
        return (
            _look(CheckName.CLOCK, self._clock),
            _look(CheckName.MAINS, self._mains),
            _look(CheckName.DISK, self._disk),
            _look(CheckName.RESTART, self._restart),
        )

    def _clock(self) -> Answer:
        wrong_by_ms = self._wall.wrong_by_ms()
        if self._wall.look():
            by = "was never set" if wrong_by_ms is None else f"{wrong_by_ms / 1000:+.1f} s from the service's time"
            return Trouble.CLOCK_WRONG, by
        if wrong_by_ms is None:
            return Trouble.CLOCK_UNTOLD, "the service has not said what the time is"
        return (
            None,
            f"{wrong_by_ms / 1000:+.1f} s from the service's time, {ms(self._numbers.clock_may_err) // 1000} allowed",
        )

    def _mains(self) -> Answer:
        supplies = [f"{SUPPLIES}/{name}" for name in self._machine.names(SUPPLIES)]
        plugs = [each for each in supplies if self._says(each, "type") in ("Mains", "USB")]
        batteries = [each for each in supplies if self._is_of_this_laptop(each)]
        if any(self._says(plug, "online") == "1" for plug in plugs):
            return None, "mains"
        if not batteries:
            return None, "no battery"
        left = min((int(self._says(each, "capacity") or 0) for each in batteries), default=0)
        if not plugs and all(self._says(each, "status") != "Discharging" for each in batteries):
            return None, f"battery {left} %, not discharging"
        return (Trouble.BATTERY_LOW if left < LOW_PERCENT else Trouble.ON_BATTERY), f"on battery, {left} %"

    def _is_of_this_laptop(self, supply: str) -> bool:
        """A mouse has a battery too, and says that it is a device's."""
        return self._says(supply, "type") == "Battery" and self._says(supply, "scope") != "Device"

    def _says(self, supply: str, what: str) -> str:
        return self._machine.text_or(f"{supply}/{what}", "")

    def _disk(self) -> Answer:
        disk = os.statvfs(self._state)
        free = disk.f_bavail * disk.f_frsize // MEGABYTE
        found = f"{free} MB free, {LOW_MB} wanted"
        if free < FULL_MB or disk.f_favail == 0 < disk.f_files:
            return Trouble.DISK_FULL, found
        return (Trouble.DISK_LOW if free < LOW_MB else None), found

    def _restart(self) -> Answer:
        look = Updates(self._machine).look()
        if look.verdict is not Verdict.LOST:
            return None, look.evidence
        return (Trouble.UPDATE_FAILED if look.severity is Severity.WARN else Trouble.RESTART_WAITS), look.evidence


def _look(check: CheckName, look: Callable[[], Answer]) -> Found:
    try:
        trouble, found = look()
    except (OSError, ValueError) as error:
        trouble, found = Trouble.NOT_ANSWERED, f"could not look: {error}"
    return Found(check=check, trouble=trouble, found=found[:LONGEST_FOUND])
