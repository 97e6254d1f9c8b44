"""Files: the shell's process reads its program and its devices and writes its runtime folder; nothing else is there."""

import errno
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.lockdown import landlock
from kiosk.lockdown.landlock import ABSTRACT_SOCKETS, SIGNALS, Grant
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.policy.measures import MeasureName, Severity

LEAST_ABI: Final = 6  # the first that also ends signals and abstract sockets at the process; Debian 13 has it
READABLE_BY_ALL: Final = ("/etc/passwd", "/etc/group", "/etc/fstab", "/etc/hostname", "/etc/debian_version")
WRITABLE_BY_ALL: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where a process without Landlock could write
DENIED: Final = (errno.EACCES, errno.EROFS)


class Files:
    """Landlock on the shell's own process. `apply` comes before its first thread; `look` tries in earnest."""

    name = MeasureName.FILES
    threat = "A taken-over shell reads the laptop's keys and records, or leaves something behind."
    severity = Severity.BLOCK
    every_s = 5.0

    def __init__(
        self, machine: Machine, runtime: Path, grants: Sequence[Grant], scopes: int = ABSTRACT_SOCKETS | SIGNALS
    ) -> None:
        self._machine, self._runtime = machine, runtime
        self._grants, self._scopes = tuple(grants), scopes
        self._self: int | None = None

    def apply(self) -> None:
        """Give up all other files for good. Raises LockdownError if a thread exists; Unavailable; OSError."""
        if self._self is None:
            self._self = os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)  # the grant lasts as long as this inode
            landlock.restrict(self._grants, scopes=self._scopes)

    def look(self) -> Look:
        """Open what everybody may read, make what everybody may make, and write where the shell must."""
        return all_of(self._version(), self._reach(), self._reads(), self._writes(), self._runtime_is_there())

    def _version(self) -> Look:
        version = landlock.abi()
        if version < LEAST_ABI:
            return lost(f"the kernel has Landlock ABI {version}; {LEAST_ABI} is needed")
        return holds(f"Landlock ABI {version}")

    def _reach(self) -> Look:
        if not self._scopes & ABSTRACT_SOCKETS:
            return lost("abstract sockets are in reach: the screen is an X server's")
        return holds("no signal and no abstract socket reaches out")

    def _reads(self) -> Look:
        there = [name for name in READABLE_BY_ALL if self._machine.has(name)]
        if not there:
            return lost("no file outside the list is there to be tried")
        for name in there:
            try:
                os.close(os.open(self._machine.path(name), os.O_RDONLY | os.O_CLOEXEC))
            except OSError as error:
                if error.errno != errno.EACCES:
                    raise
            else:
                return lost(f"{name} can be read by the shell")
        return holds(f"{there[0]} cannot be read")

    def _writes(self) -> Look:
        there = [name for name in WRITABLE_BY_ALL if self._machine.has(name)]
        for name in there:
            if _can_make(self._machine.path(name)):
                return lost(f"{name} can be written by the shell")
        return holds(f"{' '.join(there) or 'nothing outside'} cannot be written")

    def _runtime_is_there(self) -> Look:
        if not _can_make(self._runtime):
            return lost(f"the shell's runtime folder {self._runtime} cannot be written")
        return holds("the runtime folder can")


def _can_make(folder: Path) -> bool:
    """Whether a file can be made there; it is gone again at once. Raises OSError for any but a denial."""
    file = folder / f".look-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        if error.errno in DENIED:
            return False
        raise
    file.unlink()
    return True
