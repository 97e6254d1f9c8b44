"""Which devices of this machine can see or hear, by what the kernel lists. Opens none and changes none."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine

VIDEO: Final = "/sys/class/video4linux"
SOUND: Final = "/sys/class/sound"
SEES: Final = re.compile(r"(video|media|v4l-subdev)\d+")  # in /dev
# In /dev/snd, what the sound server needs; the timer where it does not trust the machine's own, as in a virtual one.
CARRIES_SOUND: Final = re.compile(r"(pcmC\d+D\d+[cp]|controlC\d+|timer)")
HEARS: Final = re.compile(r"pcmC\d+D\d+[cp]")


@dataclass(frozen=True)
class Camera:
    """A camera as the kernel names it: `video0`, with its device number."""

    name: str
    number: int


@dataclass(frozen=True)
class Present:
    """What this machine has. With `other_camera` there is only one that is not to be used."""

    camera: Camera | None
    microphone: bool
    speaker: bool
    other_camera: bool = False


def present(machine: Machine, wanted: str | None) -> Present:
    """What there is. `wanted` is the `vendor:product` of the one camera to use; by default the first one."""
    sound = machine.names(SOUND)
    camera = find_camera(machine, wanted)
    return Present(
        camera,
        any(re.fullmatch(r"pcmC\d+D\d+c", name) for name in sound),
        any(re.fullmatch(r"pcmC\d+D\d+p", name) for name in sound),
        other_camera=camera is None and wanted is not None and find_camera(machine, None) is not None,
    )


def find_camera(machine: Machine, wanted: str | None) -> Camera | None:
    """The first node that gives pictures (index 0 of a camera; its others give data about them), never opened."""
    for name in sorted(machine.names(VIDEO), key=_number):
        try:
            if machine.text(f"{VIDEO}/{name}/index") != "0":
                continue
            number = _device(machine.text(f"{VIDEO}/{name}/dev"))
        except OSError:  # unplugged while we looked
            continue
        if wanted is None or wanted == _usb_id(machine, name):
            return Camera(name, number)
    return None


def real_nodes(machine: Machine) -> tuple[str, ...]:
    """Every node in /dev that sees, and every one in /dev/snd."""
    seeing = (f"/dev/{name}" for name in machine.names("/dev") if SEES.fullmatch(name))
    sounding = (f"/dev/snd/{name}" for name in machine.names("/dev/snd"))
    return tuple(node for node in (*seeing, *sounding) if _is_device(machine.path(node)))


def sound_nodes(machine: Machine) -> tuple[str, ...]:
    """Those that the sound server needs in a call."""
    return tuple(f"/dev/snd/{name}" for name in machine.names("/dev/snd") if CARRIES_SOUND.fullmatch(name))


def numbers(machine: Machine) -> frozenset[int]:
    """The device numbers of all that can see or carry sound: by /sys, and by the nodes in /dev.

    A mixer's control carries no sound, and a sound server keeps it while its card is shut: it is not among them.
    """
    return frozenset((*_listed(machine), *_made(machine)))


def _listed(machine: Machine) -> Iterator[int]:
    for folder, names in ((VIDEO, None), (SOUND, HEARS)):
        for name in machine.names(folder):
            if names is None or names.fullmatch(name):
                try:
                    yield _device(machine.text(f"{folder}/{name}/dev"))
                except OSError:  # unplugged while we looked
                    continue


def _made(machine: Machine) -> Iterator[int]:
    for node in real_nodes(machine):
        if node.startswith("/dev/snd/") and not HEARS.fullmatch(node.removeprefix("/dev/snd/")):
            continue
        try:
            yield machine.path(node).stat().st_rdev
        except FileNotFoundError:
            continue


def _device(text: str) -> int:
    major, _, minor = text.partition(":")
    try:
        return os.makedev(int(major), int(minor))
    except ValueError as error:
        raise OSError(f"{text!r} is no device number") from error


def _usb_id(machine: Machine, name: str) -> str:
    """`046d:0825` for a camera on the USB bus, else nothing that could be wanted."""
    device = f"{VIDEO}/{name}/device"
    interface = machine.path(device).resolve()
    try:
        parts = [(interface.parent / part).read_text().strip() for part in ("idVendor", "idProduct")]
    except OSError:
        return ""
    return ":".join(parts)


def _number(name: str) -> int:
    return int("".join(digit for digit in name if digit.isdecimal()) or 0)


def _is_device(path: Path) -> bool:
    try:
        return stat.S_ISCHR(path.lstat().st_mode)
    except FileNotFoundError:
        return False
