"""Whether an update waits for its restart, or failed. It installs nothing, and never keeps a call from running."""

from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import SELDOM_S, Look, holds, lost
from kiosk.policy.measures import MeasureName, Severity

PENDING: Final = ("/run/visit-kiosk/update-pending", "/run/reboot-required")  # written by whoever installs updates
FAILED: Final = "/var/lib/visit-kiosk/update-failed"
LONGEST_WORD: Final = 64


class Updates:
    """What runs is the newest that was installed."""

    name = MeasureName.UPDATES
    threat = "A known hole stays open because a laptop is never restarted."
    severity = Severity.INFO
    every_s = SELDOM_S

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def apply(self) -> None:
        """Nothing: a restart is the officer's, between calls."""

    def look(self) -> Look:
        """The marks that an update leaves. Raises OSError for one that cannot be read."""
        if self._machine.has(FAILED):
            return lost(f"the last update failed{self._said(FAILED)}: see {FAILED}", Severity.WARN)
        for mark in PENDING:
            if self._machine.has(mark):
                return lost(f"an update{self._said(mark)} waits for a restart between calls ({mark})")
        return holds("no update waits")

    def _said(self, mark: str) -> str:
        words = self._machine.text_or(mark, "")[:LONGEST_WORD]
        return f" ({words})" if words else ""
