"""What a measure of the lockdown is: it is applied once, and looked at as often as anybody asks. It decides nothing."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.policy.measures import Finding, MeasureName, Severity, Verdict

LONGEST_EVIDENCE: Final = 300
OFTEN_S: Final = 1.0  # a look that costs well under a millisecond
SELDOM_S: Final = 60.0  # a look that walks a tree of files; what it looks at cannot change without a restart


@dataclass(frozen=True)
class Look:
    """What one look at the machine found. `severity` is set where this loss is milder than the measure's own."""

    verdict: Verdict
    evidence: str  # one line that IT can act on: what was looked at, and what was found there
    severity: Severity | None = None


class Measure(Protocol):
    """One measure, in a file of its own under `measures/`."""

    name: MeasureName
    threat: str  # what it answers, in one sentence
    severity: Severity  # what losing it means
    every_s: float  # how often the sweep looks; events ask for a look at once

    def apply(self) -> None:
        """Make it hold, where that is not the machine's own doing. Safe twice. Raises LockdownError or OSError."""
        ...

    def look(self) -> Look:
        """Whether it holds now, by looking at the machine and not at what `apply` did.

        Raises OSError where it cannot look; that counts as lost. Takes less than 0.5 s, on a thread of its own.
        """
        ...


class Watch(Protocol):
    """Hears of changes to the machine the moment they happen."""

    def open(self, poke: Callable[[MeasureName], None]) -> None:
        """Listen on the running loop; `poke` asks for a look. Raises OSError where this machine cannot be heard."""
        ...

    def close(self) -> None:
        """Stop listening. Safe twice."""
        ...


def holds(evidence: str) -> Look:
    """It holds."""
    return Look(Verdict.HOLDS, evidence)


def lost(evidence: str, severity: Severity | None = None) -> Look:
    """It does not hold."""
    return Look(Verdict.LOST, evidence, severity)


def not_here(evidence: str) -> Look:
    """There is nothing here that it could be about, such as a battery in a machine without one."""
    return Look(Verdict.NOT_APPLICABLE, evidence)


def all_of(*looks: Look) -> Look:
    """Several looks as one: the gravest loss, told first; not applicable only if all are."""
    failed = [look for look in looks if look.verdict is Verdict.LOST]
    if failed:
        mildest_first = list(Severity)
        gravest = max(failed, key=lambda look: mildest_first.index(look.severity or Severity.BLOCK))
        evidence = "; ".join(look.evidence for look in (gravest, *(each for each in failed if each is not gravest)))
        return Look(Verdict.LOST, evidence, gravest.severity)
    held = [look for look in looks if look.verdict is Verdict.HOLDS]
    found = held or list(looks)
    return Look(Verdict.HOLDS if held else Verdict.NOT_APPLICABLE, "; ".join(look.evidence for look in found))


def finding(measure: Measure) -> Finding:
    """Look once. What cannot be looked at is lost, and says why; so is what breaks while looking."""
    try:
        look = measure.look()
    except Exception as error:  # a look that breaks must never pass for one that holds
        look = lost(f"could not look: {type(error).__name__}: {error}")
    evidence = textwrap.shorten(look.evidence, LONGEST_EVIDENCE, placeholder="…")
    return Finding(measure.name, look.verdict, look.severity or measure.severity, evidence)
