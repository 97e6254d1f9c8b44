"""The audit trail as the core and the gate use it; it decides nothing about what is recorded."""

import logging
from typing import Any, Final

from kiosk.errors import Unavailable
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.ports import Data

LOG: Final = logging.getLogger(__name__)


class TrailRecord:
    """Fits the Record port and the gate's Trail."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        """Record soon, with the time of now; what closes never waits for this."""
        self._trail.record(event, _plain(data), actor)

    async def recorded(self, event: str, data: Data, actor: str = "guard") -> None:
        """Have it on the disk. Raises Unavailable when that cannot be: then nothing may be opened."""
        await self._trail.recorded(event, _plain(data), actor)


class NoRecord:
    """In place of a trail that does not check out: nothing can be recorded, so nothing can be opened."""

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        """Say in the log that it happened; ids only."""
        LOG.warning("not recorded: %s %s", event, data.get("booking_id", ""))

    async def recorded(self, event: str, data: Data, actor: str = "guard") -> None:
        """Never. Raises Unavailable."""
        raise Unavailable("This laptop's record does not check out. Use another laptop and tell IT.")


def _plain(data: Data) -> dict[str, Any]:
    """As JSON has it; what is no JSON is refused by the trail itself."""
    return dict(data)
