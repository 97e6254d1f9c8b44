"""What runs on the laptop against the frozen list of what may. It kills nothing; the sweep says what it found."""

from typing import Final

from kiosk.lockdown.accounts import users
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S, Look, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.running import processes
from kiosk.policy.measures import MeasureName, Severity

AT_MOST_NAMED: Final = 3


class Processes:
    """Every process runs a program of the image, as a user who may run it."""

    name = MeasureName.PROCESSES
    threat = "A program that is not part of the laptop watches, records or changes a call."
    severity = Severity.BLOCK
    every_s = OFTEN_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._programs = machine, platform.programs

    def apply(self) -> None:
        """Nothing: the image starts what it needs."""

    def look(self) -> Look:
        """One walk over what runs. Raises OSError where a process cannot be looked at."""
        if not self._programs:
            return lost("the image has no list of programs that may run")
        uids = users(self._machine)
        allowed = {(each.path, uids.get(user, -1)) for each in self._programs for user in each.users}
        running = list(processes(self._machine))
        foreign = [each for each in running if any((each.exe, uid) not in allowed for uid in each.uids)]
        if foreign:
            more = f" and {len(foreign) - AT_MOST_NAMED} more" if len(foreign) > AT_MOST_NAMED else ""
            return lost("runs and is not on the list: " + ", ".join(map(str, foreign[:AT_MOST_NAMED])) + more)
        return holds(f"{len(running)} processes, all on the list")
