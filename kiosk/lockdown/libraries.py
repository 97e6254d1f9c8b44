"""Where the system's libraries lie, without asking: ctypes would start ldconfig, gcc and ld to find out."""

import ctypes.util
from types import MappingProxyType
from typing import Final

LIBRARIES: Final = MappingProxyType({"c": "libc.so.6", "seccomp": "libseccomp.so.2", "udev": "libudev.so.1"})


def find_no_libraries_by_programs() -> None:
    """Answer ctypes' question where a library lies from a list: a guard and a shell start no program for it."""
    ctypes.util.find_library = _listed


def _listed(name: str) -> str | None:
    return LIBRARIES.get(name)
