"""Measures that hold as long as the test says so, and count what was asked of them."""

from collections.abc import Callable
from typing import Final

from kiosk.lockdown.measure import OFTEN_S, Look, holds, lost, not_here
from kiosk.policy.measures import OF_THE_SHELL, Finding, MeasureName, Severity, Verdict

LOOKS: Final = {Verdict.HOLDS: holds, Verdict.LOST: lost, Verdict.NOT_APPLICABLE: not_here}


class FakeMeasure:
    """One measure; `verdict` is what a look finds, `breaks` what a look raises."""

    threat = "somebody changes the machine"

    def __init__(
        self, name: MeasureName, severity: Severity = Severity.BLOCK, said: Callable[[str], None] = lambda _: None
    ) -> None:
        self.name, self.severity, self.every_s = name, severity, OFTEN_S
        self.verdict = Verdict.HOLDS
        self.breaks: Exception | None = None
        self.takes = True
        self.looks = 0
        self._said = said

    def apply(self) -> None:
        self._said(f"apply {self.name}")
        if not self.takes:
            raise OSError("it does not take")

    def look(self) -> Look:
        self.looks += 1
        self._said(f"look {self.name}")
        if self.breaks is not None:
            raise self.breaks
        return LOOKS[self.verdict](f"{self.name} was looked at")


def shells_own() -> list[Finding]:
    """What a shell that is all right finds of itself."""
    return [Finding(name, Verdict.HOLDS, Severity.BLOCK, "tried") for name in MeasureName if name in OF_THE_SHELL]
