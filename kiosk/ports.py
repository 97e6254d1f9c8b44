"""What the core needs from outside, as Protocols; adapters fit them and nobody inherits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from contract.sheet import CallSheet
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
    """Names that cannot be guessed."""

    def new_session(self) -> str:
        """A name for a media session, never used before, safe in a message."""
        ...

    def new_nonce(self) -> str:
        """What is asked once and never again: 128 random bits or more, safe in a message."""
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


class Documents(Protocol):
    """Who checks signed documents before anything of them is believed."""

    def sheet(self, untrusted: str) -> CallSheet:
        """The call sheet in a signed document. Raises Untrusted, whose text says why; the last one stays in force."""
        ...

    def time(self, untrusted: str, nonce: str) -> datetime:
        """The service's time, signed for this `nonce`. Raises Untrusted."""
        ...


class SecretName(StrEnum):
    """What a laptop keeps secret, made by itself when it is enrolled."""

    TLS_KEY = "tls-key"  # the shell's: PEM, ECDSA P-256; shows the service which laptop speaks
    SEALING_KEY = "sealing-key"  # the guard's: base64, X25519; opens what is encrypted to this laptop alone
    PACK_KEY = "pack-key"  # the guard's: base64, 32 bytes; closes what is kept of the day


class Vault(Protocol):
    """Where secrets are kept, each a short text."""

    def read(self, name: SecretName) -> str:
        """The secret. Raises Unavailable when it is not there or cannot be read."""
        ...

    def write(self, name: SecretName, secret: str) -> None:
        """Keep this instead of what there was. Raises Unavailable; a running laptop's may only be read."""
        ...


@dataclass(frozen=True)
class Around:
    """What a day and its calls need from outside. `synthetic`: a demo may use a test picture for a missing device."""

    clock: Clock
    shell: Shell
    ids: Ids
    record: Record
    documents: Documents
    synthetic: bool
