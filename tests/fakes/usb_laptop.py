"""A laptop's USB as files below a folder: what the kernel, the image and the installer would have put there."""

from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_bus import attached
from kiosk.lockdown.usb_rules import Enrolled, Enrolment, Use, render_enrolment, render_rules

ROOT: Final = Path(__file__).parents[2]
KERNEL: Final = "6.1.0-test"
HUB: Final = bytes([18, 1, 0, 2, 9, 0, 1, 64, 0x6B, 0x1D, 2, 0, 0x10, 6, 3, 2, 1, 1])
CAMERA: Final = bytes([18, 1, 0, 2, 239, 2, 1, 64, 0x6D, 0x04, 0x25, 0x08, 0x12, 0, 0, 2, 0, 1])
STICK: Final = bytes([18, 1, 0, 2, 0, 0, 0, 64, 0x81, 0x07, 0x67, 0x55, 0, 1, 1, 2, 3, 1])
HEADSET: Final = bytes([18, 1, 0, 2, 0, 0, 0, 64, 0x6D, 0x04, 0x4D, 0x0A, 0, 1, 1, 2, 3, 1])


class UsbLaptop:
    """Has one bus, a camera on it, and USBGuard running with the rules of both.

    `sys`: a /sys that is there already, with the bus and the camera in it.
    """

    def __init__(self, root: Path, sys: Path | None = None) -> None:
        self.root, self.machine = root, Machine(root)
        if sys is not None:
            (root / "sys").symlink_to(sys)
        self.put("/proc/sys/kernel/osrelease", KERNEL + "\n")
        self.modules("kernel/drivers/media/usb/uvc/uvcvideo.ko: kernel/drivers/usb/core/usbcore.ko\n")
        self.put("/sys/module/usbcore/parameters/authorized_default", "0\n")
        for driver in ("usb", "hub", "usbfs", "uvcvideo"):
            self.put(f"/sys/bus/usb/drivers/{driver}/bind", "")
        if sys is None:
            self.plug("usb1", HUB, product="xHCI Host Controller", authorized="1", authorized_default="0")
            self.plug("1-4", CAMERA, product="Integrated Camera", authorized="1")
            self.put("/sys/bus/usb/devices/1-4:1.0/authorized", "1\n")
        self.enrol(self.attached(Use.BUILT_IN, "usb1", "1-4"))
        installed = (ROOT / "installer/usbguard/usbguard-daemon.conf").read_text()
        self.put("/etc/usbguard/usbguard-daemon.conf", installed)
        self.run_usbguard(812)

    def put(self, absolute: str, text: str | bytes) -> None:
        """Write a file, and the folders above it."""
        path = self.machine.path(absolute)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def modules(self, dep: str, builtin: str = "kernel/fs/ext4/ext4.ko\n") -> None:
        """What this kernel could load, and what it has built in."""
        self.put(f"/lib/modules/{KERNEL}/modules.dep", dep)
        self.put(f"/lib/modules/{KERNEL}/modules.builtin", builtin)

    def plug(self, port: str, descriptors: bytes, **attributes: str) -> None:
        """Have this device at this port."""
        place = f"/sys/bus/usb/devices/{port}"
        ids = {"idVendor": f"{descriptors[9]:02x}{descriptors[8]:02x}\n"}
        ids["idProduct"] = f"{descriptors[11]:02x}{descriptors[10]:02x}\n"
        for name, value in {**ids, "authorized": "0", **attributes}.items():
            self.put(f"{place}/{name}", value + "\n")
        self.put(f"{place}/descriptors", descriptors)

    def attached(self, use: Use, *ports: str) -> Enrolment:
        """The devices at these ports, as the installer enrols them."""
        found = [each.device for each in attached(self.machine) if each.device.port in ports]
        return Enrolment(device=tuple(Enrolled(use=use, id=d.id, hash=d.hash, port=d.port) for d in found))

    def enrol(self, enrolment: Enrolment) -> None:
        """Write what the installer writes."""
        self.put("/etc/visit-kiosk/usb.toml", render_enrolment(enrolment))
        self.put("/etc/usbguard/rules.conf", render_rules(enrolment))

    def run_usbguard(self, pid: int, state: str = "S (sleeping)", uid: int = 0) -> None:
        """Have the daemon among the processes."""
        self.put(f"/proc/{pid}/comm", "usbguard-daemon\n")
        self.put(f"/proc/{pid}/status", f"Name:\tusbguard-daemon\nState:\t{state}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n")
        exe = self.machine.path(f"/proc/{pid}/exe")
        exe.unlink(missing_ok=True)
        exe.symlink_to("/usr/sbin/usbguard-daemon")
