"""Finds who has a device open or mapped, by what the kernel says of every process, and ends them. Opens no device."""

import contextlib
import os
import signal
import stat
from dataclasses import dataclass

from kiosk.lockdown.machine import Machine

ROOT = 0
MAPPED = "/map_files/"


@dataclass(frozen=True)
class Holder:
    """A process that has one of the devices."""

    pid: int
    uid: int
    name: str


def holders(machine: Machine, devices: frozenset[int]) -> tuple[Holder, ...]:
    """Every process that has one of `devices` (numbers as in st_rdev), whatever path it was opened by.

    Raises OSError when /proc itself cannot be read. A descriptor that travels between two processes is seen when it
    arrives.
    """
    if not devices:
        return ()
    every = (int(name) for name in machine.names("/proc") if name.isdecimal())
    found = (_holder(machine, pid, devices) for pid in every)
    return tuple(holder for holder in found if holder is not None)


def end(machine: Machine, holder: Holder, devices: frozenset[int]) -> bool:
    """Kill it, if it is still the one that holds: a process id may have been given to another since. Whether it did."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(holder.pid)
        try:
            if _holder(machine, holder.pid, devices) is not None:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                return True
        finally:
            os.close(handle)
    return False


def _holder(machine: Machine, pid: int, devices: frozenset[int]) -> Holder | None:
    process = machine.path(f"/proc/{pid}")
    try:
        uid = process.stat().st_uid
        if _has_open(str(process), uid, devices):
            return Holder(pid, uid, (process / "comm").read_text().strip())
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended
    return None


def _has_open(process: str, uid: int, devices: frozenset[int]) -> bool:
    if uid == ROOT:  # nobody else may open the nodes; root could undo all of this anyway
        return _any_of(f"{process}/fd", devices)
    tables = [f"{process}/task/{task}/fd" for task in _names(f"{process}/task")]  # a thread may have one of its own
    return any(_any_of(table, devices) for table in tables) or _has_mapped(process, devices)


def _has_mapped(process: str, devices: frozenset[int]) -> bool:
    """Sound and pictures go on flowing into a mapping after its descriptor is closed.

    To follow it takes CAP_CHECKPOINT_RESTORE: one that may not be looked at is not taken for closed. Raises OSError.
    """
    try:
        with open(f"{process}/maps", "rb") as lines:  # noqa: PTH123 - as below
            places = [line.split(b" ", 1)[0].decode() for line in lines if b" /dev/" in line]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(_is_one_of(f"{process}{MAPPED}{_without_zeros(place)}", devices) for place in places)


def _without_zeros(place: str) -> str:
    """`maps` pads addresses; `map_files` does not."""
    return "-".join(f"{int(address, 16):x}" for address in place.split("-"))


def _any_of(table: str, devices: frozenset[int]) -> bool:
    return any(_is_one_of(f"{table}/{name}", devices) for name in _names(table))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - as below; a folder of /proc changes while it is read
    except (FileNotFoundError, ProcessLookupError):
        return []


def _is_one_of(entry: str, devices: frozenset[int]) -> bool:
    try:
        found = os.stat(entry)  # noqa: PTH116 - thousands of them, every two seconds: paths as text take half the time
    except OSError as error:  # closed since, or a file that is no more; a device answers this without being asked
        if MAPPED in entry and isinstance(error, PermissionError):
            raise
        return False
    return stat.S_ISCHR(found.st_mode) and found.st_rdev in devices
