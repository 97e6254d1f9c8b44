"""The product's guard at the pace of a call: it looks five times a second and keeps the day twice. Decides nothing.

Without a booking it would look once a second and keep the day every ten. It walks over all files at its start as on a
laptop, which it would not do on a machine without the image's lists, but over /usr alone, which is about what a laptop
has. What is still left out of a call: the call's own rules at each look, and the line to the service.
"""

from pathlib import Path
from typing import Final

from kiosk import guard, guarding
from kiosk.lockdown import day_journal
from kiosk.lockdown.frozen import privileged_files
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look
from kiosk.lockdown.measures.packages import Packages

WALKED: Final = Path("/usr")


def _looks(self: Packages) -> Look:
    privileged_files(Machine(WALKED))
    return self._installed()


if __name__ == "__main__":
    setattr(guarding, "IDLE_LOOK_EVERY_S", guarding.LOOK_EVERY_S)  # noqa: B010 - a constant to mypy
    setattr(day_journal, "IDLE_EVERY_MS", day_journal.IN_CALL_EVERY_MS)  # noqa: B010
    setattr(Packages, "look", _looks)  # noqa: B010
    guard.main()
