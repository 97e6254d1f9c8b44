"""The journal on this machine's disk: one small document, replaced whole; it never makes the guard wait."""

import contextlib
import logging
import threading
from pathlib import Path
from typing import Final

from kiosk.lockdown.state_file import replace_file

LOG: Final = logging.getLogger(__name__)
LONGEST_BYTES: Final = 4 * 1024 * 1024


class JournalFile:
    """Keeps the newest document at `path`. Writing happens on a thread of its own; older ones are skipped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: bytes | None = None
        self._written = True
        self._closing = False
        self._changed = threading.Condition()
        self._failing = False
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    def keep(self, document: bytes) -> None:
        """Have this on the disk soon."""
        with self._changed:
            self._newest, self._written = document, False
            self._changed.notify_all()

    def read(self) -> bytes | None:
        """What was kept last, or None. Raises OSError; of one that is far too long only a part is given."""
        try:
            with self._path.open("rb") as file:
                return file.read(LONGEST_BYTES + 1)
        except FileNotFoundError:
            return None

    def set_aside(self) -> None:
        """Keep a journal that cannot be read for those who look into it, and begin another."""
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_suffix(".unreadable"))

    def close(self) -> None:
        """Write what is waiting, and stop. Safe twice."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while (document := self._next()) is not None:
            try:
                replace_file(self._path, document)
                self._failing = False
            except OSError as error:
                if not self._failing:  # once, not at every try
                    LOG.error("the journal cannot be written: %s", error.strerror)
                self._failing = True

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or not self._written)
            if self._written:
                return None
            self._written = True
            return self._newest
