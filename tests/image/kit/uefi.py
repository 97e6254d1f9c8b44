"""A boot option in the variables of a machine's firmware that were never written before: where it is to start from.

Laid out as EDK II keeps them (its VariableFormat.h) and as UEFI 2.10, 3.1.3 and 10.3.4.23, says of an option and a URI.
"""

import struct
from pathlib import Path
from typing import Final
from uuid import UUID

GLOBAL: Final = UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")
_FIRST: Final = 0x64  # behind the header of the volume, 0x48, and of the store, 0x1c
_ADDED: Final = 0x3F
_KEPT: Final = 7  # non-volatile, for boot services and for the system
_HEADER: Final = struct.Struct("<HBBIQ16xIII16s")
_END: Final = b"\x7f\xff\x04\x00"


def start_from(variables: Path, url: str) -> None:
    """Put one option that is started from the network, and make it the first. Raises ValueError on a used store."""
    content = bytearray(variables.read_bytes())
    if content[_FIRST : _FIRST + 2] != b"\xff\xff":
        raise ValueError("something is written there already")
    uri = url.encode()
    path = struct.pack("<BBH", 3, 24, 4 + len(uri)) + uri + _END
    option = struct.pack("<IH", 1, len(path)) + _utf16("From the network") + path
    new = _variable("Boot0000", option) + _variable("BootOrder", struct.pack("<H", 0))
    content[_FIRST : _FIRST + len(new)] = new
    variables.write_bytes(content)


def _variable(name: str, data: bytes) -> bytes:
    named = _utf16(name)
    header = _HEADER.pack(0x55AA, _ADDED, 0, _KEPT, 0, 0, len(named), len(data), GLOBAL.bytes_le)
    whole = header + named + data
    return whole + b"\xff" * (-len(whole) % 4)


def _utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")
