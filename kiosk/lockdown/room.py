"""Which files, devices and variables are the shell's, on a laptop and on a developer's machine. It changes nothing."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import kiosk
from kiosk.lockdown.landlock import ABSTRACT_SOCKETS, DEVICE, LIST, READ, SIGNALS, WRITE, Grant, Right

PROGRAM: Final = Path(kiosk.__file__).resolve().parents[1]  # the folder that holds kiosk, contract and assets
PACKAGES: Final = ("kiosk", "contract", "assets")
CAMERAS: Final = Path("/dev/visit")  # nodes that the guard hands out
SYSTEM: Final = (
    "/usr/lib",  # Python's own modules, shared libraries, ICU, GStreamer-free Qt
    "/lib64",
    "/etc/ld.so.cache",
    "/usr/share/fonts",
    "/usr/share/fontconfig",
    "/etc/fonts",
    "/var/cache/fontconfig",
    "/usr/share/X11",  # keyboard layouts, also of Wayland
    "/usr/share/icons",  # the pointer
    "/usr/share/alsa",
    "/etc/pulse",
    "/usr/share/zoneinfo",
    "/etc/localtime",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/hosts",  # what the resolver reads before it would ask anybody
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/resolv.conf",
    "/etc/machine-id",  # how libpulse knows its own machine
)
KERNEL: Final = (
    "/proc/self",  # also /proc/net, which leads there
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/uptime",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/kernel/random/boot_id",
    "/proc/sys/net/core/somaxconn",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup/cpu.max",
)
DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Room:
    """What the shell's process has. `readable` and `writable` are what a composition adds; the product adds nothing."""

    runtime: Path
    on_laptop: bool
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()

    def grants(self, environment: Mapping[str, str], dev: Path = Path("/dev")) -> list[Grant]:
        """What is left to the process, given the environment it runs in."""
        found = [Grant(Path(place), READ) for place in (*SYSTEM, *KERNEL)]
        found += [Grant(place, READ) for place in library_folders()]
        found += [Grant(PROGRAM / package, READ) for package in PACKAGES]
        found.append(Grant(PROGRAM, LIST))
        found += [Grant(Path(node), READ | Right.WRITE_FILE) for node in DEVICES]
        found += [Grant(place, READ) for place in self.readable]
        found += [Grant(place, WRITE) for place in (self.runtime, *self.writable)]
        if (dev / "visit").exists() or self.on_laptop:
            found.append(Grant(dev / "visit", DEVICE))
        else:
            found += [Grant(dev, LIST), *(Grant(node, DEVICE) for node in sorted(dev.glob("video*")))]
        if not self.on_laptop:
            found += _of_a_desktop(environment)
        return found

    def scopes(self, environment: Mapping[str, str]) -> int:
        """How far it reaches other processes: an X server is often met on an abstract socket only."""
        on_x = not self.on_laptop and environment.get("QT_QPA_PLATFORM") == "xcb"
        return SIGNALS if on_x else SIGNALS | ABSTRACT_SOCKETS


def library_folders() -> list[Path]:
    """Where this interpreter takes its modules from."""
    stdlib = Path(os.__file__).resolve().parent
    return [Path(sys.prefix), stdlib, *(Path(place) for place in sys.path if "-packages" in place)]


def _of_a_desktop(environment: Mapping[str, str]) -> list[Grant]:
    """A developer's machine: what its display and its sound server know this user by."""
    names = ("XAUTHORITY", "PULSE_COOKIE")
    found = [Grant(Path(environment[name]), Right.READ_FILE) for name in names if environment.get(name)]
    if pulse := environment.get("PULSE_RUNTIME_PATH"):
        found.append(Grant(Path(pulse), WRITE))
    return found
