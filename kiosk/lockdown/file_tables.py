"""Which threads of a process share its table of open files, by kcmp(2): one question each, in place of every file."""

import ctypes
import platform
from typing import Final

_KCMP: Final = {"x86_64": 312, "aarch64": 272}.get(platform.machine())  # asm/unistd_64.h, asm-generic/unistd.h
_KCMP_FILES: Final = 2  # linux/kcmp.h
_SAME: Final = 0
_LIBRARY: Final = ctypes.CDLL(None)


def own_tables(pid: int, threads: tuple[int, ...]) -> tuple[int, ...]:
    """The threads among `threads` whose table may be another than that of the process, which is its first thread's.

    What the kernel will not compare, for want of a right or of the call, counts as another.
    """
    return threads if _KCMP is None else tuple(each for each in threads if not _shares(_KCMP, pid, each))


def _shares(call: int, pid: int, thread: int) -> bool:
    zero = ctypes.c_ulong(0)
    return pid == thread or bool(_LIBRARY.syscall(call, pid, thread, _KCMP_FILES, zero, zero) == _SAME)
