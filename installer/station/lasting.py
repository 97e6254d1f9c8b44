"""Where that which an installation leaves to people lasts: reports, and questions for a service. It writes nothing."""

from pathlib import Path
from typing import Final

from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

STICK: Final = "/dev/disk/by-label/VISIT"
IN_MEMORY: Final = "pmem"  # the kernel's name for a disk in memory that firmware made of a download (ACPI's NFIT)
KEEPER: Final = "/dev/disk/by-label/REPORTS"
MOUNT: Final = ("/usr/bin/mount", "-t", "vfat", "-o", "nosuid,nodev,noexec,umask=077,shortname=mixed", KEEPER)


def lasting_folder(machine: Machine, stick: Path, reports: Path) -> Path | None:
    """The stick's; where the stick is a copy in memory, that of the stick called REPORTS, or None without one."""
    if not machine.path(STICK).resolve().name.startswith(IN_MEMORY):
        return stick
    if not machine.path(KEEPER).exists():
        return None
    try:
        machine.run(*MOUNT, str(reports))
    except Unavailable:
        return None
    return reports
