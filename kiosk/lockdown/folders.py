"""Where the guard works, and the audit trail in it, opened or left as it is. It decides nothing."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.errors import LockdownError
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock, boot_id

LOG: Final = logging.getLogger(__name__)
ORIGIN: Final = "visit-laptop"  # the name the trail is signed under, until enrolment gives it one


@dataclass(frozen=True)
class Folders:
    """Where the guard works: `runtime` for its sockets, gone at a reboot; `state` for what must outlast it."""

    runtime: Path
    state: Path


def folders_from(runtime: Path, state: Path | None) -> Folders:
    """The folders, made where they are missing; state stands beside the sockets unless it is named."""
    given = state or Path(os.environ.get("STATE_DIRECTORY", runtime / "state"))
    for folder in (runtime, given):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Folders(runtime, given)


def open_trail(state: Path) -> AuditTrail | None:
    """The audit trail, or None for one that does not check out: it stays as it is, for whoever looks into it."""
    try:
        trail = AuditTrail.open(state, origin=ORIGIN, boot_id=boot_id(), clock=SystemClock())
    except LockdownError as error:
        LOG.critical("%s", error)
        return None
    trail.record("guard_started", {})
    return trail
