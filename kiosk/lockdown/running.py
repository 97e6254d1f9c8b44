"""What runs on the machine, from /proc: one cheap walk. It judges nothing, and knows no process by its name."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.machine import Machine

STATUS_BYTES: Final = 4096  # what is looked for stands in the first lines
NO_OTHER_THREAD: Final = 3  # links of a folder with one other in it: one for each thread, and two
GONE: Final = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class Process:
    """One process that has a program: no thread of the kernel, and nothing that has already ended."""

    pid: int
    parent: int
    uids: frozenset[int]  # real, effective, saved and of the file system
    exe: str  # ends in " (deleted)" where the file is no longer what was started

    def __str__(self) -> str:
        return f"{self.exe} (pid {self.pid}, uid {'/'.join(map(str, sorted(self.uids)))})"


def processes(machine: Machine) -> Iterator[Process]:
    """Everything that runs. What ends meanwhile is left out. Raises OSError for what cannot be looked at."""
    proc = machine.path("/proc")
    folder = os.open(proc, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in os.listdir(folder):  # noqa: PTH208 - relative to a descriptor: half the time
            if name.isdecimal():
                try:
                    yield _process(folder, name)
                except GONE:  # ended, or a thread of the kernel: those have no program
                    continue
    finally:
        os.close(folder)


def terminal_of(machine: Machine, pid: int) -> tuple[int, int] | None:
    """The terminal that controls a process, as major and minor; None for none, or for a process that has ended."""
    try:
        stat = machine.text(f"/proc/{pid}/stat")
    except GONE:
        return None
    number = int(stat.rpartition(")")[2].split()[4])  # field 7 of proc(5); the name before it may hold anything
    return (os.major(number), os.minor(number)) if number else None


def _process(proc: int, name: str) -> Process:
    exe = _program(proc, name)
    file = os.open(f"{name}/status", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        status = os.read(file, STATUS_BYTES)
    finally:
        os.close(file)
    return Process(int(name), int(_field(status, b"\nPPid:")[0]), frozenset(map(int, _field(status, b"\nUid:"))), exe)


def _program(proc: int, name: str) -> str:
    try:
        return os.readlink(f"{name}/exe", dir_fd=proc)
    except GONE:  # or its first thread has ended, and the others run on
        tasks = f"{name}/task"
        if os.stat(tasks, dir_fd=proc).st_nlink <= NO_OTHER_THREAD:
            raise
    return os.readlink(f"{tasks}/{_last_thread(proc, tasks)}/exe", dir_fd=proc)


def _last_thread(proc: int, tasks: str) -> str:
    folder = os.open(tasks, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
    try:
        return max(os.listdir(folder), key=int)  # noqa: PTH208 - as above
    finally:
        os.close(folder)


def _field(status: bytes, name: bytes) -> list[bytes]:
    _, found, rest = status.partition(name)
    values = rest.partition(b"\n")[0].split()
    if not found or not values:
        raise OSError(f"a process's status has no {name.decode().strip()}")
    return values
