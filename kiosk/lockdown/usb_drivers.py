"""Which drivers could make use of a USB device: none may be in the kernel but for what this laptop was enrolled with.

On the disk lie none but those that some laptop is enrolled with: one image serves all.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_rules import Enrolment, Use

# Folders of the kernel's modules that hold drivers for what people plug in.
FORBIDDEN_FOLDERS: Final = {
    "drivers/usb/storage/": "storage",
    "drivers/usb/image/": "scanner",
    "drivers/usb/serial/": "serial line",
    "drivers/usb/class/": "modem or printer",
    "drivers/usb/misc/": "device",
    "drivers/usb/gadget/": "gadget",
    "drivers/usb/usbip/": "USB over the network",
    "drivers/net/usb/": "network",
    "drivers/net/wwan/": "mobile network",
    "drivers/bluetooth/": "Bluetooth",
    "drivers/thunderbolt/": "Thunderbolt",
    "drivers/net/thunderbolt": "Thunderbolt network",
    "drivers/gpu/drm/udl/": "USB screen",
    "drivers/input/touchscreen/usbtouchscreen": "touch screen",
    "drivers/input/joystick/xpad": "game pad",
    "sound/usb/": "audio",
    "drivers/hid/usbhid/": "keyboard and mouse",
}
# One image serves laptops with a headset, or inner keys on USB, and without: these lie on the disk of each, and are
# in the kernel only of those that were enrolled with such a device.
OF_SOME_LAPTOPS: Final = frozenset({"snd-usb-audio", "snd-usbmidi-lib", "usbhid"})
# The same by the names they have once they are loaded, also by hand from another place.
FORBIDDEN_MODULES: Final = frozenset(
    {"usb_storage", "uas", "usbnet", "cdc_ether", "cdc_ncm", "cdc_mbim", "cdc_wdm", "cdc_acm", "rndis_host", "ipheth"}
    | {"usbserial", "ftdi_sio", "cp210x", "ch341", "pl2303", "option", "usblp", "usbtmc", "btusb", "usbip_host"}
    | {"vhci_hcd", "libcomposite", "usbkbd", "usbmouse", "r8152", "asix", "ax88179_178a", "thunderbolt", "udl", "evdi"}
)
UNLESS_ENROLLED_MODULES: Final = {"snd_usb_audio": Use.HEADSET, "usbhid": Use.INPUT}
# Drivers that may have told the USB core that they are there: its own, and the camera's.
KNOWN_DRIVERS: Final = frozenset({"usb", "hub", "usbfs", "uvcvideo"})
UNLESS_ENROLLED_DRIVERS: Final = {"snd-usb-audio": Use.HEADSET, "usbhid": Use.INPUT}

LISTS: Final = "modules.dep", "modules.builtin"
Stamp = tuple[int, int, int]
_SUFFIX: Final = re.compile(r"\.ko(?:\.(?:xz|zst|gz))?$")


def loaded(machine: Machine, enrolment: Enrolment) -> tuple[str, ...]:
    """The drivers that are in the kernel now and should not be. Raises OSError."""
    forbidden = FORBIDDEN_MODULES | {name for name, use in UNLESS_ENROLLED_MODULES.items() if not enrolment.has(use)}
    known = KNOWN_DRIVERS | {name for name, use in UNLESS_ENROLLED_DRIVERS.items() if enrolment.has(use)}
    in_kernel = {name for name in machine.names("/sys/module") if name in forbidden}
    told_the_core = set(machine.names("/sys/bus/usb/drivers")) - known
    return tuple(sorted(in_kernel | told_the_core))


class Loadable:
    """The drivers that the kernel could load; read again only when the lists have changed on the disk."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._read: tuple[tuple[Stamp, ...], tuple[str, ...]] | None = None

    def forbidden(self) -> tuple[str, ...]:
        """Those that should not exist, each with what it is for. Raises OSError where the lists cannot be read."""
        folder = f"/lib/modules/{self._machine.text('/proc/sys/kernel/osrelease')}"
        lists = [self._machine.path(f"{folder}/{name}") for name in LISTS]
        stamps = tuple(_stamp(each) for each in lists)
        if self._read is None or self._read[0] != stamps:
            self._read = (stamps, forbidden_in(lists))
        return self._read[1]


def _stamp(path: Path) -> Stamp:
    seen = path.stat()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def forbidden_in(lists: Iterable[Path]) -> tuple[str, ...]:
    """What must not exist of the drivers that such lists (modules.dep, modules.builtin) name. Raises OSError."""
    return tuple(sorted({found for each in lists for found in _forbidden(each)}))


def _forbidden(listed: Path) -> Iterator[str]:
    with listed.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            place, _, name = line.partition(":")[0].strip().rpartition("/")
            name = _SUFFIX.sub("", name)
            found = (what for folder, what in FORBIDDEN_FOLDERS.items() if folder in f"{place}/{name}")
            if (what := next(found, None)) is not None and name not in OF_SOME_LAPTOPS:
                yield f"{name} ({what})"
