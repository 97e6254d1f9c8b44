"""Notices that `kiosk officer` changed who may use this laptop, so that the trail has it: numbers, never names."""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.errors import KioskError
from kiosk.lockdown.officers import Officers

LOG: Final = logging.getLogger(__name__)


class RosterWatch:
    """Compares who may use the laptop with who could at the last look; `changed` hears the numbers that may now."""

    def __init__(self, officers: Officers, changed: Callable[[list[str]], None]) -> None:
        self._officers, self._changed = officers, changed
        self._known: dict[str, str] | None = None  # verifiers, of those who may

    def look(self) -> None:
        """Read the roster, a small file; one that cannot be read is left to whoever checks a PIN."""
        try:
            known = {o.number: o.verifier for o in self._officers.read().values() if o.disabled_at is None}
        except KioskError as error:
            LOG.warning("the officers cannot be read: %s", error)
            return
        if self._known is not None and known != self._known:
            self._changed(sorted(known))
        self._known = known
