"""Where two threads meet over pictures: the newest one wins and nothing ever queues."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture, ready to paint: rows of 4 bytes a pixel, blue first (QImage's Format_RGB32).

    `data` belongs to whoever holds the Picture; nobody writes to it again. `number` counts from 1.
    `frame_width` and `frame_height` are the size as received, before scaling to the screen.
    """

    data: bytes | bytearray | memoryview
    width: int
    height: int
    stride: int
    number: int
    frame_width: int
    frame_height: int


class Latest(Generic[T]):
    """A box for one item. `put` replaces what is there; `take` empties it; `wake` is called once per filling.

    Any thread may call any method. `wake` runs on the putting thread and must return at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None
        self._wake: Callable[[], None] = _nobody

    def on_new(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever the box goes from empty to full."""
        self._wake = wake

    def put(self, item: T) -> None:
        """Store `item`, forgetting any older one."""
        with self._lock:
            was_empty = self._item is None
            self._item = item
        if was_empty:
            self._wake()

    def take(self) -> T | None:
        """The newest item, or None if it was taken already."""
        with self._lock:
            item, self._item = self._item, None
        return item


def _nobody() -> None:
    """Nobody is waiting."""
