"""What goes on while the guard is built anew for a new policy: record, child and watchdog. It decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.shell_process import ShellProcess
from kiosk.watchdog import Watchdog


@dataclass(frozen=True)
class Lasting:
    """A trail that does not check out is None, and so is a shell that somebody else starts."""

    trail: AuditTrail | None
    process: ShellProcess | None
    watchdog: Watchdog


def lasting(trail: AuditTrail | None, shell_command: Sequence[str], socket: Path) -> Lasting:
    """The same, for a guard that listens at `socket`."""
    process = ShellProcess([*shell_command, "--guard", str(socket)]) if shell_command else None
    return Lasting(trail, process, Watchdog())
