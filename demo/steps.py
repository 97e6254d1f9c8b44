"""How the demo's onlooker knows when the shell started, was shown and was connected, from outside of the product."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_START_TIME: Final = 19  # field of /proc/PID/stat after the name, see proc_pid_stat(5): ticks since the machine started


def process_started_at() -> float:
    """When this process began, on the machine's monotonic clock; to a hundredth of a second."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
    return time.monotonic() - age_s


class Shown(QObject):
    """Calls `shown` when the window is shown; looks at events and lets every one pass."""

    def __init__(self, window: QWidget, shown: Callable[[], None]) -> None:
        super().__init__(window)
        self._shown = shown
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Look; never keep an event."""
        if event.type() is QEvent.Type.Show:
            self._shown()
        return False


class Connected:
    """Calls `connected` whenever aiortc writes that a connection stands; on the media thread."""

    def __init__(self, connected: Callable[[], None]) -> None:
        self._connected = connected
        self._log = logging.getLogger("aiortc.rtcpeerconnection")
        self._log.setLevel(logging.DEBUG)
        self._log.addFilter(self._look)

    def _look(self, record: logging.LogRecord) -> bool:
        """What is written for debugging is read here and goes no further."""
        said = record.getMessage()
        if " connectionState " in said and said.endswith("-> connected"):
            self._connected()
        return record.levelno > logging.DEBUG
