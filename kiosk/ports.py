"""What the core needs from outside, as Protocols; adapters fit them and nobody inherits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.ipc import ToShell

Data = Mapping[str, object]


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


class Record(Protocol):
    """The audit trail, for what has happened; what opens or loosens is recorded before by whoever lets it happen."""

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        """Record this soon, in order, with the time of now. Never waits and never raises."""
        ...


class Journal(Protocol):
    """What survives a power cut: one small document, the newest wins."""

    def keep(self, document: bytes) -> None:
        """Have this on the disk soon. Never waits and never raises."""
        ...

    def read(self) -> bytes | None:
        """What was kept last, or None."""
        ...


@dataclass(frozen=True)
class Around:
    """What a day and its calls need from outside. `synthetic`: a demo may use a test picture for a missing device."""

    clock: Clock
    shell: Shell
    ids: Ids
    record: Record
    synthetic: bool
