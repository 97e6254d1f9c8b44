"""The guard's care for the laptop's identity: records a new one once, and keeps renewed certificates that check out."""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.enrolment import Identity
from kiosk.certificates import read, successor
from kiosk.errors import LockdownError, Untrusted
from kiosk.ipc import CertificateArrived, CertificateKept
from kiosk.lockdown.few_records import FewRecords
from kiosk.lockdown.identity_file import keep_certificate, read_certificate
from kiosk.lockdown.state_file import replace_file
from kiosk.ports import Clock, Record

LOG: Final = logging.getLogger(__name__)
RECORDED: Final = "identity-recorded"


class IdentityCare:
    """Of the `identity` in `folder`; what has been recorded of it is remembered in `state`."""

    def __init__(self, folder: Path, identity: Identity, state: Path, record: Record, clock: Clock) -> None:
        self._folder, self._identity, self._record = folder, identity, record
        self._refused = FewRecords(clock)
        self._recorded = state / RECORDED

    def begin(self) -> bool:
        """Record an identity that is new here, once; whether it is."""
        digest = hashlib.sha256(self._identity.model_dump_json().encode()).hexdigest()
        if self._last() == digest:
            return False
        facts = {"laptop": self._identity.laptop, "serial": self._serial(), "replaces": self._identity.replaces}
        self._record.note("enrolled", facts)
        try:
            replace_file(self._recorded, digest.encode())
        except OSError as error:
            LOG.error("it cannot be kept that the identity was recorded: %s", error)  # it is recorded again
        return True

    def arrived(self, fact: CertificateArrived, answer: Callable[[CertificateKept], None]) -> None:
        """A renewed certificate: on the disk before anybody is told, or refused and recorded: once,

        and of many a few a minute, since a shell may send what it likes.
        """
        try:
            last = read_certificate(self._folder)
            if fact.certificate != last:
                self._keep(fact.certificate, last)
        except Untrusted as error:
            more = self._refused.heard(hashlib.sha256(fact.certificate.encode("utf-8", "surrogatepass")).digest())
            if more is not None:
                self._record.note("certificate_refused", {"why": str(error), **more})
        except (LockdownError, OSError) as error:
            LOG.error("a renewed certificate cannot be kept: %s", error)
        else:
            answer(CertificateKept(certificate=fact.certificate))

    def _keep(self, certificate: str, last: str) -> None:
        found = successor(certificate, read(last), self._identity.authority)
        keep_certificate(self._folder, certificate)
        until = found.not_valid_after_utc.isoformat()
        self._record.note("certificate_renewed", {"serial": f"{found.serial_number:x}", "until": until})

    def _serial(self) -> str | None:
        try:
            return f"{read(read_certificate(self._folder)).serial_number:x}"
        except (LockdownError, Untrusted):
            return None

    def _last(self) -> str | None:
        try:
            return self._recorded.read_text()
        except (OSError, ValueError):
            return None
