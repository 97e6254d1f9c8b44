"""What the core needs from outside, as Protocols; adapters fit them and nobody inherits."""

from datetime import datetime
from typing import Protocol

from kiosk.ipc import ToShell


class Clock(Protocol):
    """Time, of both kinds."""

    def boot_ms(self) -> int:
        """Whole milliseconds since the machine started, counting sleep; never goes back."""
        ...

    def wall(self) -> datetime:
        """The time of day, aware, UTC; may be set by anybody. Only places bookings in the day."""
        ...


class Shell(Protocol):
    """The shell, as the guard sees it."""

    def send(self, message: ToShell) -> None:
        """Say this to the shell; silently dropped while there is none, since it is told all when it comes."""
        ...


class Ids(Protocol):
    """Names for media sessions."""

    def new_session(self) -> str:
        """A name never used before, safe in a message."""
        ...
