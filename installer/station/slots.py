"""Writes a release into the disk's first slot and reads it back, by its place on the disk; it makes no file system."""

import contextlib
import fcntl
import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from installer.station.disks import Disk
from installer.station.faults import Fault, Stopped
from installer.station.layout import MIB, Layout, Partition, script
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

SFDISK: Final = "/usr/sbin/sfdisk"
SETTLE: Final = ("/usr/bin/udevadm", "settle", "--timeout=30")
BLKDISCARD: Final = 0x1277  # _IO(0x12, 119) of linux/fs.h: what a former owner left is given up, by the disk itself
BEGINNING: Final = 4 * MIB  # of the disk: the partition table, and the head of what the firmware would start


@contextmanager
def held(machine: Machine, disk: Disk) -> Iterator[None]:
    """While this lasts nobody looks for partitions: udev would after each write, and they would be gone for a moment.

    See systemd's "Locking Block Device Access". Raises Stopped.
    """
    try:
        with machine.path(disk.device).open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield
        machine.run(*SETTLE)
    except OSError as error:
        raise Stopped(Fault.DISK_FAULT, f"({disk}: {error.strerror})") from error
    except Unavailable as error:
        raise Stopped(Fault.DISK_FAULT, f"({error})") from error


def wipe(machine: Machine, disk: Disk) -> None:
    """From here on nothing on this disk starts, until the boot loader is written at the very end. Raises Stopped.

    What it held before is discarded where the disk can do that; ours was never in the clear (`/var` is encrypted).
    """
    try:
        with machine.path(disk.device).open("r+b") as file:
            with contextlib.suppress(OSError):  # a disk that cannot forget is written over where anything could start
                fcntl.ioctl(file.fileno(), BLKDISCARD, struct.pack("QQ", 0, disk.size))
            for _ in range(BEGINNING // MIB):
                file.write(bytes(MIB))
            file.seek(disk.size - MIB)  # the second partition table
            file.write(bytes(MIB))
            _flush(file.fileno())
    except OSError as error:
        raise Stopped(Fault.DISK_FAULT, f"({disk}: {error.strerror})") from error


def divide(machine: Machine, disk: Disk, layout: Layout) -> None:
    """Make the partitions. Raises Stopped."""
    try:
        command = (SFDISK, "--quiet", "--wipe", "always", "--wipe-partitions", "always", str(machine.path(disk.device)))
        machine.run(*command, given=script(layout))
    except Unavailable as error:
        raise Stopped(Fault.DISK_FAULT, f"({error})") from error


def write(machine: Machine, disk: Disk, place: Partition, source: Path) -> None:
    """Have the whole file at the beginning of the partition. Raises Stopped."""
    if source.stat().st_size > place.size:
        raise Stopped(Fault.PAYLOAD_REFUSED, f"{source.name} is larger than its {place.size // MIB} MiB.")
    try:
        with source.open("rb") as given, machine.path(disk.device).open("r+b") as file:
            file.seek(place.start)
            while piece := given.read(MIB):
                file.write(piece)
            _flush(file.fileno())
    except OSError as error:
        raise Stopped(Fault.DISK_FAULT, f"({disk}: {error.strerror})") from error


def read_back(machine: Machine, disk: Disk, place: Partition, size: int) -> str:
    """SHA-256 of the first `size` bytes of the partition, from the disk and not from memory. Raises Stopped."""
    digest = hashlib.sha256()
    try:
        with machine.path(disk.device).open("rb") as file:
            os.posix_fadvise(file.fileno(), place.start, size, os.POSIX_FADV_DONTNEED)
            file.seek(place.start)
            while size > 0 and (piece := file.read(min(MIB, size))):
                digest.update(piece)
                size -= len(piece)
    except OSError as error:
        raise Stopped(Fault.READ_BACK, f"({disk}: {error.strerror})") from error
    return digest.hexdigest()


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)
