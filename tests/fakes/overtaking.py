"""Packets that overtake each other on their way: numbers in the order in which they arrive."""

import random


def overtaking(count: int, by: int = 12, seed: int = 6) -> list[int]:
    """0 to `count` - 1, each at most `by` places from its own."""
    late = random.Random(seed)
    return sorted(range(count), key=lambda number: number + late.uniform(0, by))
