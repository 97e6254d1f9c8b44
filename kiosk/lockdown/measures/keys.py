"""The measure *keys*: what is pressed reaches nothing but the input guard. It knows no screen; it is given a proof."""

from collections.abc import Callable
from typing import Final

from kiosk.lockdown.measure import Look, holds, lost
from kiosk.policy.measures import MeasureName, Severity

EVERY_S: Final = 5.0


class Keys:
    """Held by the shell. `proof` tries it for real: None when every forbidden press was swallowed, else what was not.

    Qt belongs to one thread, so look on the thread of the screen; a proof that is asked elsewhere says so, as a loss.
    """

    name = MeasureName.KEYS
    threat = "Keys, chords or clicks that open a menu, another window or another program, or close the call's own."
    severity = Severity.BLOCK
    every_s = EVERY_S

    def __init__(self, proof: Callable[[], str | None]) -> None:
        self._proof = proof

    def apply(self) -> None:
        """Nothing: the window installs its input guard as it is built, and has no way to take it out."""

    def look(self) -> Look:
        """Whether forbidden presses, tried now, are swallowed."""
        escaped = self._proof()
        if escaped is not None:
            return lost(escaped)
        return holds("forbidden keys, shortcuts, menus and closing were tried and swallowed, a broken handler's too")
