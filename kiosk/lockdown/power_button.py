"""The laptop's power button, read by the guard so that it ends a call instead of switching the machine off."""

import asyncio
import logging
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

LOG: Final = logging.getLogger(__name__)
EVENT: Final = struct.Struct("llHHi")  # struct input_event of linux/input.h: time, type, code, value
EV_KEY: Final = 1
KEY_POWER: Final = 116
PRESSED: Final = 1


def power_devices(classes: Path = Path("/sys/class/input"), devices: Path = Path("/dev/input")) -> Iterator[Path]:
    """The input devices that have a power key, by what the kernel says of each."""
    for entry in sorted(classes.glob("event*")):
        try:
            words = (entry / "device/capabilities/key").read_text().split()
        except OSError:
            continue
        keys = 0
        for word in words:  # the highest first, each as wide as the kernel's long
            keys = keys << (8 * struct.calcsize("l")) | int(word, 16)
        if keys >> KEY_POWER & 1:
            yield devices / entry.name


class PowerButton:
    """Calls `pressed` at each press, on the guard's loop. A machine without such a button is fine."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        self._pressed = pressed
        self._open: dict[int, Path] = {}
        self._unreadable: set[Path] = set()

    def listen(self, devices: Iterator[Path]) -> None:
        """Read these devices from now on; one that cannot be opened is said in the log, once. Twice is once."""
        loop = asyncio.get_running_loop()
        for device in devices:
            if device in self._open.values():
                continue
            try:
                reading = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if device not in self._unreadable:
                    LOG.warning("the power button %s cannot be read: %s", device, error.strerror)
                self._unreadable.add(device)
                continue
            self._open[reading] = device
            loop.add_reader(reading, self._read, reading)

    def _read(self, reading: int) -> None:
        try:
            untrusted = os.read(reading, EVENT.size * 64)
        except BlockingIOError:
            return
        except OSError:
            untrusted = b""
        if not untrusted:
            self._drop(reading)
            return
        whole = len(untrusted) - len(untrusted) % EVENT.size
        for _s, _us, kind, code, value in EVENT.iter_unpack(untrusted[:whole]):
            if (kind, code, value) == (EV_KEY, KEY_POWER, PRESSED):
                self._pressed()

    def _drop(self, reading: int) -> None:
        asyncio.get_running_loop().remove_reader(reading)
        del self._open[reading]
        os.close(reading)

    def close(self) -> None:
        """Let go of every device. Safe twice."""
        for reading in tuple(self._open):
            self._drop(reading)
