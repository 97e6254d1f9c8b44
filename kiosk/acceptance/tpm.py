"""The hash of a TPM's endorsement key, by which one chip is known from all others; and how the chip is asked.

One fixed command makes the key anew from the chip's own seed (TCG EK Credential Profile 2.5, template L-1, RSA 2048):
the same each time, until the chip is replaced. /dev/tpmrm0 forgets it when it is closed.
"""

import contextlib
import hashlib
import os
import struct
from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine

DEVICE: Final = "/dev/tpmrm0"
LONGEST_ANSWER: Final = 4096
HEAD: Final = struct.Struct(">HII")
SESSIONS: Final = 0x8002
CREATE_PRIMARY: Final = 0x0131
ENDORSEMENT: Final = 0x4000000B
PASSWORD: Final = bytes.fromhex("400000090000000000")  # an empty one
POLICY: Final = bytes.fromhex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa")
TEMPLATE: Final = (
    struct.pack(">HHIH", 0x0001, 0x000B, 0x000300B2, len(POLICY))  # RSA, SHA-256, what the key may do
    + POLICY
    + struct.pack(">HHHHHIH", 0x0006, 128, 0x0043, 0x0010, 2048, 0, 256)  # AES-128-CFB inside, no scheme
    + bytes(256)
)
COMMAND: Final = (
    HEAD.pack(SESSIONS, HEAD.size + 4 + 4 + len(PASSWORD) + 6 + 2 + len(TEMPLATE) + 2 + 4, CREATE_PRIMARY)
    + struct.pack(">II", ENDORSEMENT, len(PASSWORD))
    + PASSWORD
    + struct.pack(">HHH", 4, 0, 0)  # nothing secret of ours in it
    + struct.pack(">H", len(TEMPLATE))
    + TEMPLATE
    + struct.pack(">HI", 0, 0)
)
BEFORE_PUBLIC: Final = HEAD.size + 4 + 4  # the key's handle, the length of what follows


def ek_sha256(machine: Machine) -> str | None:
    """SHA-256 of the endorsement key (TPMT_PUBLIC); None where there is no chip, or it does not say."""
    with contextlib.suppress(OSError):
        return public_in(exchange(machine.path(DEVICE), COMMAND))
    return None


def public_in(answer: bytes) -> str | None:
    """The hash of the key in the chip's answer; None for an answer that is none."""
    if len(answer) < BEFORE_PUBLIC + 2 or HEAD.unpack_from(answer)[2] != 0:
        return None
    (length,) = struct.unpack_from(">H", answer, BEFORE_PUBLIC)
    public = answer[BEFORE_PUBLIC + 2 :][:length]
    return hashlib.sha256(public).hexdigest() if len(public) == length > 0 else None


def exchange(device: Path, command: bytes) -> bytes:
    """The chip's answer to one command. Raises OSError."""
    descriptor = os.open(device, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.write(descriptor, command)
        return os.read(descriptor, LONGEST_ANSWER)
    finally:
        os.close(descriptor)
