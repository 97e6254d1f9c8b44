"""The stick's own file system, which a person can write to. The station mounts it, and so can say why it cannot."""

from pathlib import Path
from typing import Final

from installer.station.faults import Fault, Stopped
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

STICK: Final = "/dev/disk/by-label/VISIT"  # a disk in memory, where firmware took the stick from the network
MOUNT: Final = ("/usr/bin/mount", "-t", "vfat", "-o", "nosuid,nodev,noexec,umask=077,shortname=mixed")


def mount_stick(machine: Machine, place: Path) -> None:
    """At `place`, for as long as the stick runs. Raises Stopped."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        machine.run(*MOUNT, STICK, str(place))
    except (Unavailable, OSError) as error:
        raise Stopped(Fault.NO_STICK, f"({error})") from error
