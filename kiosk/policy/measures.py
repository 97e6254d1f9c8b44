"""The measures of the lockdown by name, how bad it is to lose one, and what follows for calls. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MeasureName(StrEnum):
    """Every measure, in the order in which they are applied; each has its sentences in `assets/words`."""

    BOOT = "boot"
    STORAGE = "storage"
    KERNEL = "kernel"
    SESSION = "session"
    PROCESSES = "processes"
    PACKAGES = "packages"
    NETWORK = "network"
    WIRELESS = "wireless"
    USB = "usb"
    DISPLAYS = "displays"
    DEVICES = "devices"
    ENVIRONMENT = "environment"
    FILES = "files"
    EXEC = "exec"
    KEYS = "keys"
    CLOCK = "clock"
    POWER = "power"
    UPDATES = "updates"
    DISK = "disk"


OF_THE_SHELL: Final = frozenset(
    {MeasureName.ENVIRONMENT, MeasureName.FILES, MeasureName.EXEC, MeasureName.KEYS}
)  # what only the shell's own process can apply and try; the guard counts them as lost until it has said so


class Severity(StrEnum):
    """What it means to lose a measure, from the mildest."""

    INFO = "info"  # recorded
    WARN = "warn"  # and said on every scene
    INTERRUPT = "interrupt"  # no call runs until it holds again; benign, recovers by itself
    BLOCK = "block"  # no call runs, and the laptop is out of service until it holds again


class Verdict(StrEnum):
    """What one look found."""

    HOLDS = "holds"
    LOST = "lost"
    NOT_YET = "not looked at yet"  # as good as lost, but for the words and the record
    NOT_APPLICABLE = "not applicable here"


@dataclass(frozen=True)
class Finding:
    """One measure, as it was last found. `severity` is what its loss means; `evidence` is one line for IT."""

    name: MeasureName
    verdict: Verdict
    severity: Severity
    evidence: str

    @property
    def is_lost(self) -> bool:
        """Whether it does not hold."""
        return self.verdict in (Verdict.LOST, Verdict.NOT_YET)


@dataclass(frozen=True)
class Standing:
    """What the findings mean for calls: which measures are lost, the first applied first."""

    blocking: tuple[MeasureName, ...] = ()
    interrupting: tuple[MeasureName, ...] = ()
    warning: tuple[MeasureName, ...] = ()
    unproved: tuple[MeasureName, ...] = ()  # of all these, those that nobody has looked at yet

    @property
    def barred_by(self) -> MeasureName | None:
        """The measure that keeps calls from running, the gravest first; None when they may."""
        return next(iter((*self.blocking, *self.interrupting)), None)

    @property
    def is_starting(self) -> bool:
        """Whether nothing is known to be wrong, and calls are barred because something is not proved yet."""
        bars = {*self.blocking, *self.interrupting}
        return bool(bars) and bars <= set(self.unproved)


def standing(findings: Iterable[Finding]) -> Standing:
    """What these findings mean for calls."""
    lost = [finding for finding in findings if finding.is_lost]

    def with_severity(severity: Severity) -> tuple[MeasureName, ...]:
        return tuple(name for name in MeasureName if any(f.name is name and f.severity is severity for f in lost))

    unproved = tuple(finding.name for finding in lost if finding.verdict is Verdict.NOT_YET)
    return Standing(
        with_severity(Severity.BLOCK), with_severity(Severity.INTERRUPT), with_severity(Severity.WARN), unproved
    )
