"""The product's guard at the pace of a call: it looks five times a second and keeps the day each time. Decides nothing.

Without a booking it would look once a second and keep the day every ten. Its walk over all files at the start is a walk
over /usr, which is about what a laptop has: a machine where software is made has a hundred times that. What is still
left out of a call: the call's own rules at each look, and the line to the service.
"""

from pathlib import Path
from typing import Final

from kiosk import guard, guarding
from kiosk.lockdown.frozen import privileged_files
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures import packages
from kiosk.lockdown.platform import Privileged

WALKED: Final = Path("/usr")


def _of_a_laptop(_machine: Machine) -> tuple[Privileged, ...]:
    return privileged_files(Machine(WALKED))


if __name__ == "__main__":
    setattr(guarding, "IDLE_LOOK_EVERY_S", guarding.LOOK_EVERY_S)  # noqa: B010 - a constant to mypy
    setattr(guarding, "IDLE_KEEP_EVERY_MS", 0)  # noqa: B010
    setattr(packages, "privileged_files", _of_a_laptop)  # noqa: B010
    guard.main()
