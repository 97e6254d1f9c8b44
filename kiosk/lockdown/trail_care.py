"""What the audit trail needs as time goes by: heads co-signed, and the oldest records let go. It writes no record."""

from collections.abc import Callable
from datetime import datetime

from kiosk.ipc import ToShell
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.heads import Heads
from kiosk.lockdown.retention import Retention
from kiosk.policy.numbers import Numbers
from kiosk.ports import Clock


class TrailCare:
    """Without a trail that checks out there is nothing to care for."""

    def __init__(
        self, trail: AuditTrail | None, numbers: Numbers, clock: Clock, send: Callable[[ToShell], None]
    ) -> None:
        self._heads = None if trail is None else Heads(trail, send)
        self._retention = None if trail is None else Retention(numbers.keep_audit, clock, trail.keep_since)

    def look(self, *, online: bool, sheet_issued_at: datetime | None) -> None:
        """Once a second."""
        if self._heads is not None and self._retention is not None:
            self._heads.carry(online=online)
            self._retention.look(sheet_issued_at)

    def cosigned(self, note: str) -> None:
        """The service's answer to a head."""
        if self._heads is not None:
            self._heads.cosigned(note)
