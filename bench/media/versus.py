"""One row of the table: a figure of the laptop beside Chromium's in the same rounds, and what their ratio must be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.rows import Goal

Figures = Sequence[float | None]
NO_GOAL: Final = Goal()
NO_WORSE: Final = Goal(least=0.95)


@dataclass(frozen=True)
class Versus:
    """Figures by round, None for one that could not be had. Without `theirs`, the goal is for our own figures.

    A ratio is ours by theirs, or the other way round where it is `turned`.
    """

    what: str
    unit: str
    ours: Figures
    theirs: Figures = ()
    goal: Goal = NO_GOAL
    turned: bool = False  # less is better, and the ratio is told so that more is
    least: float = 0.0  # figures below this count as this: one picture's time is no freeze

    @property
    def ratios(self) -> list[float | None]:
        """Round by round."""
        return [self._ratio(ours, theirs) for ours, theirs in zip(self.ours, self.theirs, strict=False)]

    def _ratio(self, ours: float | None, theirs: float | None) -> float | None:
        if ours is None or theirs is None:
            return None
        above, below = (theirs, ours) if self.turned else (ours, theirs)
        above, below = max(above, self.least), max(below, self.least)
        return above / below if below else None

    @property
    def judged(self) -> Figures:
        """What the goal is for."""
        return self.ratios if self.theirs else self.ours

    @property
    def holds(self) -> bool | None:
        """Whether the median meets the goal and no round is missing; None without a goal."""
        if not str(self.goal):
            return None
        value = median(self.judged)
        return value is not None and None not in self.judged and not self.goal.missed_by(value)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "what": self.what,
            "unit": self.unit,
            "laptop": list(self.ours),
            "chromium": list(self.theirs),
            "ratios": self.ratios,
            "goal": str(self.goal),
            "holds": self.holds,
        }


def median(values: Figures) -> float | None:
    """Of those that are there."""
    found = present(values)
    return statistics.median(found) if found else None


def present(values: Figures) -> list[float]:
    """Those that are there."""
    return [value for value in values if value is not None]
