"""Where the system's libraries lie, without asking: ctypes would start ldconfig, gcc and ld to find out."""

import ctypes.util
from types import MappingProxyType
from typing import Final

LIBRARIES: Final = MappingProxyType({"c": "libc.so.6", "seccomp": "libseccomp.so.2", "udev": "libudev.so.1"})


def find_no_libraries_by_programs() -> None:
    """Answer ctypes' question from the list. What has taken the old function away already goes on with it."""
    ctypes.util.find_library = library_named


def library_named(name: str) -> str | None:
    """The file of a library, for the loader to find; None for one that is not listed."""
    return LIBRARIES.get(name)
