"""Exec: the shell's process starts nothing, gains nothing and asks the kernel only for what a call needs."""

import ctypes
import errno
import os
from collections.abc import Callable
from typing import Final

from kiosk.lockdown import seccomp_filter
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.lockdown.threads_seen import confined_threads
from kiosk.policy.measures import MeasureName, Severity

NOWHERE: Final = b"/nonexistent/visit"
NO_PROGRAM: Final = b"/dev/null"  # there, and no program: without a filter the answer is EACCES, and nothing starts
CLONE_CALL: Final = {"x86_64": 56, "aarch64": 220}
CLONE_SIGHAND: Final = 0x800  # without CLONE_VM the kernel itself answers EINVAL, and no process comes of it

Try = Callable[[], int]


class Exec:
    """no_new_privs and seccomp on every thread of the shell. `look` tries to run a program and to make a process."""

    name = MeasureName.EXEC
    threat = "A taken-over shell starts programs, or attacks the kernel through calls that no visit needs."
    severity = Severity.BLOCK
    every_s = 5.0

    def __init__(self, machine: Machine, tries: "dict[str, Try] | None" = None) -> None:
        self._machine = machine
        self._tries = _tries() if tries is None else tries
        self._is_loaded = False

    def apply(self) -> None:
        """Put the filters on all threads for good. Raises Unavailable where the kernel or libseccomp has none."""
        if not self._is_loaded:
            seccomp_filter.load()
            self._is_loaded = True

    def look(self) -> Look:
        """Read what the kernel says of each thread, and try."""
        return all_of(confined_threads(self._machine, "self", as_root=os.geteuid() == 0), self._tried())

    def _tried(self) -> Look:
        for what, attempt in self._tries.items():
            if (answer := attempt()) != errno.EPERM:
                return lost(f"{what} is answered {errno.errorcode.get(answer, answer)}, not EPERM")
        return holds(f"{', '.join(self._tries)}: EPERM")


def _tries() -> dict[str, Try]:
    return {
        "execve of nothing": lambda: _execve(NOWHERE),
        "execve of a file": lambda: _execve(NO_PROGRAM),
        "a new process": _clone,
    }


def _execve(path: bytes) -> int:
    """The errno of trying; neither path can ever start anything."""
    libc = ctypes.CDLL(None, use_errno=True)
    nothing = (ctypes.c_char_p * 1)(None)
    libc.execve(path, nothing, nothing)
    return ctypes.get_errno()


def _clone() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    number = CLONE_CALL[os.uname().machine]
    libc.syscall(ctypes.c_long(number), ctypes.c_ulong(CLONE_SIGHAND), None, None, None, None)
    return ctypes.get_errno()
