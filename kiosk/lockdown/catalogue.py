"""What this machine is held to, measure by measure, in the order of applying; reads like a table of contents."""

import contextlib
import logging
from collections.abc import Sequence
from typing import Final

from kiosk.errors import LockdownError
from kiosk.lockdown.arrivals import Arrivals
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.laptop_devices import LaptopDevices, laptop_devices
from kiosk.lockdown.live_firewall import by_unit
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Measure, Watch
from kiosk.lockdown.measures.boot import Boot
from kiosk.lockdown.measures.clock import Clock
from kiosk.lockdown.measures.devices import Devices
from kiosk.lockdown.measures.disk import Disk
from kiosk.lockdown.measures.displays import Displays
from kiosk.lockdown.measures.kernel import Kernel
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.measures.packages import Packages
from kiosk.lockdown.measures.power import Power
from kiosk.lockdown.measures.processes import Processes
from kiosk.lockdown.measures.session import Session
from kiosk.lockdown.measures.storage import Storage
from kiosk.lockdown.measures.updates import Updates
from kiosk.lockdown.measures.usb import Usb
from kiosk.lockdown.measures.wireless import Wireless
from kiosk.lockdown.platform import Platform, find_platform
from kiosk.lockdown.watches.netfilter import LinksWatch, NetfilterWatch
from kiosk.lockdown.watches.udev import UdevWatch
from kiosk.ports import Record
from kiosk.scenes import Fault

LOG: Final = logging.getLogger(__name__)
BROKEN: Final = Platform(name="does not check out")
NO_IMAGE: Final = Platform(name="none")  # what a machine without an image of ours is looked at by


def measures(machine: Machine, platform: Platform | None, devices: LaptopDevices | None = None) -> Sequence[Measure]:
    """The guard's own; those of the shell's process are in `kiosk.confined`."""
    image = platform or NO_IMAGE
    return (
        Boot(machine, image),
        Storage(machine, image),
        Kernel(machine, image),
        Session(machine, image),
        Processes(machine, image),
        Packages(machine, image),
        Network(machine, image, by_unit(machine)),
        Wireless(machine),
        Usb(machine),
        Displays(machine),
        Devices(machine, None if devices is None else devices.nodes),
        Clock(machine),
        Power(machine),
        Updates(machine),
        Disk(machine),
    )


def watches(record: Record) -> Sequence[Watch]:
    """What hears of changes on this machine, and records what it hears."""

    def arrived(arrivals: Arrivals) -> None:
        record.note("usb_arrived", {"count": arrivals.count, "what": arrivals.sentence()})

    def deaf(why: str) -> None:
        record.note("watch_deaf", {"why": why})

    return (UdevWatch(arrived, deaf), NetfilterWatch(), LinksWatch())


def held_here() -> Held:
    """What this machine is held to. Where what says which image this is does not check out, it takes no call.

    Its shell is let in all the same, by the name that the user has in every image: somebody must say why.
    """
    machine = Machine()
    try:
        platform = find_platform(machine)
        devices = None if platform is None else laptop_devices(machine, platform)
    except LockdownError as error:
        LOG.critical("%s", error)
        devices = None
        with contextlib.suppress(LockdownError):
            devices = laptop_devices(machine, BROKEN)
        return Held(BROKEN, measures(machine, BROKEN, devices), watches, devices, Fault.NOT_ITS_IMAGE)
    return Held(platform, measures(machine, platform, devices), watches, devices)
