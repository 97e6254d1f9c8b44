"""What the guard itself finds when the laptop checks itself: clock, mains, disk, restart, drift. Changes nothing."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from contract.readiness import LONGEST_FOUND, CheckName
from kiosk.lockdown.drift_mark import DriftMark
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.power import LOW_PERCENT, SUPPLIES, batteries
from kiosk.lockdown.measures.updates import Updates
from kiosk.policy.measures import Severity, Verdict
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.readiness import Found, Trouble
from kiosk.wall_clock import WallClock

MEGABYTE: Final = 1_000_000
LOW_MB: Final = 500  # a week of the record, and the papers of a day
FULL_MB: Final = 50  # with less the record may stop, and then no call opens
LIVE: Final = "lockdown"  # of `kiosk.acceptance.drift.Subject`: the guard itself says which measure does not hold now
UNREPORTED: Final = "report"  # of the same
Answer = tuple[Trouble | None, str]


class OwnChecks:
    """Each look is quick and by itself: one that cannot be taken has not answered, and the others have."""

    def __init__(self, machine: Machine, state: Path, wall: WallClock, numbers: Numbers) -> None:
        self._machine, self._state, self._wall, self._numbers = machine, state, wall, numbers

    def found(self) -> tuple[Found, ...]:
        """All five, in their order."""
        return (
            _look(CheckName.CLOCK, self._clock),
            _look(CheckName.MAINS, self._mains),
            _look(CheckName.DISK, self._disk),
            _look(CheckName.RESTART, self._restart),
            _look(CheckName.ACCEPTED, self._accepted),
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
        plugs = [each for each in self._supplies() if self._says(each, "type") in ("Mains", "USB")]
        found = batteries(self._machine)
        if any(self._says(plug, "online") == "1" for plug in plugs):
            return None, "mains"
        if not found:
            return None, "no battery"
        left = self._percent_left(found)
        said = "how full it does not say" if left is None else f"{left} %"
        if not plugs and all(self._says(each, "status") != "Discharging" for each in found):
            return None, f"battery, {said}, not discharging"
        is_low = left is not None and left < LOW_PERCENT
        return (Trouble.BATTERY_LOW if is_low else Trouble.ON_BATTERY), f"on battery, {said}"

    def _percent_left(self, found: Sequence[str]) -> int | None:
        """Of the fullest: a laptop with two empties one after the other. None where none says."""
        said = (self._says(each, "capacity") for each in found)
        return max((int(percent) for percent in said if percent), default=None)

    def _supplies(self) -> list[str]:
        return [f"{SUPPLIES}/{name}" for name in self._machine.names(SUPPLIES)]

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

    def _accepted(self) -> Answer:
        try:
            last = DriftMark(self._state).last()
        except (OSError, ValueError) as error:
            return Trouble.NOT_AS_ACCEPTED, f"what was found when it was compared cannot be read: {error}"
        if last is None:
            return None, "not compared with its acceptance report yet"
        differ = [each for each in last.subjects if each != LIVE]
        if differ == [UNREPORTED]:
            return Trouble.NOT_AS_ACCEPTED, f"{last.on}: it has no acceptance report of its own"
        if differ:
            return Trouble.NOT_AS_ACCEPTED, f"{last.on}: not as accepted: {', '.join(differ)}"
        but = ", but for measures that did not hold then" if last.subjects else ""
        return None, f"{last.on}: as accepted{but}"


def _look(check: CheckName, look: Callable[[], Answer]) -> Found:
    try:
        trouble, found = look()
    except (OSError, ValueError) as error:
        trouble, found = Trouble.NOT_ANSWERED, f"could not look: {error}"
    return Found(check=check, trouble=trouble, found=found[:LONGEST_FOUND])
