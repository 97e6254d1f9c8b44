"""The kernel's Landlock by three system calls: a process gives up files for good. It decides nothing about which.

Numbers and structures are those of <linux/landlock.h>; see landlock(7).
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import Final

from kiosk.errors import LockdownError, Unavailable

CREATE_RULESET: Final = 444  # the same on every architecture
ADD_RULE: Final = 445
RESTRICT_SELF: Final = 446
ASK_ABI: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
PATH_BENEATH: Final = 1
SET_NO_NEW_PRIVS: Final = 38  # PR_SET_NO_NEW_PRIVS
BIND_TCP: Final = 1 << 0
ABSTRACT_SOCKETS: Final = 1 << 0
SIGNALS: Final = 1 << 1
ABI_WITH_NETWORK: Final = 4
ABI_WITH_SCOPES: Final = 6
THREADS: Final = Path("/proc/self/task")


class Right(IntFlag):
    """What may be done with a file or below a folder; whatever is not granted is denied."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13  # from ABI 2
    TRUNCATE = 1 << 14  # from ABI 3
    IOCTL_DEV = 1 << 15  # from ABI 5


READ: Final = Right.READ_FILE | Right.READ_DIR
LIST: Final = Right.READ_DIR
DEVICE: Final = READ | Right.WRITE_FILE | Right.IOCTL_DEV
WRITE: Final = (
    READ
    | Right.WRITE_FILE
    | Right.TRUNCATE
    | Right.MAKE_REG
    | Right.MAKE_DIR
    | Right.MAKE_SOCK
    | Right.REMOVE_FILE
    | Right.REMOVE_DIR
)
_OF_A_FILE: Final = Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE | Right.IOCTL_DEV
_NEWER: Final = ((2, Right.REFER), (3, Right.TRUNCATE), (5, Right.IOCTL_DEV))


@dataclass(frozen=True)
class Grant:
    """What is left to the process of one file, or of all that lies below one folder."""

    path: Path
    rights: Right = READ


def abi() -> int:
    """Which version of Landlock this kernel has. Raises Unavailable where it has none, or has it switched off."""
    try:
        return _call(CREATE_RULESET, None, 0, ASK_ABI)
    except OSError as error:
        raise Unavailable(f"this kernel has no Landlock ({os.strerror(error.errno or 0)})") from error


def restrict(grants: Iterable[Grant], *, scopes: int = ABSTRACT_SOCKETS | SIGNALS) -> None:
    """Leave this process, and all it ever starts, nothing but `grants`; a path that is not there is left out.

    Also: no TCP port is bound, and `scopes` end at this process. Cannot be undone. Raises LockdownError if there
    is a second thread, which would stay free; Unavailable without Landlock; OSError.
    """
    if len(tuple(THREADS.iterdir())) != 1:
        raise LockdownError("files cannot be shut away: there is more than one thread already")
    version = abi()
    handled = _rights_of(version)
    network = BIND_TCP if version >= ABI_WITH_NETWORK else 0
    within = scopes if version >= ABI_WITH_SCOPES else 0
    ruleset = struct.pack("=QQQ", handled, network, within)[: _size(version)]
    handle = _call(CREATE_RULESET, ruleset, len(ruleset), 0)
    try:
        for grant in grants:
            _grant(handle, grant, handled)
        _no_new_privileges()
        _call(RESTRICT_SELF, handle, 0)
    finally:
        os.close(handle)


def _grant(ruleset: int, grant: Grant, handled: Right) -> None:
    try:
        handle = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        rights = grant.rights & handled
        if not Path(f"/proc/self/fd/{handle}").is_dir():
            rights &= _OF_A_FILE
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


def _rights_of(version: int) -> Right:
    handled = ~Right(0)
    for since, right in _NEWER:
        if version < since:
            handled &= ~right
    return handled


def _size(version: int) -> int:
    """How much of the ruleset's structure this kernel knows."""
    return 24 if version >= ABI_WITH_SCOPES else 16 if version >= ABI_WITH_NETWORK else 8


def _no_new_privileges() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


def _call(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    answer = int(libc.syscall(ctypes.c_long(number), *converted))
    if answer < 0:
        raise OSError(ctypes.get_errno(), f"landlock: {os.strerror(ctypes.get_errno())}")
    return answer
