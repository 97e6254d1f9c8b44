"""What is built into this laptop: its USB devices, and the interface to its network. Nothing plugged in counts."""

from typing import Final

from installer.station.faults import Fault, Stopped
from installer.station.site import Kind
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_bus import DEVICES, attached
from kiosk.lockdown.usb_rules import Enrolled, Enrolment, Use

INTERFACES: Final = "/sys/class/net"
STORAGE, INPUT = "08", "03"  # classes of interfaces: a stick is never built in, whatever the firmware says
LEFT_BEHIND: Final = frozenset({INPUT, "01", "02", "0a"})  # input, sound and network


def built_in(machine: Machine) -> Enrolment:
    """The devices that no hand can unplug, by id, hash and port; the stick is none of them. Raises Stopped."""
    try:
        found = [each.device for each in attached(machine) if _is_built_in(machine, each.device.port)]
        enrolled = [
            Enrolled(use=_use(machine, each.port), id=each.id, hash=each.hash, port=each.port) for each in found
        ]
    except (OSError, ValueError) as error:
        raise Stopped(Fault.USB_FAULT, f"({error})") from error
    return Enrolment(device=tuple(enrolled))


def interface_for(machine: Machine, kind: Kind) -> str:
    """The one interface of this kind that is a real device. Raises Stopped where there is none, or more than one."""
    is_wifi = kind in (Kind.WIFI_KEY, Kind.WIFI_8021X)
    found = [name for name in machine.names(INTERFACES) if _is_wireless(machine, name) is is_wifi]
    real = [name for name in found if machine.has(f"{INTERFACES}/{name}/device")]
    if len(real) != 1:
        told = ", ".join(real) or "none"
        raise Stopped(Fault.NO_NETWORK, f"For {kind} there must be one interface, and there is {told}.")
    return real[0]


def _is_built_in(machine: Machine, port: str) -> bool:
    """Root hubs are; else what no port in its way is called removable by the firmware (Linux: `removable`).

    Much firmware says nothing; then what could be a stick, a keyboard or an adapter that was left plugged in is not.
    """
    if port.startswith("usb"):
        return True
    bus, _, rest = port.partition("-")
    parts = rest.split(".")
    chain = [f"{bus}-{'.'.join(parts[: length + 1])}" for length in range(len(parts))]
    said = [machine.text_or(f"{DEVICES}/{each}/removable", "unknown") for each in chain]
    classes = _classes(machine, port)
    if "removable" in said or STORAGE in classes or not classes:
        return False
    return set(said) == {"fixed"} or not classes & LEFT_BEHIND


def _classes(machine: Machine, port: str) -> frozenset[str]:
    """Of its interfaces; the kernel has none of a device that is not let in, so the installer lets all in."""
    names = [name for name in machine.names(DEVICES) if name.startswith(f"{port}:")]
    return frozenset(machine.text_or(f"{DEVICES}/{name}/bInterfaceClass", "") for name in names)


def _use(machine: Machine, port: str) -> Use:
    return Use.INPUT if INPUT in _classes(machine, port) else Use.BUILT_IN


def _is_wireless(machine: Machine, name: str) -> bool:
    return any(machine.has(f"{INTERFACES}/{name}/{mark}") for mark in ("wireless", "phy80211"))
