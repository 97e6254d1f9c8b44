"""The two file systems that a laptop writes to: the boot partition, and /var, encrypted by a key only its TPM gives.

The key is sealed to PCR 7, what Secure Boot was when this ran: it must be on by then, with our keys. Nobody knows
another key; a laptop that loses it is installed again.
"""

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from installer.station.faults import Fault, Stopped
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

CRYPTSETUP: Final = "/usr/sbin/cryptsetup"
CRYPTENROLL: Final = "/usr/bin/systemd-cryptenroll"
ATTACH: Final = "/usr/bin/systemd-cryptsetup"
MOUNT, UMOUNT, SYNC = "/usr/bin/mount", "/usr/bin/umount", "/usr/bin/sync"
MKFS_EXT4, MKFS_VFAT = "/usr/sbin/mkfs.ext4", "/usr/sbin/mkfs.vfat"
MAPPED: Final = "var"
LABEL: Final = "visit-var"
PCRS: Final = (7,)
SEALED_BY: Final = "systemd-tpm2"
FIRST_KEY: Final = "/run/visit-install/first.key"  # in memory, for as long as the TPM takes to seal its own
SAFE: Final = "nosuid,nodev,noexec"


def make_esp(machine: Machine, partition: str) -> None:
    """An empty boot partition. Raises Unavailable."""
    machine.run(MKFS_VFAT, "-F", "32", "-n", "ESP", str(machine.path(partition)))


def make_var(machine: Machine, partition: str) -> None:
    """An encrypted, empty /var; then nothing opens it but this machine's TPM. Raises Stopped."""
    device = str(machine.path(partition))
    try:
        with _first_key(machine) as key:
            quick = ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")  # the key is 256 random bits
            named = ("--batch-mode", "--type", "luks2", "--label", LABEL)
            machine.run(CRYPTSETUP, "luksFormat", *named, *quick, "--key-file", str(key), device)
            seal = ("--tpm2-device=auto", f"--tpm2-pcrs={'+'.join(map(str, PCRS))}")
            machine.run(CRYPTENROLL, f"--unlock-key-file={key}", *seal, device)
        machine.run(CRYPTENROLL, "--wipe-slot=password", device)
        attach(machine, partition)
        machine.run(MKFS_EXT4, "-q", "-F", "-L", "var", str(machine.path(f"/dev/mapper/{MAPPED}")))
    except (Unavailable, OSError) as error:
        raise Stopped(Fault.DATA_FAULT, f"({error})") from error


def attach(machine: Machine, partition: str) -> None:
    """Open it as a laptop does when it starts: by the TPM. Raises Unavailable."""
    machine.run(ATTACH, "attach", MAPPED, str(machine.path(partition)), "-", "tpm2-device=auto,headless=true")


def detach(machine: Machine) -> None:
    """Shut it; safe where it is shut."""
    with contextlib.suppress(Unavailable):
        machine.run(ATTACH, "detach", MAPPED)


@contextlib.contextmanager
def mounted(machine: Machine, device: str, place: str, kind: str, options: str = SAFE) -> Iterator[Path]:
    """The file system of `device` at `place`, for this while. Raises Unavailable."""
    path = machine.path(place)
    path.mkdir(parents=True, exist_ok=True)
    machine.run(MOUNT, "-t", kind, "-o", options, str(machine.path(device)), str(path))
    try:
        yield path
    finally:
        machine.run(SYNC)
        machine.run(UMOUNT, "--lazy", str(path))  # lazy: whatever looks into it for a moment longer holds up nothing


def sealed_to(machine: Machine, partition: str) -> tuple[int, ...]:
    """The PCRs of the one key that opens the volume. Raises Stopped if another could, or if it is sealed to nothing."""
    try:
        told = json.loads(machine.run(CRYPTSETUP, "luksDump", "--dump-json-metadata", str(machine.path(partition))))
        (slot,), (token,) = told["keyslots"], told["tokens"].values()
        is_so = token["type"] == SEALED_BY and token["keyslots"] == [slot]
        pcrs = tuple(token["tpm2-pcrs"])
    except (Unavailable, ValueError, KeyError, TypeError) as error:
        raise Stopped(Fault.READ_BACK, f"(the encryption of /var: {type(error).__name__})") from error
    if not is_so or pcrs != PCRS:
        raise Stopped(Fault.READ_BACK, "(the encryption of /var is not by the TPM alone)")
    return pcrs


@contextlib.contextmanager
def _first_key(machine: Machine) -> Iterator[Path]:
    path = machine.path(FIRST_KEY)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(32))
    try:
        yield path
    finally:
        path.unlink()
