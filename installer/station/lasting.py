"""Where that which an installation leaves to people lasts: reports, and questions for a service. It writes nothing."""

from pathlib import Path
from typing import Final

from installer.station.stick import MOUNT, STICK
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

IN_MEMORY: Final = "pmem"  # the kernel's name for a disk in memory that firmware made of a download (ACPI's NFIT)
KEEPER: Final = "/dev/disk/by-label/REPORTS"


def lasting_folder(machine: Machine, stick: Path, reports: Path) -> Path | None:
    """The stick's; where the stick is a copy in memory, that of the stick called REPORTS, or None without one."""
    if not machine.path(STICK).resolve().name.startswith(IN_MEMORY):
        return stick
    if not machine.path(KEEPER).exists():
        return None
    try:
        reports.mkdir(parents=True, exist_ok=True)
        machine.run(*MOUNT, KEEPER, str(reports))
    except (Unavailable, OSError):
        return None
    return reports
