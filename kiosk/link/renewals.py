"""The laptop's next certificate: asked for in time, checked, handed on, and shown once the guard has kept it.

The service ends a certificate when its successor is shown. So none is shown before it is on the disk: a power cut
between the two would leave a laptop with one that counts no longer.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from contract.laptop_link import RenewalAsked
from kiosk.certificates import is_due, request_for, successor
from kiosk.errors import KioskError
from kiosk.ipc import CertificateArrived
from kiosk.link.trust import Trust

LOG: Final = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 5.0
ASK_EVERY_S: Final = 3600.0


class Line(Protocol):
    """The line to the service, as far as it matters here."""

    @property
    def is_up(self) -> bool:
        """Whether what is said is heard."""
        ...

    def send(self, message: RenewalAsked) -> None:
        """Say this."""
        ...


def now_utc() -> datetime:
    """The time of day; a wrong one asks too early or too late, and nothing worse."""
    return datetime.now(UTC)


class Renewals:
    """Renews the certificate of `trust` over `line`."""

    def __init__(self, trust: Trust, line: Line, now: Callable[[], datetime] = now_utc) -> None:
        self._trust, self._line, self._now = trust, line, now
        self._asked_at: float | None = None

    async def run(self) -> None:
        """Ask whenever it is time and there is a line, until cancelled."""
        while True:
            self.look(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self, clock_s: float) -> None:
        """Ask if it is time; once an hour until it has been answered."""
        if not self._line.is_up or not is_due(self._trust.certificate, self._now()):
            return
        if self._asked_at is None or clock_s - self._asked_at >= ASK_EVERY_S:
            self._asked_at = clock_s
            self._line.send(RenewalAsked(request=request_for(self._trust.key)))

    def issued(self, untrusted_certificate: str) -> CertificateArrived | None:
        """What the guard is to keep; None for what is not our next certificate."""
        try:
            successor(untrusted_certificate, self._trust.certificate, self._trust.authority)
        except KioskError as error:
            LOG.warning("a renewed certificate is not ours: %s", error)
            return None
        return CertificateArrived(certificate=untrusted_certificate)

    def kept(self, certificate: str) -> None:
        """The guard has it on the disk: show it from the next connection on."""
        try:
            self._trust.renewed(certificate)
        except KioskError as error:
            LOG.error("the renewed certificate cannot be shown: %s", error)
            return
        self._asked_at = None
        LOG.info("the certificate is renewed until %s", self._trust.certificate.not_valid_after_utc)
