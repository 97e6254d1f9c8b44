"""Saves a picture of every scene the demo shows; this is the only place in the tree that may."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

SETTLED_MS: Final = 600
MOVING_MS: Final = 3000  # a call is photographed once both pictures have come
_MOVING: Final = frozenset({"in_call", "officer_admits"})


class Album:
    """Numbers and saves one PNG a scene: `01-next_call.png`. A scene that ends early is taken at its end."""

    def __init__(self, folder: Path, window: QWidget) -> None:
        self._folder, self._window = folder, window
        self._number = 0
        self._waiting: str | None = None
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.take)
        folder.mkdir(parents=True, exist_ok=True)

    def scene_ends(self) -> None:
        """The scene on the screen is about to go."""
        self.take()

    def scene_begins(self, kind: str) -> None:
        """Another scene is on the screen."""
        self._waiting = kind
        self._timer.start(MOVING_MS if kind in _MOVING else SETTLED_MS)

    def take(self) -> None:
        """Take the picture that is due, if one is."""
        if self._waiting is None:
            return
        self._timer.stop()
        self._number += 1
        path = self._folder / f"{self._number:02d}-{self._waiting}.png"
        self._waiting = None
        if not self._window.grab().save(str(path)):
            raise OSError(f"The picture {path} cannot be written.")
