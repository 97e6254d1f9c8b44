"""The firmware's side: TPM, Secure Boot's variables and the next start, by efivarfs. It keeps no secret."""

import contextlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from installer.station.faults import Fault, Stopped
from kiosk.acceptance.looking import SECURITY
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.boot import EFIVARS, GLOBAL, TPM

PCR_7: Final = "pcr-sha256/7"
CHATTR: Final = "/usr/bin/chattr"
AUTHENTICATED: Final = (0x27).to_bytes(4, "little")  # non-volatile, at boot, at run time, signed with a time
PLAIN: Final = (0x07).to_bytes(4, "little")
ATTRIBUTES: Final = 4  # bytes before the value
TIME_BYTES: Final = 16  # EFI_TIME, before the signature in an .auth file
VARIABLES: Final = MappingProxyType(  # in the order in which they are set: with PK the setup mode ends
    {"db": f"db-{SECURITY}", "KEK": f"KEK-{GLOBAL}", "PK": f"PK-{GLOBAL}"}
)


WriteVariable = Callable[[Machine, str, bytes], None]  # by efivarfs: attributes, then the value


class SecureBoot(StrEnum):
    """How this machine's Secure Boot stands, for the installer."""

    SETUP = "setup"  # takes any keys
    OURS = "ours"  # on, with our keys and no others


def check_tpm(machine: Machine) -> None:
    """Raises Stopped where there is no TPM 2.0, or one that was told nothing: what is sealed to that is open."""
    if machine.text_or(f"{TPM}/tpm_version_major", "") != "2":
        raise Stopped(Fault.NO_TPM)
    if not set(machine.text_or(f"{TPM}/{PCR_7}", "0")) - {"0", "F", "f"}:  # systemd seals to it all the same
        raise Stopped(Fault.NOT_MEASURED)


def secure_boot(machine: Machine, keys: Mapping[str, bytes]) -> SecureBoot:
    """How it stands with our `keys`: db, KEK and PK, each as an .auth file. Raises Stopped for anything else."""
    if not machine.has(EFIVARS):
        raise Stopped(Fault.NO_UEFI)
    if value(machine, f"SetupMode-{GLOBAL}") == b"\1":
        return SecureBoot.SETUP
    if any(value(machine, place) != signatures(keys[name]) for name, place in VARIABLES.items()):
        raise Stopped(Fault.OTHER_KEYS)
    if value(machine, f"SecureBoot-{GLOBAL}") != b"\1":
        raise Stopped(Fault.SECURE_BOOT_OFF)
    return SecureBoot.OURS


def set_keys(machine: Machine, keys: Mapping[str, bytes], write: WriteVariable) -> None:
    """Set all three; cut off before the last one the machine is in setup mode still. Raises Stopped."""
    for name, place in VARIABLES.items():
        try:
            write(machine, place, AUTHENTICATED + keys[name])
        except (OSError, Unavailable) as error:
            raise Stopped(Fault.KEYS_FAULT, f"{name}: {error}.") from error
        if value(machine, place) != signatures(keys[name]):
            raise Stopped(Fault.KEYS_FAULT, f"{name} reads back otherwise.")


def start_again_from_here(machine: Machine, write: WriteVariable) -> bool:
    """Have the next start be from the stick, as this one was; whether the firmware took that."""
    current = value(machine, f"BootCurrent-{GLOBAL}")
    if current is None:
        return False
    with contextlib.suppress(OSError, Unavailable):
        write(machine, f"BootNext-{GLOBAL}", PLAIN + current)
        return True
    return False


def signatures(auth: bytes) -> bytes:
    """What a variable holds once this .auth file has been written to it: the lists after the signature."""
    length = int.from_bytes(auth[TIME_BYTES : TIME_BYTES + 4], "little")  # WIN_CERTIFICATE.dwLength
    return auth[TIME_BYTES + length :]


def value(machine: Machine, place: str) -> bytes | None:
    """What a variable holds; None where there is no such variable."""
    try:
        return machine.path(f"{EFIVARS}/{place}").read_bytes()[ATTRIBUTES:]
    except OSError:
        return None


def write_variable(machine: Machine, place: str, content: bytes) -> None:
    """In one write, as the kernel wants it; one that is there is protected against mistakes. Raises OSError."""
    path = machine.path(f"{EFIVARS}/{place}")
    if path.exists():
        machine.run(CHATTR, "-i", str(path))
    with path.open("wb", buffering=0) as file:
        file.write(content)
