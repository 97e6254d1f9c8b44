"""Where that which an installation leaves to people lasts: reports, and questions for a service. It writes nothing."""

from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine

STICK: Final = "/dev/disk/by-label/VISIT"
IN_MEMORY: Final = "pmem"  # the kernel's name for a disk in memory that firmware made of a download (ACPI's NFIT)


def lasting_folder(machine: Machine, stick: Path, reports: Path) -> Path | None:
    """The stick's; where the stick is a copy in memory, that of the stick called REPORTS, or None without one."""
    if not machine.path(STICK).resolve().name.startswith(IN_MEMORY):
        return stick
    return reports if reports.is_mount() else None
