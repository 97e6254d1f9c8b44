"""What the last comparison with the acceptance report found, kept for the laptop's check of itself: one small file."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.lockdown.state_file import replace_file

NAME: Final = "drift"
LONGEST_CHARACTERS: Final = 256


class DriftMark:
    """In `folder`, the guard's state: the subjects that differ, a line each. It is empty where nothing did."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def keep(self, subjects: Sequence[str]) -> None:
        """Until the next comparison. On a disk that is full what was found before stays."""
        with contextlib.suppress(OSError):
            replace_file(self._path, "\n".join(subjects).encode())

    def subjects(self) -> tuple[str, ...] | None:
        """What differs; None where nobody has compared yet. Raises OSError, ValueError."""
        try:
            with self._path.open(encoding="ascii") as file:
                return tuple(file.read(LONGEST_CHARACTERS).splitlines())
        except FileNotFoundError:
            return None
