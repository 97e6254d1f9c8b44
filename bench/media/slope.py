"""How fast something grows in a long call: a slope that a few strange readings do not bend. Arithmetic only."""

import itertools
import statistics
from collections.abc import Sequence

MOST_PAIRS = 200  # readings that are compared; more say no more


def slope(readings: Sequence[tuple[float, float]]) -> float:
    """How much the value grows each second: the median of all pairs' slopes (Theil 1950, Sen 1968); 0 for too few."""
    step = max(1, len(readings) // MOST_PAIRS)
    pairs = itertools.combinations(readings[::step], 2)
    slopes = [(value - before) / (at - earlier) for (earlier, before), (at, value) in pairs if at > earlier]
    return statistics.median(slopes) if slopes else 0.0
