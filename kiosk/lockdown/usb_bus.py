"""What hangs on the USB buses, as the kernel tells it in /sys; it changes nothing."""

import base64
import errno
import hashlib
import time
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_rules import UsbDevice

DEVICES: Final = "/sys/bus/usb/devices"
DEVICE_DESCRIPTOR_BYTES: Final = 18
BCD_DEVICE: Final = slice(12, 14)
GOING: Final = frozenset({errno.ENOENT, errno.ENODEV})
LOOKS: Final = 5
LOOK_AGAIN_S: Final = 0.01
ROOT_HUBS: Final = frozenset({"1d6b:0001", "1d6b:0002", "1d6b:0003"})


@dataclass(frozen=True)
class Attached:
    """One device on a bus. `is_authorised` is the kernel's answer: only then may a driver take it."""

    device: UsbDevice
    is_authorised: bool


def buses(machine: Machine) -> tuple[str, ...]:
    """The root hub of every bus. Raises OSError."""
    return tuple(name for name in machine.names(DEVICES) if name.startswith("usb"))


def attached(machine: Machine) -> tuple[Attached, ...]:
    """Every device, root hubs too; not one that is on its way out. Raises OSError for one that cannot be read."""
    found = (_settled(machine, port) for port in machine.names(DEVICES) if ":" not in port)  # 1-4:1.0 is an interface
    return tuple(each for each in found if each is not None)


def _settled(machine: Machine, port: str) -> Attached | None:
    """One device; None when it has gone. The kernel takes a device's files away just before its name."""
    for _ in range(LOOKS):
        try:
            return _one(machine, port)
        except OSError as error:
            if error.errno not in GOING:
                raise
            broken = error
        if not machine.has(f"{DEVICES}/{port}"):
            return None
        time.sleep(LOOK_AGAIN_S)
    raise broken


def _one(machine: Machine, port: str) -> Attached:
    place = f"{DEVICES}/{port}"
    usb_id = f"{machine.text(f'{place}/idVendor')}:{machine.text(f'{place}/idProduct')}"
    return Attached(
        UsbDevice(port=port, id=usb_id, hash=_hash(machine, place, usb_id)),
        is_authorised=machine.text(f"{place}/authorized") != "0",
    )


def _hash(machine: Machine, place: str, usb_id: str) -> str:
    """USBGuard's hash of a device (its DeviceBase and DevicePrivate): the strings, then the descriptors.

    The version in a root hub's descriptor is the kernel's, and is left out so that an update keeps the hash.
    """
    descriptors = bytearray(machine.path(f"{place}/descriptors").read_bytes())
    if usb_id in ROOT_HUBS and len(descriptors) >= DEVICE_DESCRIPTOR_BYTES:
        descriptors[BCD_DEVICE] = b"\0\0"
    strings = (_string(machine, f"{place}/product"), usb_id.replace(":", "").encode())
    digest = hashlib.sha256(b"".join((*strings, _string(machine, f"{place}/serial"), bytes(descriptors))))
    return base64.b64encode(digest.digest()).decode()


def _string(machine: Machine, absolute: str) -> bytes:
    """A string of the device's own, byte for byte; empty where it has none."""
    try:
        return machine.path(absolute).read_bytes().removesuffix(b"\n")
    except FileNotFoundError:
        return b""
