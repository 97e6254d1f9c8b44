"""What the shell may ask of the kernel: two filters of system calls, for good and on all threads. It starts nothing.

The first lets through only named calls; one it does not know is answered as by a kernel that lacks it, so that
libraries fall back. The second says EPERM to what is dangerous by name or by argument. The kernel obeys the stricter.
"""

import errno
import os
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from kiosk.errors import Unavailable
from kiosk.lockdown.system_calls import ALLOWED, DENIED

CLONE_THREAD: Final = 0x10000
WHOLE_INT: Final = 0xFFFFFFFF  # the kernel reads no more of an `int`, so nothing may hide above it
TYPE_OF_SOCKET: Final = 0xF  # above it are flags
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
STREAM, DGRAM, RAW = 1, 2, 3
LAST_FAMILY: Final = 45
LAST_PROTOCOL: Final = 58  # ICMPv6; beyond it SCTP, UDP-Lite, MPTCP
SOCKETS: Final = MappingProxyType(
    {UNIX: range(16), INET: (STREAM, DGRAM), INET6: (STREAM, DGRAM), NETLINK: (DGRAM, RAW)}
)  # NETLINK: how glibc lists addresses, which ICE begins with; only its protocol 0, routes
TIOCSTI: Final = 0x5412  # types on the terminal as if a person had
TIOCLINUX: Final = 0x541C
Rule = tuple[int, str, tuple[Any, ...]]  # errno, call, comparisons of its arguments


def load() -> None:
    """Put both filters on every thread of this process. Cannot be undone. Raises Unavailable; OSError."""
    library = _library()
    only = _filter(library, library.ERRNO(errno.ENOSYS))
    for call in ALLOWED:
        if _known(library, call):
            only.add_rule(library.ALLOW, call)
    never = _filter(library, library.ALLOW)
    for number, call, comparisons in rules(library, os.getpid()):
        if _known(library, call):
            never.add_rule(library.ERRNO(number), call, *comparisons)
    only.load()
    never.load()  # of two refusals the later one's errno is what the caller sees


def rules(library: Any, pid: int) -> Iterator[Rule]:
    """What is refused by name or argument, for the process `pid`."""

    def arg(number: int, comparison: int, *values: int) -> Any:
        return library.Arg(number, comparison, *values)

    for call in DENIED:
        yield errno.EPERM, call, ()
    yield errno.ENOSYS, "clone3", ()  # its flags are in memory, where no filter sees them; glibc falls back
    yield errno.EPERM, "clone", (arg(0, library.MASKED_EQ, CLONE_THREAD, 0),)
    for wrong in (library.LT, library.GT):
        yield errno.EPERM, "tgkill", (arg(0, wrong, pid),)
    yield errno.EPERM, "prlimit64", (arg(0, library.GT, 0),)  # of another process
    for request in (TIOCSTI, TIOCLINUX):
        yield errno.EPERM, "ioctl", (arg(1, library.MASKED_EQ, WHOLE_INT, request),)
    for call in ("socket", "socketpair"):
        yield errno.EPERM, call, (arg(0, library.GT, LAST_FAMILY),)
        for family in range(LAST_FAMILY + 1):
            if family not in SOCKETS:
                yield errno.EPERM, call, (arg(0, library.EQ, family),)
    for family, types in SOCKETS.items():
        for kind in set(range(TYPE_OF_SOCKET + 1)) - set(types):
            of_kind = arg(1, library.MASKED_EQ, TYPE_OF_SOCKET, kind)
            yield errno.EPERM, "socket", (arg(0, library.EQ, family), of_kind)
    for family in (INET, INET6):
        yield errno.EPERM, "socket", (arg(0, library.EQ, family), arg(2, library.GT, LAST_PROTOCOL))
    yield errno.EPERM, "socket", (arg(0, library.EQ, NETLINK), arg(2, library.GT, 0))


def _library() -> Any:
    """The binding to libseccomp, loaded only here: a machine without it has a measure lost and still a shell."""
    try:
        import pyseccomp  # noqa: PLC0415
    except (ImportError, RuntimeError, OSError, TypeError) as error:
        raise Unavailable(f"libseccomp cannot be loaded: {error}") from error
    return pyseccomp


def _filter(library: Any, default: int) -> Any:
    made = library.SyscallFilter(default)
    made.set_attr(library.Attr.CTL_TSYNC, 1)
    made.set_attr(library.Attr.ACT_BADARCH, library.ERRNO(errno.EPERM))
    made.set_attr(library.Attr.CTL_OPTIMIZE, 2)  # a tree instead of a list
    return made


def _known(library: Any, call: str) -> bool:
    """Whether this libseccomp knows the call on this machine; one it does not know is not let through."""
    try:
        return bool(library.resolve_syscall(library.Arch.NATIVE, call) >= 0)
    except (ValueError, TypeError):
        return False
