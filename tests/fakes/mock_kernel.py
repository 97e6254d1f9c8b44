"""A kernel's devices by umockdev, in a process of its own that is told by lines what is plugged in and pulled out.

Run as a program under umockdev's preload. It lets devices in as the kernel does: as their bus says by default.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from tests.fakes.usb_laptop import CAMERA, HUB

PRELOAD: Final = "libumockdev-preload.so.0"
STORAGE_INTERFACE: Final = bytes([9, 2, 18, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 0, 8, 6, 80, 0])
HUB_INTERFACE: Final = bytes([9, 2, 18, 0, 1, 1, 0, 0xE0, 0, 9, 4, 0, 0, 0, 9, 0, 0, 0])
VIDEO_INTERFACE: Final = bytes([9, 2, 18, 0, 1, 1, 0, 0x80, 250, 9, 4, 0, 0, 0, 14, 1, 0, 0])
Texts = dict[str, str]


class MockKernel:
    """The process, from outside: `sys` is the /sys that it shows, `environment` is for who must see it."""

    def __init__(self) -> None:
        command = (sys.executable, "-m", "tests.fakes.mock_kernel")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "LD_PRELOAD": PRELOAD}
        )
        self.folder = Path(self._answer())
        self.sys = self.folder / "sys"
        self.environment = {**os.environ, "LD_PRELOAD": PRELOAD, "UMOCKDEV_DIR": str(self.folder)}

    def __enter__(self) -> "MockKernel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline().strip()
        assert answer, "the mock kernel has ended"
        return answer

    def _ask(self, *words: Any) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def has_bus(self) -> None:
        """A bus that denies, and the built-in camera on it, let in."""
        self._ask("usb", "usb1", (HUB + HUB_INTERFACE).hex(), {"product": "xHCI", "authorized_default": "0"}, "1")
        self._ask("usb", "1-4", (CAMERA + VIDEO_INTERFACE).hex(), {"product": "Integrated Camera"}, "1")

    def plug(self, port: str, descriptors: bytes, **attributes: str) -> float:
        """Plug this in at this port; when it was in, by CLOCK_MONOTONIC."""
        return float(self._ask("usb", port, descriptors.hex(), attributes, None))

    def flood(self, count: int, descriptors: bytes, every_s: float = 0.0) -> float:
        """Plug it in and pull it out so often, by default as fast as it goes; when it was in for the first time."""
        return float(self._ask("flood", count, descriptors.hex(), every_s))

    def pull(self, port: str) -> None:
        """Pull out what is at this port."""
        self._ask("pull", port)

    def device(self, subsystem: str, name: str, attributes: Texts, properties: Texts | None = None) -> str:
        """Any other device; its path in /sys."""
        return self._ask("add", subsystem, name, attributes, properties or {})

    def change(self, path: str, **attributes: str) -> None:
        """Change a device, and have the kernel say so."""
        self._ask("change", path, attributes)


class _Testbed:
    """umockdev's own library."""

    def __init__(self) -> None:
        text, texts = ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)
        self._lib = lib = ctypes.CDLL("libumockdev.so.0")
        lib.umockdev_testbed_new.restype = ctypes.c_void_p
        lib.umockdev_testbed_get_root_dir.argtypes = [ctypes.c_void_p]
        lib.umockdev_testbed_get_root_dir.restype = text
        lib.umockdev_testbed_add_devicev.argtypes = [ctypes.c_void_p, text, text, text, texts, texts]
        lib.umockdev_testbed_add_devicev.restype = text
        lib.umockdev_testbed_set_attribute.argtypes = [ctypes.c_void_p, text, text, text]
        lib.umockdev_testbed_set_attribute_binary.argtypes = [ctypes.c_void_p, text, text, text, ctypes.c_int]
        lib.umockdev_testbed_uevent.argtypes = [ctypes.c_void_p, text, text]
        lib.umockdev_testbed_remove_device.argtypes = [ctypes.c_void_p, text]
        self._bed = ctypes.c_void_p(lib.umockdev_testbed_new())
        self.root: str = lib.umockdev_testbed_get_root_dir(self._bed).decode()
        self._paths: Texts = {}
        bus = self.add("pci", "pci0000:00", None, {}, {})
        self._controller = self.add("pci", "0000:00:14.0", bus, {}, {})

    def add(self, subsystem: str, name: str, parent: str | None, attributes: Texts, properties: Texts) -> str:
        path: bytes = self._lib.umockdev_testbed_add_devicev(
            self._bed,
            subsystem.encode(),
            name.encode(),
            parent and parent.encode(),
            *map(_pairs, (attributes, properties)),
        )
        return path.decode()

    def usb(self, port: str, descriptors: bytes, attributes: Texts, authorized: str | None) -> str:
        ids = (int.from_bytes(descriptors[8:10], "little"), int.from_bytes(descriptors[10:12], "little"))
        if authorized is None:  # usb_new_device of the kernel's drivers/usb/core/hub.c
            authorized = Path("/sys/bus/usb/devices/usb1/authorized_default").read_text().strip()
        attributes = {"idVendor": f"{ids[0]:04x}", "idProduct": f"{ids[1]:04x}", **attributes, "authorized": authorized}
        properties = {"DEVTYPE": "usb_device", "PRODUCT": f"{ids[0]:x}/{ids[1]:x}/100"}
        parent = self._controller if port == "usb1" else self._paths["usb1"]
        self._descriptors(parent, port, descriptors)
        self._paths[port] = self.add("usb", port, parent, attributes, properties)
        return self._paths[port]

    def _descriptors(self, parent: str, port: str, descriptors: bytes) -> None:
        """They are there before the event is, as with the kernel."""
        place = Path(self.root + parent) / port
        place.mkdir(parents=True, exist_ok=True)
        (place / "descriptors").write_bytes(descriptors)

    def pull(self, port: str) -> None:
        path = self._paths.pop(port).encode()
        self._lib.umockdev_testbed_uevent(self._bed, path, b"remove")
        self._lib.umockdev_testbed_remove_device(self._bed, path)

    def change(self, path: str, attributes: Texts) -> None:
        for name, value in attributes.items():
            self._lib.umockdev_testbed_set_attribute(self._bed, path.encode(), name.encode(), value.encode())
        self._lib.umockdev_testbed_uevent(self._bed, path.encode(), b"change")


def _pairs(texts: Texts) -> Any:
    flat = [word.encode() for pair in texts.items() for word in pair]
    return (ctypes.c_char_p * (len(flat) + 1))(*flat, None)


def _obey(bed: _Testbed, words: list[Any]) -> str:
    match words:
        case ["usb", port, descriptors, attributes, authorized]:
            bed.usb(port, bytes.fromhex(descriptors), attributes, authorized)
            return str(time.monotonic())
        case ["flood", count, descriptors, every_s]:
            plugged = []
            for _ in range(count):
                bed.usb("1-2", bytes.fromhex(descriptors), {"product": "Ultra"}, None)
                plugged.append(time.monotonic())
                bed.pull("1-2")
                time.sleep(every_s)
            return str(plugged[0])
        case ["pull", port]:
            bed.pull(port)
            return "done"
        case ["add", subsystem, name, attributes, properties]:
            return bed.add(subsystem, name, None, attributes, properties)
        case ["change", path, attributes]:
            bed.change(path, attributes)
            return "done"
        case _:
            raise ValueError(words)


def main() -> None:
    """Obey until the input ends."""
    bed = _Testbed()
    sys.stdout.write(bed.root + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(_obey(bed, json.loads(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
