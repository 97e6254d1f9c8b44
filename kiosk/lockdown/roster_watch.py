"""Notices who may use this laptop now, once `kiosk officer` or the service changed it: numbers, never names."""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.errors import KioskError
from kiosk.lockdown.pin_check import KnownOfficers

LOG: Final = logging.getLogger(__name__)


class RosterWatch:
    """Compares who may use the laptop with who could at the last look; `changed` hears the numbers that may now."""

    def __init__(self, officers: KnownOfficers, changed: Callable[[list[str]], None]) -> None:
        self._officers, self._changed = officers, changed
        self._known: dict[str, str] | None = None  # verifiers, of those who may
        self._said = ""

    def look(self) -> None:
        """Read the roster; one that cannot be read, or has not come yet, is left to whoever checks a PIN."""
        try:
            known = {o.number: o.verifier for o in self._officers.read().values() if not o.disabled}
        except KioskError as error:
            if str(error) != self._said:
                LOG.warning("the officers cannot be read: %s", error)
            self._said, self._known = str(error), self._known or {}
            return
        if self._known is not None and known != self._known:
            self._changed(sorted(known))
        self._known = known
