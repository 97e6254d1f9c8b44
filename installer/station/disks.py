"""The one disk inside a laptop, chosen by what the kernel says of each; it writes to none."""

import re
from dataclasses import dataclass
from typing import Final

from installer.station.faults import Fault, Stopped
from installer.station.layout import LEAST_DISK, MIB
from kiosk.lockdown.machine import Machine

BLOCKS: Final = "/sys/block"
DISK: Final = re.compile(r"(sd[a-z]+|vd[a-z]+|nvme[0-9]+n[0-9]+|mmcblk[0-9]+)")  # no loop, no CD, no part of a card
SECTOR: Final = 512  # the unit of /sys/block/*/size, whatever the disk's own is


@dataclass(frozen=True)
class Disk:
    """A disk as it is named, `nvme0n1`, with its size in bytes."""

    name: str
    size: int
    model: str = ""

    @property
    def device(self) -> str:
        """Where its bytes are."""
        return f"/dev/{self.name}"

    def partition(self, number: int) -> str:
        """Where the bytes of a partition are."""
        return f"/dev/{self.name}{'p' if self.name[-1].isdecimal() else ''}{number}"

    def __str__(self) -> str:
        return f"{self.name} ({self.model or 'no model'}, {self.size // 1_000_000_000} GB)"


def only_disk(machine: Machine) -> Disk:
    """The one inside that is large enough. Raises Stopped: where there is none, or more than one, nobody guesses."""
    try:
        inside = [_disk(machine, name) for name in machine.names(BLOCKS) if _is_inside(machine, name)]
    except (OSError, ValueError) as error:
        raise Stopped(Fault.NO_DISK, f"({BLOCKS} cannot be read: {error})") from error
    there = [disk for disk in inside if disk.size > 0]  # a card reader without a card
    enough = [disk for disk in there if disk.size >= LEAST_DISK]
    if len(enough) > 1:
        raise Stopped(Fault.TWO_DISKS, f"They are {', '.join(map(str, enough))}.")
    if enough:
        return enough[0]
    if there:
        raise Stopped(Fault.DISK_TOO_SMALL, f"{there[0]}; {LEAST_DISK // MIB} MiB are needed.")
    raise Stopped(Fault.NO_DISK)


def _is_inside(machine: Machine, name: str) -> bool:
    """Neither removable nor on USB: the stick is both, and a disk that somebody left plugged in is one."""
    place = f"{BLOCKS}/{name}"
    if not DISK.fullmatch(name) or machine.text_or(f"{place}/removable", "0") != "0":
        return False
    path = machine.path(place)
    return "/usb" not in (str(path.readlink()) if path.is_symlink() else "")


def _disk(machine: Machine, name: str) -> Disk:
    place = f"{BLOCKS}/{name}"
    size = int(machine.text(f"{place}/size")) * SECTOR
    return Disk(name, size, " ".join(machine.text_or(f"{place}/device/model", "").split()))
