"""What the last comparison with the acceptance report found, kept for the laptop's check of itself: one small file."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from kiosk.lockdown.state_file import replace_file

LOG: Final = logging.getLogger(__name__)
NAME: Final = "drift"
NOTHING: Final = "nothing"  # so that a file that was cut short says something else
LONGEST_CHARACTERS: Final = 256


@dataclass(frozen=True)
class Compared:
    """`subjects` are what differed on that day, in words."""

    subjects: tuple[str, ...]
    on: date


class DriftMark:
    """In `folder`, the guard's state: the subjects that differ, a line each."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def keep(self, subjects: Sequence[str]) -> None:
        """Until the next comparison. On a disk that is full the one before stays, with its day."""
        try:
            replace_file(self._path, "\n".join(subjects or (NOTHING,)).encode())
        except OSError as error:
            LOG.error("what differs from the acceptance report is not kept: %s", error)

    def last(self) -> Compared | None:
        """None where nobody has compared yet. Raises OSError; ValueError for a file that was damaged."""
        try:
            with self._path.open(encoding="ascii") as file:
                lines = tuple(file.read(LONGEST_CHARACTERS).splitlines())
            day = datetime.fromtimestamp(self._path.stat().st_mtime, UTC).date()
        except FileNotFoundError:
            return None
        if not lines:
            raise ValueError("it is empty")
        return Compared(() if lines == (NOTHING,) else lines, day)
