"""Whether the record has room: space, inodes and reserve of the state folder. It stops no call; the record does."""

import os
from pathlib import Path
from typing import Final

from kiosk.lockdown.audit_places import Places
from kiosk.lockdown.audit_trail import RESERVE_BYTES
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.policy.measures import MeasureName, Severity

STATE: Final = "/var/lib/visit-kiosk"
EVERY_S: Final = 5.0
LEAST_FREE_BYTES: Final = 64 << 20  # a year of records, many times
LEAST_FREE_INODES: Final = 256


class Disk:
    """The folder of the record can be written to, and has room beside a held reserve.

    A loss warns. What opens a call is refused by the record itself, which writes first; a running call goes on,
    and what closes it is written in the reserve.
    """

    name = MeasureName.DISK
    threat = "Somebody fills the disk, or it fails, so that calls run without a record."
    severity = Severity.WARN
    every_s = EVERY_S

    def __init__(self, machine: Machine, state: str = STATE) -> None:
        self._folder = machine.path(state)

    def apply(self) -> None:
        """Nothing: the record holds its own reserve."""

    def look(self) -> Look:
        """What the file system says of itself. Raises OSError."""
        return all_of(*self._space(), self._reserve(Places(self._folder).reserve))

    def _space(self) -> list[Look]:
        found = os.statvfs(self._folder)
        free_mb = found.f_bavail * found.f_frsize >> 20
        looks = [holds(f"{free_mb} MB free")]
        if found.f_flag & os.ST_RDONLY:
            looks.append(
                lost(f"{self._folder} is mounted read-only: nothing can be recorded; restart and check the disk")
            )
        if found.f_bavail * found.f_frsize < LEAST_FREE_BYTES:
            looks.append(lost(f"only {free_mb} MB are free at {self._folder}, {LEAST_FREE_BYTES >> 20} are needed"))
        if found.f_files and found.f_favail < LEAST_FREE_INODES:  # some file systems count none
            looks.append(lost(f"only {found.f_favail} more files fit at {self._folder}, {LEAST_FREE_INODES} must"))
        return looks

    def _reserve(self, path: Path) -> Look:
        try:
            held = path.stat().st_blocks * 512
        except FileNotFoundError:
            held = 0
        if held < RESERVE_BYTES:
            return lost(f"the record's reserve {path} is not held: only what closes a call can be recorded")
        return holds("the record's reserve is held")
