"""Who this laptop is, and where its secrets are, as the guard is started with them. It decides nothing."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.enrolment import Identity
from contract.words import Use
from kiosk.errors import LockdownError
from kiosk.lockdown.identity_care import IdentityCare
from kiosk.lockdown.identity_file import find_identity
from kiosk.lockdown.vault import KeyringVault, open_vault
from kiosk.lockdown.vault_credentials import SystemdCredentials
from kiosk.ports import Clock, Record, Vault

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Own:
    """The `identity` in `folder`, None while there is none that checks out; such a laptop opens no call."""

    folder: Path | None
    identity: Identity | None
    vault: Vault

    def care(self, state: Path, record: Record, clock: Clock) -> IdentityCare | None:
        """Who records it and renews it, if there is one."""
        if self.folder is None or self.identity is None:
            return None
        return IdentityCare(self.folder, self.identity, state, record, clock)


NOT_ENROLLED: Final = Own(None, None, KeyringVault(SystemdCredentials(None)))


def own_from(folder: Path | None, vault: Path | None, *, on_laptop: bool) -> Own:
    """Read it. Raises Refused for a vault that a laptop may not have."""
    identity = None if folder is None else _identity(folder, demo=not on_laptop)
    return Own(folder, identity, open_vault(on_laptop=on_laptop, folder=vault))


def _identity(folder: Path, *, demo: bool) -> Identity | None:
    """The identity; None where there is none, none that checks out, or one that is not for a machine like this."""
    try:
        identity = find_identity(folder)
    except LockdownError as error:
        LOG.error("%s", error)
        return None
    if identity is not None and demo is not (identity.use is Use.DEMO):
        LOG.error("this laptop is enrolled for %s use, and is not fit for it", identity.use)
        return None
    return identity
