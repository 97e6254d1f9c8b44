"""Reads from a running machine the facts that an acceptance report holds; it changes nothing and compares nothing."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from kiosk.acceptance.facts import Facts, Hardware, Image
from kiosk.acceptance.tpm import ek_sha256
from kiosk.lockdown.frozen import packages_sha256, privileged_files
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.boot import EFIVARS, GLOBAL
from kiosk.lockdown.measures.usb import ENROLMENT
from kiosk.lockdown.platform import Privileged
from kiosk.lockdown.usb_rules import parse_enrolment

SITE: Final = "/var/lib/visit-site"  # what the bench installer wrote for this site; /etc has links to it
NETWORK: Final = f"{SITE}/network/50-visit.network"
SUPPLICANT: Final = f"{SITE}/wpa_supplicant/visit.conf"
DMI: Final = "/sys/class/dmi/id"
OS_RELEASE: Final = "/usr/lib/os-release"
DISKS: Final = "/sys/block"
SECURITY: Final = "d719b2cb-3d3a-4596-a3bc-dad00e67656f"  # EFI_IMAGE_SECURITY_DATABASE_GUID
ATTRIBUTES: Final = 4  # bytes of a variable before its value
REAL: Final = ("sd", "vd", "nvme", "mmcblk")
UNKNOWN: Final = "unknown"
LONGEST: Final = 200
KINDS: Final = {"IEEE8021X": "wired with 802.1X", "WPA-EAP": "Wi-Fi with 802.1X", "WPA-PSK": "Wi-Fi with a key"}


def facts_of(machine: Machine, disk: str) -> Facts:
    """All of them; `disk` is the name of the inner one. Raises OSError, and Untrusted for what does not check out."""
    return Facts(
        image=Image(
            version=_word_of(machine.text(OS_RELEASE), "IMAGE_VERSION="),
            root_hash=_word_of(machine.text("/proc/cmdline"), "roothash="),
            packages_sha256=packages_sha256(machine),
            privileged_sha256=privileged_sha256(privileged_files(machine)),
        ),
        hardware=hardware(machine, disk),
        secure_boot=secure_boot(machine),
        secure_boot_on=is_secure(machine),
        usb=parse_enrolment(machine.text(ENROLMENT)).device,
        network=network(machine),
    )


def hardware(machine: Machine, disk: str) -> Hardware:
    """The machine. Raises OSError."""
    model = machine.text_or(f"{DISKS}/{disk}/device/model", UNKNOWN)
    size = machine.text_or(f"{DISKS}/{disk}/size", "0")
    return Hardware(
        product=_line(machine.text_or(f"{DMI}/product_name", UNKNOWN)),
        serial=serial(machine),
        disk=_line(f"{model}, {int(size) * 512} bytes"),
        tpm_ek_sha256=ek_sha256(machine),
    )


def inner_disk(machine: Machine) -> str:
    """The name of the disk inside: the first that is none of the kernel's making, and cannot be taken out."""
    for name in machine.names(DISKS):
        if name.startswith(REAL) and machine.text_or(f"{DISKS}/{name}/removable", "0") == "0":
            return name
    return UNKNOWN


def serial(machine: Machine) -> str:
    """The laptop's serial number, as on its case. Raises OSError."""
    return _line(machine.text_or(f"{DMI}/product_serial", UNKNOWN)) or UNKNOWN


def secure_boot(machine: Machine) -> dict[str, str]:
    """SHA-256 of what each variable of Secure Boot holds; none for one that is not there. Raises OSError."""
    places = {"PK": GLOBAL, "KEK": GLOBAL, "db": SECURITY, "dbx": SECURITY}
    found = {name: _variable(machine, f"{name}-{guid}") for name, guid in places.items()}
    return {name: hashlib.sha256(held).hexdigest() for name, held in found.items() if held is not None}


def is_secure(machine: Machine) -> bool:
    """Whether Secure Boot is on, and not in setup mode. Raises OSError."""
    return _variable(machine, f"SecureBoot-{GLOBAL}") == b"\1" and _variable(machine, f"SetupMode-{GLOBAL}") == b"\0"


def privileged_sha256(files: Sequence[Privileged]) -> str:
    """One hash over the list."""
    listed = json.dumps([each.model_dump(mode="json") for each in files])
    return hashlib.sha256(listed.encode()).hexdigest()


def network(machine: Machine) -> str:
    """The kind of network this laptop was set up for, by the files that were written for it. Raises OSError."""
    kinds = machine.text_or(SUPPLICANT, "")
    kind = next((said for word, said in KINDS.items() if f"key_mgmt={word}" in kinds), "wired")
    text = machine.text_or(NETWORK, "")
    addressing = "DHCP" if "\nDHCP=" in text else "static" if "\nAddress=" in text else "not set up"
    return f"{kind}, {addressing}"


def _variable(machine: Machine, name: str) -> bytes | None:
    try:
        return machine.path(f"{EFIVARS}/{name}").read_bytes()[ATTRIBUTES:]
    except FileNotFoundError:
        return None


def _word_of(text: str, begin: str) -> str:
    """What follows `begin` where a word begins so; empty where none does."""
    word = next((word for word in text.split() if word.startswith(begin)), "")
    return word.removeprefix(begin).strip('"')[:LONGEST]


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
