"""Event methods that fail closed: in Qt an override that raises lets the key through, or the window close."""

import functools
import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QEvent

log: Final = logging.getLogger(__name__)

Self = TypeVar("Self")
Event = TypeVar("Event", bound=QEvent)


class Tried(Exception):
    """Raised on purpose, by whoever proves that an error swallows; not worth a line in the log."""


def swallows(handler: Callable[[Self, Event], None]) -> Callable[[Self, Event], None]:
    """Wrap an override of a Qt event method: the event counts as dealt with, also when `handler` raises.

    A handler that refuses an event (close) calls `event.ignore()` itself, on its first line.
    """

    @functools.wraps(handler)
    def safe(self: Self, event: Event) -> None:
        event.accept()
        try:
            handler(self, event)
        except Exception:  # else Qt would carry on as if nobody had looked
            log.exception("%s failed; the event was swallowed", handler.__qualname__)

    return safe


def filters(handler: Callable[[Self, Any, QEvent], bool]) -> Callable[[Self, Any, QEvent], bool]:
    """Wrap an override of `eventFilter`: when `handler` raises, the event is swallowed."""

    @functools.wraps(handler)
    def safe(self: Self, watched: Any, event: QEvent) -> bool:
        try:
            return handler(self, watched, event)
        except Tried:
            return True
        except Exception:  # else the key would get through
            log.exception("%s failed; the event was swallowed", handler.__qualname__)
            return True

    return safe
