"""The keys of a running service: read at the start, and again when a command has changed them. Changes none itself."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from contract.key_set import KeySet
from visits.errors import ServiceError
from visits.keys.authority import Authority, Issued
from visits.keys.folder import DOCUMENTS_KEY, KEYS_JSON, ServiceKeys, read_keys
from visits.keys.request import LaptopKey
from visits.keys.signer import DocumentSigner

WATCHED: Final = (DOCUMENTS_KEY, KEYS_JSON)

log = logging.getLogger(__name__)


class LiveKeys:
    """The keys in `folder`. Raises ServiceError or OSError where they cannot be used at the start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen = self._look()
        self._keys: ServiceKeys = read_keys(folder)

    @property
    def authority(self) -> Authority:
        """What certificates come from; it does not change while the service runs."""
        return self._keys.authority

    @property
    def signer(self) -> DocumentSigner:
        """What signs sheets, rosters and the time, now."""
        return self._keys.signer

    @property
    def key_set(self) -> KeySet:
        """What a laptop is given at enrolment, now."""
        return self._keys.key_set

    def issue(self, name: str, key: LaptopKey, now: datetime, lasts: timedelta) -> Issued:
        """A certificate for a laptop."""
        return self.authority.for_laptop(name, key, now, lasts)

    def refresh(self) -> bool:
        """Read the keys again if their files have changed; whether anything came of it. Costs two looks at the disk.

        Keys that do not fit each other are half-way through a change: the last ones stay until they do.
        """
        seen = self._look()
        if seen == self._seen:
            return False
        try:
            self._keys = read_keys(self.folder)
        except (ServiceError, OSError) as error:
            log.error("the keys cannot be read again, and the last ones stay: %s", error)
            return False
        self._seen = seen
        return True

    def _look(self) -> tuple[tuple[int, int], ...]:
        try:
            states = [(self.folder / name).stat() for name in WATCHED]
        except OSError:
            return ()
        return tuple((state.st_ino, state.st_mtime_ns) for state in states)
