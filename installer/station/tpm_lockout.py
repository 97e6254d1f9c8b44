"""Tells the TPM never to lock its owner out: it would, after a few cuts of power.

A chip that loses power counts as one that was guessed at (TPM 2.0 Library, Part 1, 19.8.6), if what was in use takes
part in that count; the keys that systemd-creds makes do. After three to thirty such cuts no secret of the laptop opens,
so whoever holds the power button often enough would take it out of service. The count guards secrets that somebody
could guess. Nothing in this chip is one: what is sealed in it has no password.
"""

import struct
from typing import Final

from installer.station.faults import Fault, Stopped
from kiosk.acceptance.tpm import DEVICE, HEAD, PASSWORD, SESSIONS, exchange
from kiosk.lockdown.machine import Machine

DICTIONARY_ATTACK_PARAMETERS: Final = 0x0000013A
LOCKOUT: Final = 0x4000000A
MOST_TRIES: Final = 0xFFFFFFFF
RECOVERY_S: Final = 0  # none is needed: the count is off
AUTHORITY_RECOVERY_S: Final = 0  # until the next start
SUCCESS: Final = 0
COMMAND: Final = (
    HEAD.pack(SESSIONS, HEAD.size + 4 + 4 + len(PASSWORD) + 12, DICTIONARY_ATTACK_PARAMETERS)
    + struct.pack(">II", LOCKOUT, len(PASSWORD))
    + PASSWORD
    + struct.pack(">III", MOST_TRIES, RECOVERY_S, AUTHORITY_RECOVERY_S)
)


def lift(machine: Machine) -> None:
    """Once for a chip; it remembers. Raises Stopped where somebody's password holds it, or it does not answer."""
    try:
        answer = exchange(machine.path(DEVICE), COMMAND)
    except OSError as error:
        raise Stopped(Fault.NO_TPM, f"({error.strerror})") from error
    if len(answer) < HEAD.size:
        raise Stopped(Fault.NO_TPM, "(it does not answer)")
    if code := HEAD.unpack_from(answer)[2]:
        raise Stopped(Fault.TPM_OWNED, f"(it says {code:#x})")
