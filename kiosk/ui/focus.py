"""Which key has the focus next: round in a fixed order, so that the laptop can be used without a pointer. Pure."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def neighbour(keys: Sequence[T], focused: object, step: int) -> T | None:
    """The key `step` (1 or -1) away from `focused`; the first or last when none has the focus; None without keys."""
    if not keys:
        return None
    if focused not in keys:
        return keys[0 if step > 0 else -1]
    at = next(number for number, key in enumerate(keys) if key == focused)
    return keys[(at + step) % len(keys)]
