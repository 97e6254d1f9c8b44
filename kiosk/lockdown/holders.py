"""Finds who has a device open or mapped, by what the kernel says of every process, and ends them. Opens no device."""

import contextlib
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.lockdown.file_tables import own_tables
from kiosk.lockdown.machine import Machine

ROOT = 0
MAPPED = "/map_files/"
KTHREADD = "/proc/2"
PF_KTHREAD = 0x0020_0000  # linux/sched.h


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
    return tuple(held(machine, devices))


def held(machine: Machine, devices: frozenset[int]) -> dict[Holder, frozenset[int]]:
    """The same, and which of the devices each of them has: one look at all processes. Raises OSError."""
    if not devices:
        return {}
    kernels_own = _kernels_own(machine)  # most of what is listed
    every = [name for name in machine.names("/proc") if name.isdecimal() and name not in kernels_own]
    return dict(one for name in every if (one := _holder(machine, int(name), devices)) is not None)


def _kernels_own(machine: Machine) -> frozenset[str]:
    """The kernel's threads, which open no file: children of kthreadd that run no program.

    Its helpers are its children too, and run one; and a process whose first thread has ended shows none.
    """
    about = machine.text_or(f"{KTHREADD}/stat", "").rpartition(")")[2].split()  # state, and five more before the flags
    if len(about) < 7 or not int(about[6]) & PF_KTHREAD:  # in a namespace of its own it is some program's number
        return frozenset()
    children = machine.text_or(f"{KTHREADD}/task/2/children", "").split()
    return frozenset(each for each in children if not _runs_a_program(machine, each))


def _runs_a_program(machine: Machine, pid: str) -> bool:
    try:
        machine.path(f"/proc/{pid}/exe").readlink()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except OSError:
        pass  # one that may not be looked at is looked into all the same
    return True


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


def _holder(machine: Machine, pid: int, devices: frozenset[int]) -> tuple[Holder, frozenset[int]] | None:
    process = machine.path(f"/proc/{pid}")
    try:
        uid = process.stat().st_uid
        if has := frozenset(_open_in(machine, pid, uid)) & devices:
            return Holder(pid, uid, (process / "comm").read_text().strip()), has
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended
    return None


def _open_in(machine: Machine, pid: int, uid: int) -> Iterator[int]:
    """The numbers of the devices that a process has open or mapped."""
    process = str(machine.path(f"/proc/{pid}"))
    yield from _in_table(f"{process}/fd")
    if uid == ROOT:  # nobody else may open the nodes; root could undo all of this anyway
        return
    threads = tuple(int(name) for name in _names(f"{process}/task"))
    for thread in own_tables(pid, threads):  # a thread may have a table of its own
        yield from _in_table(f"{process}/task/{thread}/fd")
    yield from _mapped(process)


def _mapped(process: str) -> Iterator[int]:
    """Sound and pictures go on flowing into a mapping after its descriptor is closed.

    To follow it takes CAP_CHECKPOINT_RESTORE: one that may not be looked at is not taken for closed. Raises OSError.
    """
    try:
        with open(f"{process}/maps", "rb") as file:  # noqa: PTH123 - as below
            maps = file.read()
    except (FileNotFoundError, ProcessLookupError):
        return
    devices = (line for line in maps.splitlines() if b" /dev/" in line) if b" /dev/" in maps else ()
    for place in [line.split(b" ", 1)[0].decode() for line in devices]:
        yield from _device(f"{process}{MAPPED}{_without_zeros(place)}")


def _without_zeros(place: str) -> str:
    """`maps` pads addresses; `map_files` does not."""
    return "-".join(f"{int(address, 16):x}" for address in place.split("-"))


def _in_table(table: str) -> Iterator[int]:
    for name in _names(table):
        yield from _device(f"{table}/{name}")


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - as below; a folder of /proc changes while it is read
    except (FileNotFoundError, ProcessLookupError):
        return []


def _device(entry: str) -> Iterator[int]:
    """Its number, if it is a device."""
    try:
        found = os.stat(entry)  # noqa: PTH116 - many of them, every two seconds: paths as text take half the time
    except OSError as error:  # closed since, or a file that is no more; a device answers this without being asked
        if MAPPED in entry and isinstance(error, PermissionError):
            raise
        return
    if stat.S_ISCHR(found.st_mode):
        yield found.st_rdev
