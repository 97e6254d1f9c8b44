"""Has the service co-sign the newest head of the audit trail, so that a cut tail shows; it keeps no record itself."""

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from contract.record import HeadNow
from kiosk.errors import KioskError
from kiosk.ipc import Carry, ToShell

LOG: Final = logging.getLogger(__name__)
CARRY_EVERY_S: Final = 15.0


class Signed(Protocol):
    """The audit trail, as far as its heads go."""

    def head(self) -> bytes:
        """The newest signed head; empty before the first."""
        ...

    def public_key(self) -> str:
        """The key that signs it, base64."""
        ...

    def cosigned(self, untrusted_note: bytes) -> object:
        """Keep a head the service has signed too. Raises KioskError for one that is not ours."""
        ...


class Heads:
    """Carries a head that is new, at most every 15 s."""

    def __init__(self, trail: Signed, send: Callable[[ToShell], None]) -> None:
        self._trail, self._send = trail, send
        self._cosigned: bytes | None = None  # our own text of the head that came back signed
        self._carried: dict[str, bytes] = {}
        self._next_at = 0.0

    def carry(self, *, online: bool) -> None:
        """Have the newest head signed if it is not yet, and the service can be reached."""
        head, now = self._trail.head(), time.monotonic()
        if not online or not head or head == self._cosigned or now < self._next_at:
            return
        self._next_at = now + CARRY_EVERY_S
        self._carried = {_body(head.decode()): head}
        self._send(Carry(message=HeadNow(note=head.decode(), public_key=self._trail.public_key())))

    def cosigned(self, note: str) -> None:
        """The service's answer."""
        try:
            self._trail.cosigned(note.encode())
        except KioskError as error:
            LOG.warning("a co-signature was refused: %s", error)
            return
        self._cosigned = self._carried.get(_body(note), self._cosigned)


def _body(note: str) -> str:
    """What a signed note says, without its signatures."""
    return note.partition("\n\n")[0]
